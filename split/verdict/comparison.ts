import { isByAddressOfPod } from "../theory/context";
import { homogeneity, type HomogeneityResult } from "../statistics/homogeneity";
import type { ClientSummary, MeasuredService, Measurement } from "../measurement/measurement";

/** Connections of one run by Service, client and pod: what a later run is compared with. */
export interface Run {
    readonly startedAt: string;
    readonly connections: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
    /** By Service and client, how its pods were drawn; absent from what earlier versions kept. */
    readonly draws?: Readonly<Record<string, Readonly<Record<string, Draws>>>>;
}

/** For each connection or in turns; one pod once, for all of them; or nobody knows. */
type Draws = "often" | "once" | "unknown";

/** One client at one Service, in two runs. */
export interface Change extends Pick<HomogeneityResult, "method" | "pValue"> {
    /**
     * How pods of the two runs are brought together: by their names where these are the same, else by rank, most
     * connections first. Of all ways to pair pods, that by rank makes chi-square smallest: a change that it finds is
     * there, whoever took whose place.
     */
    readonly matched: "by name" | "by rank";
    /** Connections of each pod, in the same order. */
    readonly before: readonly number[];
    readonly after: readonly number[];
    /** Whether the p value is at or below this change's part of the false-alarm rate. */
    readonly changed: boolean;
}

/** What became of the split since the run before. */
export interface Comparison {
    /** When that run started, in RFC 3339. */
    readonly since: string;
    /**
     * By Service and client. Those that only one of the runs has are left out, and those of whose connections it is not
     * known how they hung together, or which all went to the one pod that was drawn once: one draw against one tells
     * nothing.
     */
    readonly services: Readonly<Record<string, Readonly<Record<string, Change>>>>;
}

/** What to keep of a run for a comparison with the next. Every pod counts, with 0 connections too. */
export function runOf(measurement: Measurement): Run {
    const none = Object.fromEntries(measurement.pods.map(({ name }) => [name, 0]));
    const ofEach = <T>(
        value: (service: MeasuredService, client: ClientSummary) => T,
    ): Record<string, Record<string, T>> =>
        Object.fromEntries(
            measurement.services.map((service) => [
                service.name,
                Object.fromEntries(service.clients.map((client) => [client.client, value(service, client)])),
            ]),
        );
    return {
        startedAt: measurement.startedAt,
        connections: ofEach((_, { pods }) => ({
            ...none,
            ...Object.fromEntries(pods.map((each) => [each.pod, each.connections])),
        })),
        draws: ofEach((service, client) => drawsOf(measurement, service, client)),
    };
}

/** Less than an expectation tells, of which a stack's state would have to hold the program. */
function drawsOf(
    { churn, cluster, ...rest }: Measurement,
    { kind, sessionAffinity }: MeasuredService,
    client: ClientSummary,
): Draws {
    const { lookups, repeats, sets } = client.dns;
    // Of two addresses a DNS that shuffles repeats half of its orders, and fewer of more: this one has a cache.
    const isRepeated = kind === "headless" && lookups > 1 && repeats > 0.75 * (lookups - 1);
    const isByProxy = !isByAddressOfPod(kind);
    const isUnknown = cluster.mesh !== null || (isByProxy && cluster.proxy === "unknown");
    const takesTurns = kind === "headless" && client.resolver === "own-round-robin";
    if (
        churn.length > 0 ||
        isUnknown ||
        sets > 1 ||
        (kind === "headless" && !takesTurns && (isRepeated || cluster.dns.order !== "shuffled"))
    ) {
        return "unknown";
    }
    const isPinned = isByProxy && sessionAffinity === "ClientIP";
    // Draws of several pods of the probe, a connection each for many requests, hang together by pod.
    const isOnce = !takesTurns && (isPinned || client.connection === "kept-alive");
    // Earlier versions knew one pod, under another name.
    const { probes = [] } = rest as Partial<Measurement>;
    return isOnce && probes.length > 1 ? "unknown" : isOnce ? "once" : "often";
}

/**
 * Compares two runs of the same stack, client by client, by a test of homogeneity of the 2 x k table of connections.
 *
 * @param falseAlarmRate how often any client and Service of two runs that split alike may be called changed: each is
 *     held to an equal part of it (Bonferroni), as in {@link assess}
 */
export function compareRuns(earlier: Run, later: Run, falseAlarmRate: number): Comparison {
    const compared = Object.entries(later.connections).map(([service, clients]) => {
        const pairs = Object.entries(clients).flatMap(([client, after]) => {
            const before = earlier.connections[service]?.[client];
            const draws = [earlier, later].map((run) => run.draws?.[service]?.[client] ?? "often");
            const isComparable = !draws.includes("unknown") && draws.includes("often");
            return before === undefined || !isComparable ? [] : [{ client, before, after }];
        });
        return { service, pairs };
    });
    const rate =
        falseAlarmRate /
        Math.max(
            1,
            compared.reduce((sum, { pairs }) => sum + pairs.length, 0),
        );
    const services = compared.map(({ service, pairs }) => [
        service,
        Object.fromEntries(pairs.map(({ client, before, after }) => [client, changeOf(before, after, rate)])),
    ]);
    return { since: earlier.startedAt, services: Object.fromEntries(services) as Comparison["services"] };
}

type Counts = Readonly<Record<string, number>>;

function changeOf(before: Counts, after: Counts, falseAlarmRate: number): Change {
    const names = Object.keys(after).sort();
    const isSame = Object.keys(before).sort().join() === names.join();
    const pods = Math.max(names.length, Object.keys(before).length);
    const ranked = (counts: Counts): number[] => {
        const sorted = Object.values(counts).sort((a, b) => b - a);
        return [...sorted, ...Array<number>(pods - sorted.length).fill(0)];
    };
    const rows = isSame
        ? {
              matched: "by name" as const,
              before: names.map((pod) => before[pod] ?? 0),
              after: names.map((pod) => after[pod] ?? 0),
          }
        : { matched: "by rank" as const, before: ranked(before), after: ranked(after) };
    const { method, pValue } = homogeneity(rows.before, rows.after);
    return { ...rows, method, pValue, changed: pValue <= falseAlarmRate };
}
