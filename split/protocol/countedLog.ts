import {
    header,
    interval,
    latency,
    outcome,
    type Counters,
    type Header,
    type Interval,
    type Latency,
    type Outcome,
} from "./line";
import { decode, decodeKind, LogError, type RawFrame } from "./decodeLine";
import { checkCounters, decodeCounters } from "./tcpCounters";

/** The log of a client that counts its requests, read whole. */
export interface CountedLog {
    readonly kind: "counted";
    readonly header: Header;
    readonly outcomes: readonly Outcome[];
    /** In the order of time, one Service after the other. */
    readonly intervals: readonly Interval[];
    readonly latencies: readonly Latency[];
    /** One for each Service, in the order of the header. */
    readonly counters: readonly Counters[];
}

export const countedKinds = ["outcome", "interval", "latency", "counters"] as const;

/**
 * Reads what a client counted.
 *
 * @throws LogError where the counts do not add up to the requests that the header announces, or the latencies not to
 *     the counts
 */
export function parseCounted({ first, between, end }: RawFrame): CountedLog {
    const log: CountedLog = {
        kind: "counted",
        header: decode(first, header),
        outcomes: decodeKind(between, "outcome", outcome),
        intervals: decodeKind(between, "interval", interval),
        latencies: decodeKind(between, "latency", latency),
        counters: decodeCounters(between),
    };
    const { services, requests } = log.header;
    const announced = requests * services.length;
    if (end.count !== announced) {
        throw new LogError(`the last line counts ${end.count} requests, but the header announces ${announced}`);
    }
    services.forEach((service, position) => {
        checkSums(log, service, position);
    });
    checkCounters(services, log.counters);
    const stranger = [...log.intervals, ...log.latencies].find((each) => each.service >= services.length);
    if (stranger !== undefined) {
        throw new LogError(`the log has counts of Service ${stranger.service}, which the header does not name`);
    }
    return log;
}

function checkSums(log: CountedLog, service: string, position: number): void {
    const counts = countsOf(log, position);
    const unknown = [...counts.keys()].find((each) => log.outcomes[each] === undefined);
    if (unknown !== undefined) {
        throw new LogError(`${service}: an interval counts outcome ${unknown}, which the log does not define`);
    }
    const sum = (isCounted: (each: Outcome) => boolean): number =>
        log.outcomes.reduce((total, each, i) => total + (isCounted(each) ? (counts.get(i) ?? 0) : 0), 0);
    const sums: [what: string, got: number, expected: number][] = [
        ["requests", sum(() => true), log.header.requests],
        ["connection times", timesOf(log, position, "connect"), sum(({ connected }) => connected)],
        ["handshake times", timesOf(log, position, "handshake"), sum(({ secured }) => secured)],
        ["answer times", timesOf(log, position, "total"), sum(({ pod }) => pod !== null)],
    ];
    for (const [what, got, expected] of sums) {
        if (got !== expected) {
            throw new LogError(`${service}: expected ${expected} ${what}, got ${got}`);
        }
    }
}

/** How often each outcome occurred at one Service, by its position. */
export function countsOf({ intervals }: CountedLog, service: number): Map<number, number> {
    const counts = new Map<number, number>();
    for (const each of intervals.filter((one) => one.service === service)) {
        for (const [position, count] of each.counts) {
            counts.set(position, (counts.get(position) ?? 0) + count);
        }
    }
    return counts;
}

/** The times of one phase at one Service; empty where the log has none. */
export function latencyCounts({ latencies }: CountedLog, service: number, of: Latency["of"]): Latency["counts"] {
    return latencies.filter((each) => each.service === service && each.of === of).flatMap(({ counts }) => counts);
}

function timesOf(log: CountedLog, service: number, of: Latency["of"]): number {
    return latencyCounts(log, service, of).reduce((sum, [, count]) => sum + count, 0);
}
