import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { processesOf } from "../lab/cgroups";
import type { Assessment } from "../split/verdict/assessment";
import { benchLab, projectFolder, tools, type Tools } from "./benchLab";

const requests = 500_000;
const namespace = "bench-million";

/**
 * A million connections over both Services by `pulumi up`: whether all are accounted for, and what log, state and the
 * probe's memory come to. Once, as it compares with nothing.
 *
 * @returns a section of Markdown
 * @throws Error where a single one is not accounted for
 */
export async function million(): Promise<string> {
    const lab = await tools();
    const folder = mkdtempSync(join(tmpdir(), "traffic-split-million-"));
    const stack = ["--stack", "dev", "--config-file", configFile(folder)];
    lab.freshBackend();
    await lab.run("pulumi", ["stack", "init", "dev"]);
    try {
        const up = lab.run("pulumi", ["up", "--yes", "--skip-preview", "--suppress-outputs", ...stack]);
        const memory = await memoryDuring(up);
        return sectionOf(await outcomeOf(lab), memory);
    } finally {
        await lab.run("pulumi", ["destroy", "--yes", "--skip-preview", ...stack]);
        rmSync(folder, { recursive: true });
    }
}

/** The stack `dev`, with the client that counts alone. */
function configFile(folder: string): string {
    const settings = parse(readFileSync(join(projectFolder, "Pulumi.dev.yaml"), "utf8")) as { config: object };
    const changed = { clients: ["load"], requests: String(requests), namespace };
    const config = Object.fromEntries(Object.entries(changed).map(([key, value]) => [`traffic-split:${key}`, value]));
    const file = join(folder, "Pulumi.dev.yaml");
    writeFileSync(file, stringify({ ...settings, config: { ...settings.config, ...config } }));
    return file;
}

/** Resident memory of the client and of the resolver beside it, in MiB, each second while connections are made. */
async function memoryDuring(up: Promise<unknown>): Promise<number[]> {
    const pulumi = { hasEnded: false };
    const end = up.finally(() => (pulumi.hasEnded = true));
    const samples: number[] = [];
    while (!pulumi.hasEnded) {
        const client = await processesOf(benchLab.cgroup, `/exe/load load new ${requests}`);
        if (client.length > 0) {
            const resolver = await processesOf(benchLab.cgroup, "/probe/resolver.js");
            const each = await Promise.all([...client, ...resolver].map(residentMebibytes));
            samples.push(each.reduce((sum, mebibytes) => sum + mebibytes, 0));
        }
        await Promise.race([sleep(1000), end]);
    }
    await end;
    return samples;
}

async function residentMebibytes(pid: number): Promise<number> {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

interface Outcome {
    readonly rows: readonly string[];
    readonly logBytes: number;
    readonly stateBytes: number;
}

async function outcomeOf(lab: Tools): Promise<Outcome> {
    const output = await lab.run("pulumi", ["stack", "output", "trafficSplit", "--json", "--stack", "dev"]);
    const { probes, services } = JSON.parse(output) as Assessment;
    const log = await lab.run("kubectl", [
        "logs",
        probes[0]?.pod ?? "",
        "--namespace",
        namespace,
        "--container",
        "load",
    ]);
    const exported = JSON.parse(await lab.run("pulumi", ["stack", "export", "--stack", "dev"])) as {
        deployment: { resources: { type: string }[] };
    };
    const state = exported.deployment.resources.filter(({ type }) => type.endsWith(":CollectedLogs"));
    return { rows: services.flatMap(rowsOf), logBytes: log.length, stateBytes: JSON.stringify(state).length };
}

function rowsOf({ name, clients }: Assessment["services"][number]): string[] {
    return clients.map(({ pods, errors, connections, timeline, latencyMs, verdict }) => {
        const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
        const total = pods.reduce((sum, { count }) => sum + count, failed);
        if (total !== requests) {
            throw new Error(`${name}: ${total} of ${requests} requests are accounted for`);
        }
        const seconds = timeline?.intervals.reduce((sum, interval) => sum + interval.seconds, 0) ?? NaN;
        const counts = pods.map(({ count }) => count.toLocaleString("en")).join(" + ");
        const cells = [connections.toLocaleString("en"), counts, failed, (total / seconds).toFixed(0)];
        return `| ${[name, ...cells, latencyMs?.total.p99 ?? "–", verdict.outcome].join(" | ")} |`;
    });
}

function sectionOf({ rows, logBytes, stateBytes }: Outcome, memory: readonly number[]): string {
    const at = (share: number): string => (memory[Math.floor(share * (memory.length - 1))] ?? NaN).toFixed(0);
    const kibibytes = (bytes: number): string => (bytes / 1024).toFixed(0);
    return `## A million connections

\`pulumi up\` of the stack \`dev\` with the client \`load\` and ${requests.toLocaleString("en")} requests, once.

| Service | connections | by pod | failed | a second | p99 ms | verdict |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

The client's log has ${kibibytes(logBytes)} KiB, the measurement in the stack's state ${kibibytes(stateBytes)} KiB. The client
and the resolver beside it took ${at(0.1)} MiB of memory after a tenth of the time, ${at(0.5)} after half of it and ${at(0.9)}
after nine tenths, ${Math.max(...memory).toFixed(0)} at most.
`;
}
