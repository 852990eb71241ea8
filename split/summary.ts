import { quantileSorted } from "simple-statistics";
import type { ProbeLog } from "./parse";
import type { Request } from "./record";

/** How often one pod answered, and at which addresses it was reached. */
export interface PodShare {
    readonly pod: string;
    /** Connections that this pod answered; every request has its own connection. */
    readonly count: number;
    /** `count` over all answered connections, 0 to 1. */
    readonly share: number;
    /** Connections by the address that the client connected to. */
    readonly addresses: Readonly<Record<string, number>>;
}

/** Percentiles in milliseconds, interpolated linearly between the two nearest ranks (Hyndman and Fan, type 7). */
export interface Percentiles {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
}

/** What one client saw of one Service. */
export interface ServiceSummary {
    readonly service: string;
    /** What DNS answered before the first request, in the order of the answer. */
    readonly dns: { readonly name: string; readonly addresses: readonly string[] };
    readonly requested: number;
    readonly answered: number;
    /** Pods that answered, most connections first. */
    readonly pods: readonly PodShare[];
    /** Failed requests by message; beyond the commonest messages they are counted together. */
    readonly errors: Readonly<Record<string, number>>;
    /** Over answered connections; null where there was none. */
    readonly latencyMs: {
        readonly dns: Percentiles;
        readonly connect: Percentiles;
        readonly total: Percentiles;
    } | null;
}

/**
 * Counts what one client saw, a summary for each Service in the order called.
 * The counts of pods and errors of a Service always sum to its `requested`.
 */
export function summarise(log: ProbeLog): ServiceSummary[] {
    return log.header.services.map((service, position) => {
        const requests = log.requests.filter((request) => request.service === position);
        const answered = requests.filter((request) => request.pod !== null);
        const first = log.dns.find((answer) => answer.service === service);
        return {
            service,
            dns: { name: first?.name ?? service, addresses: first?.addresses ?? [] },
            requested: requests.length,
            answered: answered.length,
            pods: podShares(answered),
            errors: commonest(tally(requests.map((request) => request.error))),
            latencyMs:
                answered.length === 0
                    ? null
                    : {
                          dns: percentiles(answered.map((request) => request.dnsMs)),
                          connect: percentiles(answered.map((request) => request.connectMs)),
                          total: percentiles(answered.map((request) => request.totalMs)),
                      },
        };
    });
}

function podShares(answered: readonly Request[]): PodShare[] {
    const counts = Object.entries(tally(answered.map((request) => request.pod)));
    return counts
        .map(([pod, count]) => ({
            pod,
            count,
            share: count / answered.length,
            addresses: tally(answered.filter((request) => request.pod === pod).map((request) => request.address)),
        }))
        .sort((a, b) => b.count - a.count || a.pod.localeCompare(b.pod));
}

function tally(values: readonly (string | null)[]): Record<string, number> {
    const counts = new Map<string, number>();
    for (const value of values) {
        if (value !== null) {
            counts.set(value, (counts.get(value) ?? 0) + 1);
        }
    }
    return Object.fromEntries(counts);
}

// A server that answers something else each time would fill the stack's state with its answers.
const mostMessages = 20;

function commonest(counts: Record<string, number>): Record<string, number> {
    const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
    const others = sorted.slice(mostMessages);
    return others.length === 0
        ? counts
        : Object.fromEntries([
              ...sorted.slice(0, mostMessages),
              [`${others.length} other messages`, others.reduce((sum, [, count]) => sum + count, 0)],
          ]);
}

function percentiles(values: readonly number[]): Percentiles {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (p: number): number => Math.round(quantileSorted(sorted, p) * 1000) / 1000;
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
