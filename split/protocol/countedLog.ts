import { z } from "zod";
import { checkCounters } from "./tcpCounters";
import { decode, decodeCounters, LogError, type RawFrame, type RawLine } from "./rawLine";
import type { Counters, Header, Interval, Latency, Outcome } from "./line";

/** The log of a client that counted its requests, read whole. */
export interface CountedLog {
    readonly header: Header;
    readonly outcomes: readonly Outcome[];
    /** In the order of time, one Service after the other. */
    readonly intervals: readonly Interval[];
    readonly latencies: readonly Latency[];
    /** One for each Service, in the order of the header. */
    readonly counters: readonly Counters[];
}

const count = z.int().nonnegative();
const pairs = z.array(z.tuple([count, z.int().positive()]));

const outcome = z
    .tuple([z.ipv4(), z.string().nullable(), z.string().nullable(), z.boolean(), z.boolean()])
    .transform(([address, pod, error, connected, secured]): Outcome => ({ address, pod, error, connected, secured }))
    .refine(({ pod, error }) => (pod === null) !== (error === null), "needs either a pod or an error")
    .refine(({ pod, connected }) => pod === null || connected, "an answer came on some connection")
    .refine(({ secured, connected }) => !secured || connected, "a handshake was on some connection");
const interval = z
    .tuple([count, count, count, pairs, count])
    .transform(([service, start, milliseconds, counts, done]): Interval => ({
        ...{ service, start, milliseconds, counts, done },
    }));
const latency = z
    .tuple([count, z.enum(["connect", "handshake", "total"]), pairs])
    .transform(([service, of, counts]): Latency => ({ service, of, counts }));

export const countedKinds = ["outcome", "interval", "latency", "counters"] as const;

/**
 * Reads what a client counted.
 *
 * @throws LogError where the counts do not add up to the requests announced, or the latencies not to the counts
 */
export function parseCounted(header: Header, { between, end }: RawFrame): CountedLog {
    const of = <T>(kind: (typeof countedKinds)[number], schema: z.ZodType<T>): T[] =>
        between.filter((line: RawLine) => line.kind === kind).map((line) => decode(line, schema));
    const log: CountedLog = {
        header,
        outcomes: of("outcome", outcome),
        intervals: of("interval", interval),
        latencies: of("latency", latency),
        counters: decodeCounters(between),
    };
    if (end.count !== header.requests * header.services.length) {
        throw new LogError(`the trailer counts ${end.count} requests, the header announced another number`);
    }
    header.services.forEach((service, position) => {
        checkSums(log, service, position);
    });
    checkCounters(header.services, log.counters);
    const stranger = [...log.intervals, ...log.latencies].find((each) => each.service >= header.services.length);
    if (stranger !== undefined) {
        throw new LogError(`counts of Service ${stranger.service}, which the header does not name`);
    }
    return log;
}

function checkSums(log: CountedLog, service: string, position: number): void {
    const counts = countsOf(log, position);
    const unknown = [...counts.keys()].find((each) => log.outcomes[each] === undefined);
    if (unknown !== undefined) {
        throw new LogError(`${service}: outcome ${unknown} is counted, but the log does not tell it`);
    }
    const sum = (isCounted: (each: Outcome) => boolean): number =>
        log.outcomes.reduce((total, each, i) => total + (isCounted(each) ? (counts.get(i) ?? 0) : 0), 0);
    const announced: [what: string, counted: number, expected: number][] = [
        ["requests", sum(() => true), log.header.requests],
        ["times to connect", timesOf(log, position, "connect"), sum(({ connected }) => connected)],
        ["times of handshakes", timesOf(log, position, "handshake"), sum(({ secured }) => secured)],
        ["times of answers", timesOf(log, position, "total"), sum(({ pod }) => pod !== null)],
    ];
    for (const [what, counted, expected] of announced) {
        if (counted !== expected) {
            throw new LogError(`${service}: ${expected} ${what} announced, ${counted} in the log`);
        }
    }
}

/** How often each outcome came at one Service, by its position. */
export function countsOf({ intervals }: CountedLog, service: number): Map<number, number> {
    const counts = new Map<number, number>();
    for (const each of intervals.filter((interval) => interval.service === service)) {
        for (const [position, count] of each.counts) {
            counts.set(position, (counts.get(position) ?? 0) + count);
        }
    }
    return counts;
}

/** Of one Service; a histogram that the log lacks is an empty one. */
export function latencyCounts({ latencies }: CountedLog, service: number, of: Latency["of"]): Latency["counts"] {
    return latencies.filter((each) => each.service === service && each.of === of).flatMap(({ counts }) => counts);
}

function timesOf(log: CountedLog, service: number, of: Latency["of"]): number {
    return latencyCounts(log, service, of).reduce((sum, [, count]) => sum + count, 0);
}
