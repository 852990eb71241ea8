import { LogError } from "./rawLine";
import type { Counters, CounterValues } from "./line";

/**
 * The kernel's counters of TCP that tell why a connection took long, by the names that `/proc/net/snmp` and
 * `/proc/net/netstat` give them: what was sent again, of that SYNs, and what was dropped for its timestamp, or because
 * a listener's queue was full. conntrack's own counters, in `/proc/net/stat/nf_conntrack`, are not among them: each
 * network namespace has its own, and those that matter are the node's.
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

export type TcpCounter = (typeof tcpCounters)[number];

/** By how much each counter rose; null where it is not known, because the kernel has no such counter. */
export type TcpCounts = Readonly<Record<TcpCounter, number | null>>;

/**
 * SYNs that the client's pod sent again while the client called one Service; null where that is not known. The counter
 * is that of the whole pod: of clients that run at once, each tells what all of them sent again meanwhile.
 */
export function retransmittedSyns(counters: readonly Counters[], service: number): number | null {
    const { before, after } = counters.find((each) => each.service === service) ?? {};
    const [from, to] = [before?.["TCPSynRetrans"], after?.["TCPSynRetrans"]];
    return from === undefined || to === undefined ? null : to - from;
}

/**
 * By how much a pod's counters rose from the first reading of any of its clients to the last one, so that what several
 * of them saw counts once.
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

/** The counters of several pods at one Service as those of one: each is the sum, where all have it. */
export function addCounters(service: number, all: readonly Counters[]): Counters {
    return {
        service,
        before: sums(all.map(({ before }) => before)),
        after: sums(all.map(({ after }) => after)),
    };
}

/** @throws LogError where a Service has no counters or several, or where one counter went back */
export function checkCounters(services: readonly string[], counters: readonly Counters[]): void {
    services.forEach((service, position) => {
        const own = counters.filter((each) => each.service === position);
        if (own.length !== 1) {
            throw new LogError(`${service}: 1 line of counters announced, ${own.length} in the log`);
        }
    });
    const stranger = counters.find((each) => each.service >= services.length);
    if (stranger !== undefined) {
        throw new LogError(`counters of Service ${stranger.service}, which the header does not name`);
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
