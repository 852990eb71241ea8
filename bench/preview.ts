import { execa } from "execa";
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { medianSorted, sum } from "simple-statistics";

const project = join(__dirname, "..");

/**
 * How long a preview of this stack takes beside one of a TypeScript program that imports Pulumi's SDK and makes nothing:
 * `ts-node bench/preview.ts [rounds]`, with `pulumi` on PATH and the Kubernetes provider installed. Both run in turn, in
 * an empty backend and without a kubeconfig; only their ratio within a round counts on a machine that does other things.
 */
async function main(rounds: number): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "traffic-split-preview-"));
    try {
        const empty = emptyProject(join(folder, "empty"));
        const home = join(folder, "home");
        const state = join(folder, "state");
        mkdirSync(home);
        mkdirSync(state);
        const { KUBECONFIG: _, ...env } = process.env;
        const given = {
            PULUMI_HOME: process.env["PULUMI_HOME"] ?? join(process.env["HOME"] ?? "", ".pulumi"),
            ...{
                PULUMI_BACKEND_URL: `file://${state}`,
                PULUMI_CONFIG_PASSPHRASE: "",
                PULUMI_SKIP_UPDATE_CHECK: "true",
            },
        };
        const options = { env: { ...env, ...given, HOME: home }, extendEnv: false, stdin: "ignore" } as const;
        const preview = async (cwd: string): Promise<number> => {
            const start = performance.now();
            await execa("pulumi", ["preview", "--stack", "dev", "--json"], { cwd, ...options });
            return (performance.now() - start) / 1000;
        };
        for (const cwd of [empty, project]) {
            await execa("pulumi", ["stack", "init", "dev"], { cwd, ...options });
            await preview(cwd);
        }
        const ratios: number[] = [];
        console.log("| round | empty program, s | this stack, s | ratio |\n| --- | --- | --- | --- |");
        for (let round = 1; round <= rounds; round++) {
            // The other way round every other time: what the machine does meanwhile favours neither.
            const [a, b] = round % 2 === 1 ? [empty, project] : [project, empty];
            const seconds = new Map([[a, await preview(a)]]);
            seconds.set(b, await preview(b));
            const [baseline = NaN, ours = NaN] = [seconds.get(empty), seconds.get(project)];
            ratios.push(ours / baseline);
            console.log(`| ${round} | ${baseline.toFixed(2)} | ${ours.toFixed(2)} | ${(ours / baseline).toFixed(2)} |`);
        }
        const sorted = ratios.toSorted((x, y) => x - y);
        const figures = [medianSorted(sorted), sorted[0], sorted.at(-1), sum(ratios) / rounds];
        const [median, least, most, mean] = figures.map((each) => each?.toFixed(2));
        console.log(`\nratio: median ${median}, ${least} to ${most}, mean ${mean}, of ${rounds} rounds`);
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
    symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
    return folder;
}

const rounds = Number(process.argv[2] ?? 5);
if (!Number.isInteger(rounds) || rounds < 1) {
    console.error(`bench/preview.ts: rounds: ${process.argv[2]} was given; allowed is a natural number`);
    process.exitCode = 1;
} else {
    void main(rounds);
}
