import { execa } from "execa";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labEnvironment } from "../lab/shell";
import { benchLab, projectFolder } from "./benchLab";
import { interleaved, ratioRows } from "./interleaved";

/**
 * How long a preview of this stack takes beside one of a TypeScript program that imports Pulumi's SDK and makes
 * nothing: in an empty backend and without a kubeconfig.
 *
 * @returns a section of Markdown
 */
export async function preview(rounds: number): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), "traffic-split-preview-"));
    try {
        const empty = emptyProject(join(folder, "empty"));
        const [home, state] = ["home", "state"].map((name) => join(folder, name));
        for (const each of [home, state]) {
            mkdirSync(each ?? "");
        }
        const { KUBECONFIG: _, ...lab } = await labEnvironment(benchLab);
        const { KUBECONFIG: __, ...own } = process.env;
        const env = { ...own, ...lab, PULUMI_BACKEND_URL: `file://${state}`, HOME: home };
        const options = { env, extendEnv: false, stdin: "ignore" } as const;
        const seconds = async (cwd: string): Promise<number> => {
            const start = performance.now();
            await execa("pulumi", ["preview", "--stack", "dev", "--json"], { cwd, ...options });
            return (performance.now() - start) / 1000;
        };
        for (const cwd of [empty, projectFolder]) {
            await execa("pulumi", ["stack", "init", "dev"], { cwd, ...options });
            await seconds(cwd);
        }
        const measured = await interleaved(rounds, {
            "empty program": () => seconds(empty),
            "this stack": () => seconds(projectFolder),
        });
        return `## Preview

\`pulumi preview --json\` of the stack \`dev\` beside one of a TypeScript program that imports Pulumi's SDK and makes nothing,
without a kubeconfig, in turn, ${rounds} rounds; median (least to most).

| | seconds | ratio to the empty program |
| --- | --- | --- |
${ratioRows(measured, "empty program", 2).join("\n")}
`;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function emptyProject(folder: string): string {
    mkdirSync(folder);
    const files = {
        "Pulumi.yaml": "name: empty\nruntime: nodejs\n",
        "package.json": JSON.stringify({ name: "empty", main: "index.ts" }),
        "tsconfig.json": JSON.stringify({
            "ts-node": { transpileOnly: true },
            compilerOptions: { target: "es2023", module: "node20", moduleResolution: "node16" },
        }),
        "index.ts": 'import * as pulumi from "@pulumi/pulumi";\nexport const stack = pulumi.getStack();\n',
    };
    for (const [file, text] of Object.entries(files)) {
        writeFileSync(join(folder, file), text);
    }
    symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
    return folder;
}
