import { quantileSorted } from "simple-statistics";
import { seenIn } from "../theory/answerOrder";
import { errorCounts } from "../protocol/errorCounts";
import type { CountedLog } from "../protocol/countedLog";
import { summariseCounted } from "./countedSummary";
import { retransmittedSyns } from "../protocol/tcpCounters";
import type { ProbeLog } from "../protocol/parse";
import { comparePrediction, firstsOfConnections, inOrderTried, type Prediction, type Sorting } from "../theory/prediction";
import type { Request } from "../protocol/line";
import type { ResolverLog } from "../protocol/resolverLog";
import type { Timeline } from "./timeline";

/** How often one pod answered, and at which addresses it was reached. */
export interface PodShare {
    readonly pod: string;
    /** Requests that this pod answered. */
    readonly count: number;
    /** Connections whose first request it answered. */
    readonly connections: number;
    /** `connections` over those of all pods, 0 to 1: one kept connection is one, however many requests it carried. */
    readonly share: number;
    /** Answered requests by the address that the client connected to. */
    readonly addresses: Readonly<Record<string, number>>;
}

/** What DNS answered one client for one Service. */
export interface DnsSummary {
    /** The fully qualified name. */
    readonly name: string;
    /** The first answer, in its order. */
    readonly addresses: readonly string[];
    /**
     * How many answers it got, in how many different orders, and of how many different sets of addresses, none of them
     * empty.
     */
    readonly lookups: number;
    readonly orders: number;
    readonly sets: number;
    /** How often each of `addresses` came first, in the order in which the client tries them. */
    readonly firsts: readonly number[];
    /** See {@link SeenAnswers}. */
    readonly repeats: number;
    readonly rotates: boolean;
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
    readonly dns: DnsSummary;
    readonly requested: number;
    readonly answered: number;
    /** Connections that came about, whether they were answered or not. */
    readonly connections: number;
    /** See {@link comparePrediction}; null where look-ups and connections can't be brought together. */
    readonly prediction: Prediction | null;
    /** Pods that answered, most requests first. */
    readonly pods: readonly PodShare[];
    /** Failed requests by message; beyond the commonest messages they are counted together. */
    readonly errors: Readonly<Record<string, number>>;
    /** Who answered when; null for clients with a line for each request, which tells nothing of when. */
    readonly timeline: Timeline | null;
    /**
     * Of connections that were opened, and in total of answered requests; null where there was none. That of DNS is
     * null for a client whose requests do not wait for it, and that of the handshake without TLS.
     */
    readonly latencyMs: {
        readonly dns: Percentiles | null;
        readonly connect: Percentiles;
        readonly handshake: Percentiles | null;
        readonly total: Percentiles;
    } | null;
    /** See {@link retransmittedSyns}. */
    readonly retransmittedSyns: number | null;
}

/**
 * Counts what one client saw, a summary for each Service in the order called.
 * The counts of pods and errors of a Service always sum to its `requested`.
 *
 * @param resolverLog what it was answered
 * @param sorting how it sorts answers, and by what
 */
export function summarise(log: ProbeLog | CountedLog, resolverLog: Answers, sorting: Sorting): ServiceSummary[] {
    const { client, services } = log.header;
    if (!("requests" in log)) {
        return services.map((service, position) => ({
            service,
            dns: dnsOf(client, service, resolverLog, sorting),
            ...summariseCounted(log, position),
        }));
    }
    return services.map((service, position) => {
        const requests = log.requests.filter((request) => request.service === position);
        const answered = requests.filter((request) => request.pod !== null);
        const answers = resolverLog.answersTo(client, service);
        return {
            service,
            dns: dnsOf(client, service, resolverLog, sorting),
            requested: requests.length,
            answered: answered.length,
            connections: firstsOfConnections(requests).length,
            // Behind one virtual address there is nothing to predict.
            prediction: answers.every(({ length }) => length < 2)
                ? null
                : comparePrediction(sorting, answers, requests),
            pods: podShares(answered),
            errors: errorCounts(requests.flatMap(({ error }) => (error === null ? [] : [[error, 1]]))),
            timeline: null,
            latencyMs: latencyOf(answered),
            retransmittedSyns: retransmittedSyns(log.counters, position),
        };
    });
}

/** What a resolver's log tells of one client. */
export type Answers = Pick<ResolverLog, "header" | "answersTo">;

function dnsOf(client: string, service: string, resolverLog: Answers, sorting: Sorting): DnsSummary {
    const answers = resolverLog.answersTo(client, service);
    const different = (keys: readonly string[]): number => new Set(keys).size;
    const [addresses = []] = answers;
    const { firsts, repeats, rotates } = seenIn(
        answers,
        answers.map((answer) => inOrderTried(sorting, answer)),
    );
    return {
        name: resolverLog.header.names.find((name) => name.startsWith(`${service}.`)) ?? service,
        addresses,
        lookups: answers.length,
        orders: different(answers.map((answer) => answer.join())),
        sets: different(answers.flatMap((answer) => (answer.length === 0 ? [] : [[...answer].sort().join()]))),
        firsts: addresses.map((address) => firsts[address] ?? 0),
        repeats,
        rotates,
    };
}

function podShares(answered: readonly Request[]): PodShare[] {
    const counts = Object.entries(tally(answered.map((request) => request.pod)));
    const opened = firstsOfConnections(answered);
    const connectionsTo = (pod: string): number => opened.filter((request) => request.pod === pod).length;
    return counts
        .map(([pod, count]) => ({
            pod,
            count,
            connections: connectionsTo(pod),
            share: connectionsTo(pod) / opened.length,
            addresses: tally(answered.filter((request) => request.pod === pod).map((request) => request.address)),
        }))
        .sort((a, b) => b.count - a.count || a.pod.localeCompare(b.pod));
}

function latencyOf(answered: readonly Request[]): ServiceSummary["latencyMs"] {
    const opened = firstsOfConnections(answered);
    const handshakes = opened.flatMap(({ connected, secured }) =>
        secured === null ? [] : [Math.max(0, secured - connected)],
    );
    return opened.length === 0
        ? null
        : {
              dns: percentiles(opened.map(({ resolved }) => resolved)),
              connect: percentiles(opened.map(({ resolved, connected }) => Math.max(0, connected - resolved))),
              handshake: handshakes.length === 0 ? null : percentiles(handshakes),
              total: percentiles(answered.map(({ total }) => total)),
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
function percentiles(values: readonly number[]): Percentiles {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (p: number): number => Math.round(quantileSorted(sorted, p) * 1e6) / 1e3;
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
