import { execa } from "execa";
import { readFileSync } from "node:fs";

/** What the kernel counts where connections are lost, by its own names. */
const names = [
    ...["TCPSynRetrans", "PAWSTimewait", "ListenOverflows", "ListenDrops"],
    ...["insert_failed", "drop"],
] as const;

export type BenchCounters = Readonly<Record<(typeof names)[number], number>>;

/**
 * Reads the counters in the network namespace of a process, or of a node by its path below `/run/netns`. TCP's are sums
 * since the namespace was made, and so are conntrack's.
 *
 * @throws Error where there is no such namespace
 */
export async function countersIn(netns: string): Promise<BenchCounters> {
    const files = ["/proc/net/netstat", "/proc/net/stat/nf_conntrack"];
    const { stdout } = await execa("nsenter", [`--net=${netns}`, "cat", ...files]);
    const lines = stdout.split("\n").map((line) => line.trim().split(/\s+/));
    const conntrack = lines.findIndex(([first]) => first === "entries");
    const tcp = lines.findIndex(([first]) => first === "TcpExt:");
    const valueOf = (name: string): number => {
        const position = lines[conntrack]?.indexOf(name) ?? -1;
        if (position >= 0) {
            // A line for each processor, in hexadecimal.
            return lines
                .slice(conntrack + 1)
                .reduce((sum, each) => sum + (each.length > 1 ? parseInt(each[position] ?? "0", 16) : 0), 0);
        }
        return Number(lines[tcp + 1]?.[lines[tcp]?.indexOf(name) ?? -1] ?? NaN);
    };
    return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as BenchCounters;
}

/** By how much each counter rose while something ran, and how busy the machine was at its end: one line for a person. */
export async function counted<T>(
    namespaces: Readonly<Record<string, readonly string[]>>,
    run: () => Promise<T>,
): Promise<{ result: T; line: string }> {
    const read = async (): Promise<BenchCounters[][]> =>
        Promise.all(Object.values(namespaces).map((each) => Promise.all(each.map(countersIn))));
    const before = await read();
    const result = await run();
    const after = await read();
    const parts = Object.keys(namespaces).map((what, i) => {
        const rise = (name: (typeof names)[number]): number =>
            (after[i] ?? []).reduce((sum, each, j) => sum + each[name] - (before[i]?.[j]?.[name] ?? NaN), 0);
        const told = names.flatMap((name) => (rise(name) === 0 ? [] : [`${name} ${rise(name)}`]));
        return `${what}: ${told.join(", ") || "none"}`;
    });
    const [load = "?"] = readFileSync("/proc/loadavg", "utf8").split(" ");
    return { result, line: `${parts.join("; ")}; load average ${load}` };
}
