import { quantileSorted } from "simple-statistics";
import type { Request } from "../protocol/line";
import type { RequestLog } from "../protocol/requestLog";
import { retransmittedSyns } from "../protocol/tcpCounters";
import { comparePrediction, firstsOfConnections, type Sorting } from "../theory/prediction";
import { errorCounts } from "./errorCounts";
import type { Percentiles, PodShare, ServiceSummary } from "./serviceSummary";

/**
 * What a client saw of one Service, from its requests one by one.
 *
 * @param service position of the Service in the log's header
 * @param answers of DNS to this client for this Service
 */
export function summariseRequests(
    log: RequestLog,
    service: number,
    answers: readonly (readonly string[])[],
    sorting: Sorting,
): Omit<ServiceSummary, "service" | "dns"> {
    const requests = log.requests.filter((request) => request.service === service);
    const answered = requests.filter((request) => request.pod !== null);
    // Where every answer is one address, as that of a virtual address is, there is nothing to predict.
    const isPlain = answers.every(({ length }) => length < 2);
    return {
        requested: requests.length,
        answered: answered.length,
        connections: firstsOfConnections(requests).length,
        prediction: isPlain ? null : comparePrediction(sorting, answers, requests),
        pods: podShares(answered),
        errors: errorCounts(requests.flatMap(({ error }) => (error === null ? [] : [[error, 1]]))),
        timeline: null,
        latencyMs: latencyOf(answered),
        retransmittedSyns: retransmittedSyns(log.counters, service),
    };
}

function podShares(answered: readonly Request[]): PodShare[] {
    const opened = firstsOfConnections(answered);
    return Object.entries(tally(answered.map((request) => request.pod)))
        .map(([pod, count]) => {
            const connections = opened.filter((request) => request.pod === pod).length;
            return {
                pod,
                count,
                connections,
                share: connections / opened.length,
                addresses: tally(answered.filter((request) => request.pod === pod).map(({ address }) => address)),
            };
        })
        .sort((a, b) => b.count - a.count || a.pod.localeCompare(b.pod));
}

function latencyOf(answered: readonly Request[]): ServiceSummary["latencyMs"] {
    const opened = firstsOfConnections(answered);
    if (opened.length === 0) {
        return null;
    }
    const handshakes = opened.flatMap(({ connected, secured }) =>
        secured === null ? [] : [Math.max(0, secured - connected)],
    );
    return {
        dns: percentilesOf(opened.map(({ resolved }) => resolved)),
        connect: percentilesOf(opened.map(({ resolved, connected }) => Math.max(0, connected - resolved))),
        handshake: handshakes.length === 0 ? null : percentilesOf(handshakes),
        total: percentilesOf(answered.map(({ total }) => total)),
    };
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

/** @param values in seconds */
function percentilesOf(values: readonly number[]): Percentiles {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (p: number): number => Math.round(quantileSorted(sorted, p) * 1e6) / 1e3;
    return {
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        max: at(1),
    };
}
