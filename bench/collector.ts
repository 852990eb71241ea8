import { execa } from "execa";
import { join } from "node:path";
import { spread } from "./interleaved";

/** Requests to each of two Services, and the client that sends them. */
const sizes: readonly [requests: number, client: "curl" | "load"][] = [
    [5, "curl"],
    [5_000, "curl"],
    [500_000, "load"],
];

/**
 * Time and peak memory of what a collector does with a log: reading it from an API on loopback, checking and
 * summarising it. Each in a process of its own.
 *
 * @returns a section of Markdown
 */
export async function collector(rounds: number): Promise<string> {
    const rows: string[] = [];
    for (const [requests, client] of sizes) {
        const seconds: number[] = [];
        const mebibytes: number[] = [];
        let kibibytes = 0;
        for (let round = 0; round < rounds; round++) {
            const program = join(__dirname, "collectorRun.ts");
            const args = ["-r", join(__dirname, "..", "typescript.cjs"), program, String(requests), client];
            const { stdout } = await execa(process.execPath, args);
            const run = JSON.parse(stdout.split("\n").at(-1) ?? "") as Record<
                "seconds" | "mebibytes" | "bytes",
                number
            >;
            seconds.push(run.seconds);
            mebibytes.push(run.mebibytes);
            kibibytes = run.bytes / 1024;
        }
        const records = (2 * requests).toLocaleString("en");
        rows.push(
            `| ${records} | ${client} | ${kibibytes.toFixed(0)} | ${spread(seconds)} | ${spread(mebibytes, 0)} |`,
        );
    }
    return `## The collector

From the Kubernetes API on loopback to the measurement, each in a process of its own, ${rounds} rounds; median (least to
most). What the process takes before it reads anything is in the memory.

| requests | client | log, KiB | seconds | peak memory, MiB |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}
