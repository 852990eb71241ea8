import { build } from "esbuild";
import { projectFolder } from "../settings/projectFolder";

const bundles = new Map<string, Promise<string>>();

/** The same as {@link compileProgram}, made once for all stacks of this process. */
export function bundle(entry: string, packages: "bundle" | "external" = "bundle"): Promise<string> {
    const key = `${packages} ${entry}`;
    const made = bundles.get(key) ?? compileProgram(entry, packages);
    bundles.set(key, made);
    return made;
}

/**
 * One TypeScript program and its relative imports as one JavaScript text; packages become part of it, or stay `require`
 * calls. The text is the same for the same sources: what it is part of changes only when they do.
 *
 * @param entry path of the program, relative to the project's folder
 * @param packages "bundle" where the program runs without this project's node_modules. @default bundle
 * @throws Error where the program does not compile
 */
export async function compileProgram(entry: string, packages: "bundle" | "external" = "bundle"): Promise<string> {
    const { outputFiles } = await build({
        absWorkingDir: projectFolder,
        entryPoints: [entry],
        bundle: true,
        packages,
        platform: "node",
        target: "node18",
        format: "cjs",
        minify: true,
        legalComments: "none",
        write: false,
        // What it would print is in the error that it throws.
        logLevel: "silent",
    });
    return outputFiles.map((file) => file.text).join("");
}
