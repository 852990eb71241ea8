import { collected, curl } from "../tests/unit/collected";
import { countedLines } from "../tests/unit/countedLogs";
import { log as curlLog, resolverLog } from "../tests/unit/probedCluster";
import {
    countersOf,
    linesOf,
    requestsTo,
    resolverLinesOf,
    smallLog,
    smallResolverRun,
    textOf,
} from "../tests/unit/probeLogs";
import type { CountedLog } from "../split/protocol/countedLog";
import type { Interval } from "../split/protocol/line";

const services = ["nginxheadless", "nginxclusterip"];
const pods = ["nginx-a", "nginx-b", "nginx-c"];
const counters = countersOf(0, 0);
const start = Date.parse("2024-05-01T10:00:00Z");

/** Collects one log of this size, and prints how long it took and how much memory. */
async function main(requests: number, client: string): Promise<void> {
    const text = client === "load" ? countedText(requests) : printedText(requests);
    const path = curlLog.replace("container=curl", `container=${client}`);
    const begun = performance.now();
    const { services: measured } = await collected(
        { [path]: text, [resolverLog]: resolverText(requests, client) },
        { clients: [{ ...curl, name: client }], shards: [requests] },
    );
    const seconds = (performance.now() - begun) / 1000;
    const counted = measured.flatMap(({ clients }) => clients).reduce((sum, each) => sum + each.answered, 0);
    if (counted !== 2 * requests) {
        throw new Error(`${counted} of ${2 * requests} requests were counted`);
    }
    const mebibytes = process.resourceUsage().maxRSS / 1024;
    console.log(JSON.stringify({ seconds, mebibytes, bytes: text.length }));
}

function printedText(requests: number): string {
    const answered = Array.from({ length: requests }, (_, i) => pods[i % pods.length] ?? "");
    const all = services.flatMap((_, service) => requestsTo(service, answered));
    return textOf(
        linesOf({ ...smallLog, header: { ...smallLog.header, services, requests }, requests: all, counters }),
    );
}

/** A look-up for each connection of a client that prints; one for each Service of one that counts. */
function resolverText(requests: number, client: string): string {
    const lookups = client === "load" ? 1 : requests;
    const each = (name: number, set: number, order: number[]) =>
        Array.from({ length: lookups }, () => ({ client: 0, name, set, order }));
    const header = { ...smallResolverRun.header, clients: [client] };
    return textOf(
        resolverLinesOf({ ...smallResolverRun, header, lookups: [...each(0, 0, [1, 0, 2]), ...each(1, 1, [0])] }),
    );
}

/** Two minutes of intervals to each Service, and latencies in as many buckets as a run of that size has. */
function countedText(requests: number): string {
    const intervals: Interval[] = services.flatMap((_, service) =>
        Array.from({ length: 120 }, (__, i) => {
            const counts = pods.map((___, pod) => {
                const cell = i * pods.length + pod;
                const [from, to] = [cell, cell + 1].map((each) => Math.floor((each * requests) / (120 * pods.length)));
                return [service * pods.length + pod, (to ?? 0) - (from ?? 0)] as const;
            });
            const done = counts.reduce((sum, [, count]) => sum + count, 0);
            return { service, start: start + i * 1000, milliseconds: 1000, counts, done };
        }),
    );
    const buckets = 4_000;
    const latencies = services.flatMap((_, service) =>
        (["connect", "total"] as const).map((of) => ({
            ...{ service, of },
            counts: Array.from({ length: buckets }, (__, i) => [i + 1, requests / buckets] as const),
        })),
    );
    const outcomes = services.flatMap((_, service) =>
        pods.map((pod, i) => ({
            address: service === 0 ? `10.244.0.${i + 5}` : "10.96.0.7",
            ...{ pod, error: null, connected: true, secured: false },
        })),
    );
    const header = {
        client: "load",
        clientVersion: "Go 1.19.8",
        resolver: "own-round-robin",
        services,
        requests,
    } as const;
    const log: CountedLog = {
        kind: "counted",
        header: { ...header, counted: { concurrency: 8, rate: 0 } },
        ...{ outcomes, intervals, latencies, counters },
    };
    return textOf(countedLines(log, 2 * requests));
}

void main(Number(process.argv[2]), process.argv[3] ?? "curl");
