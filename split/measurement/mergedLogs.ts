import type { ClientLog } from "../protocol/clientLog";
import { latencyCounts, type CountedLog } from "../protocol/countedLog";
import type { Counters, Header, Interval, Latency, Outcome, Request } from "../protocol/line";
import type { RequestLog } from "../protocol/requestLog";
import { addCounters } from "../protocol/tcpCounters";

/** The logs of one client from several pods as one log: every request of each pod, on connections of its own. */
export function mergeRequests(logs: readonly RequestLog[]): RequestLog {
    const services = logs[0]?.header.services ?? [];
    const requests = services.flatMap((_, service) => {
        let index = 0;
        let opened = 0;
        return logs.flatMap((log) => {
            const own = log.requests.filter((each) => each.service === service);
            const moved = own.map((each): Request => ({
                ...each,
                index: index + each.index,
                connection: each.connection === null ? null : opened + each.connection,
            }));
            index += own.length;
            opened += 1 + own.reduce((most, { connection }) => Math.max(most, connection ?? -1), -1);
            return moved;
        });
    });
    return {
        kind: "requests",
        header: mergedHeader(logs),
        requests,
        counters: mergedCounters(logs),
    };
}

/** What one client counted in several pods as one log: counts of outcomes and of times add up exactly. */
export function mergeCounted(logs: readonly CountedLog[]): CountedLog {
    const keyOf = (outcome: Outcome): string => JSON.stringify(outcome);
    const outcomes = new Map(logs.flatMap((log) => log.outcomes.map((each) => [keyOf(each), each] as const)));
    const positions = new Map([...outcomes.keys()].map((key, position) => [key, position]));
    const renumbered = logs.flatMap((log) => {
        const places = log.outcomes.map((outcome) => positions.get(keyOf(outcome)) ?? -1);
        return log.intervals.map((interval): Interval => ({
            ...interval,
            counts: interval.counts.map(([outcome, count]) => [places[outcome] ?? -1, count]),
        }));
    });
    const services = logs[0]?.header.services ?? [];
    let done = 0;
    return {
        kind: "counted",
        header: mergedHeader(logs),
        outcomes: [...outcomes.values()],
        intervals: services.flatMap((_, service) =>
            mergeIntervals(renumbered.filter((each) => each.service === service)).map((interval) => {
                done += interval.counts.reduce((sum, [, count]) => sum + count, 0);
                return { service, ...interval, done };
            }),
        ),
        latencies: services.flatMap((_, service) =>
            phases.map((of) => ({
                service,
                of,
                counts: addPairs(logs.flatMap((log) => latencyCounts(log, service, of))),
            })),
        ),
        counters: mergedCounters(logs),
    };
}

const phases: readonly Latency["of"][] = ["connect", "handshake", "total"];

function mergedHeader(logs: readonly { readonly header: Header }[]): Header {
    const [{ header }] = logs as [{ readonly header: Header }];
    return { ...header, requests: logs.reduce((sum, each) => sum + each.header.requests, 0) };
}

/** Each pod has its own network namespace, and so its own counters. */
function mergedCounters(logs: readonly ClientLog[]): Counters[] {
    const services = logs[0]?.header.services ?? [];
    return services.map((_, service) =>
        addCounters(
            service,
            logs.flatMap(({ counters }) => counters.filter((each) => each.service === service)),
        ),
    );
}

/**
 * Pods begin at different moments. Their intervals go into those of one clock, as wide as the widest, each by its
 * middle: no count is lost, and its time is wrong by at most half an interval.
 */
function mergeIntervals(all: readonly Interval[]): Omit<Interval, "service" | "done">[] {
    const start = Math.min(...all.map((each) => each.start));
    const width = Math.max(1, ...all.map(({ milliseconds }) => milliseconds));
    const cells = new Map<number, Interval[]>();
    for (const each of all) {
        const cell = Math.floor((each.start + each.milliseconds / 2 - start) / width);
        cells.set(cell, [...(cells.get(cell) ?? []), each]);
    }
    return Array.from({ length: 1 + Math.max(-1, ...cells.keys()) }, (_, cell) => ({
        start: start + cell * width,
        milliseconds: width,
        counts: addPairs((cells.get(cell) ?? []).flatMap((each) => each.counts)),
    }));
}

/** Pairs of a value and its count, each value once, in ascending order. */
function addPairs(pairs: Latency["counts"]): Latency["counts"] {
    const counts = new Map<number, number>();
    for (const [value, count] of pairs) {
        counts.set(value, (counts.get(value) ?? 0) + count);
    }
    return [...counts].sort(([a], [b]) => a - b);
}
