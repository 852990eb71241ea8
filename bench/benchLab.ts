import { execa } from "execa";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { layout } from "../lab/layout";
import { labEnvironment } from "../lab/shell";

export const projectFolder = join(__dirname, "..");

/** A lab of the benchmarks' own, beside any that a person uses. */
export const benchLab = layout("bench", 8);

/** Brings it up with the command that a person uses. */
export async function labUp(): Promise<void> {
    const names = ["--name", benchLab.name, "--subnet", "8"];
    await execa(join(projectFolder, "lab", "lab"), ["up", ...names], { stdio: ["ignore", 2, 2] });
}

/** Programs of the lab, run in the project's folder against its cluster and a backend of their own in the lab's folder. */
export interface Tools {
    readonly run: (program: string, args: readonly string[], input?: string) => Promise<string>;
    /** An empty Pulumi backend from now on. */
    readonly freshBackend: () => void;
}

export async function tools(): Promise<Tools> {
    const env: Record<string, string> = await labEnvironment(benchLab);
    const folder = join(benchLab.pulumi, "backends");
    rmSync(folder, { recursive: true, force: true });
    let backends = 0;
    return {
        freshBackend: () => {
            const backend = join(folder, String(backends++));
            mkdirSync(backend, { recursive: true });
            env["PULUMI_BACKEND_URL"] = `file://${backend}`;
        },
        run: async (program, args, input = "") => {
            const options = { cwd: projectFolder, env: { ...env, PULUMI_DEBUG_COMMANDS: "1" }, input };
            return (await execa(program, args, options)).stdout;
        },
    };
}
