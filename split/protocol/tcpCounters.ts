import { z } from "zod";
import type { Immutable } from "./immutable";
import { counters as countersLine, type Counters, type CounterValues } from "./line";
import { decodeKind, LogError, type RawLine } from "./decodeLine";
import { count } from "./values";

/**
 * The kernel's TCP counters that explain why a connection took long, by the names that `/proc/net/snmp` and
 * `/proc/net/netstat` give them: segments that were retransmitted, SYNs among them, and segments that were dropped for
 * their timestamps or because the queue of a listener was full. conntrack's counters in `/proc/net/stat/nf_conntrack`
 * are not among them: each network namespace has its own, and those that matter are the node's.
 */
export const tcpCounters = [
    "RetransSegs",
    "TCPSynRetrans",
    "TCPTimeouts",
    "PAWSActive",
    "PAWSEstab",
    "PAWSTimewait",
    "TSEcrRejected",
    "ListenOverflows",
    "ListenDrops",
] as const;

/** By how much each counter rose; null where the kernel does not have the counter. */
export const tcpCounts = z.record(z.enum(tcpCounters), count.nullable());
export type TcpCounts = Immutable<z.infer<typeof tcpCounts>>;

/**
 * SYNs that the client's pod retransmitted while the client called one Service; null where that is not known. The
 * counter is that of the whole pod: clients that run at the same time all count the SYNs of all of them.
 */
export function retransmittedSyns(counters: readonly Counters[], service: number): number | null {
    const own = counters.find((each) => each.service === service);
    const from = own?.before["TCPSynRetrans"];
    const to = own?.after["TCPSynRetrans"];
    return from === undefined || to === undefined ? null : to - from;
}

/**
 * By how much the counters of one pod rose from the first reading of any of its clients to the last, so that what
 * several clients saw counts once.
 */
export function countsOfPod(counters: readonly Counters[]): TcpCounts {
    const entries = tcpCounters.map((name) => {
        const before = counters.map((each) => each.before[name]);
        const after = counters.map((each) => each.after[name]);
        const isKnown = counters.length > 0 && [...before, ...after].every((each) => each !== undefined);
        return [name, isKnown ? Math.max(...(after as number[])) - Math.min(...(before as number[])) : null];
    });
    return Object.fromEntries(entries) as TcpCounts;
}

/** The counters of several pods at one Service as those of one: each is the sum, where all pods have it. */
export function addCounters(service: number, all: readonly Counters[]): Counters {
    return {
        service,
        before: sums(all.map(({ before }) => before)),
        after: sums(all.map(({ after }) => after)),
    };
}

/** The counters in a log of either kind; lines of other kinds are passed over. */
export function decodeCounters(lines: readonly RawLine[]): Counters[] {
    return decodeKind(lines, "counters", countersLine);
}

/** @throws LogError where a Service has no counters or several, or where a counter fell */
export function checkCounters(services: readonly string[], counters: readonly Counters[]): void {
    services.forEach((service, position) => {
        const own = counters.filter((each) => each.service === position);
        if (own.length !== 1) {
            throw new LogError(`${service}: expected 1 line of kind counters, got ${own.length}`);
        }
    });
    const stranger = counters.find((each) => each.service >= services.length);
    if (stranger !== undefined) {
        throw new LogError(`the log has counters of Service ${stranger.service}, which the header does not name`);
    }
    for (const { service, before, after } of counters) {
        const name = Object.keys(before).find((each) => (after[each] ?? Infinity) < (before[each] ?? 0));
        if (name !== undefined) {
            throw new LogError(`${services[service]}: counter ${name} fell from ${before[name]} to ${after[name]}`);
        }
    }
}

function sums(all: readonly CounterValues[]): CounterValues {
    const names = Object.keys(all[0] ?? {}).filter((name) => all.every((each) => each[name] !== undefined));
    return Object.fromEntries(names.map((name) => [name, all.reduce((sum, each) => sum + (each[name] ?? 0), 0)]));
}
