import { build } from "hdr-histogram-js";
import { countsOf, latencyCounts, type CountedLog } from "../protocol/countedLog";
import type { Latency, Outcome } from "../protocol/line";
import { retransmittedSyns } from "../protocol/tcpCounters";
import { errorCounts } from "./errorCounts";
import type { Percentiles, PodShare, ServiceSummary } from "./serviceSummary";
import { timelineOf } from "./timeline";

/**
 * What a client saw of one Service, from what it counted. Each of its requests has a connection of its own.
 *
 * @param service position of the Service in the log's header
 */
export function summariseCounted(log: CountedLog, service: number): Omit<ServiceSummary, "service" | "dns"> {
    const counts = countsOf(log, service);
    const counted = log.outcomes.map((outcome, i): Counted => ({ ...outcome, count: counts.get(i) ?? 0 }));
    const answered = sumOf(counted.filter(({ pod }) => pod !== null));
    const connect = percentilesOf(latencyCounts(log, service, "connect"));
    const handshake = percentilesOf(latencyCounts(log, service, "handshake"));
    const total = percentilesOf(latencyCounts(log, service, "total"));
    return {
        requested: sumOf(counted),
        answered,
        connections: sumOf(counted.filter(({ connected }) => connected)),
        // The counts do not say which DNS answer a connection went by.
        prediction: null,
        pods: podShares(counted, answered),
        errors: errorCounts(
            counted.flatMap(({ error, address, count }) =>
                error === null || count === 0 ? [] : [[`${address}: ${error}`, count]],
            ),
        ),
        timeline: timelineOf(log, service),
        latencyMs: connect === null || total === null ? null : { dns: null, connect, handshake, total },
        retransmittedSyns: retransmittedSyns(log.counters, service),
    };
}

type Counted = Outcome & { readonly count: number };

function sumOf(counted: readonly Counted[]): number {
    return counted.reduce((sum, { count }) => sum + count, 0);
}

function podShares(counted: readonly Counted[], answered: number): PodShare[] {
    const pods = [...new Set(counted.flatMap(({ pod, count }) => (pod === null || count === 0 ? [] : [pod])))];
    return pods
        .map((pod) => {
            const own = counted.filter((each) => each.pod === pod && each.count > 0);
            const count = sumOf(own);
            const addresses: Record<string, number> = {};
            for (const { address, count: at } of own) {
                addresses[address] = (addresses[address] ?? 0) + at;
            }
            return {
                pod,
                count,
                connections: count,
                share: count / answered,
                addresses,
            };
        })
        .sort((a, b) => b.count - a.count || a.pod.localeCompare(b.pod));
}

/** In milliseconds, as exact as the counts; null where nothing was counted. */
function percentilesOf(counts: Latency["counts"]): Percentiles | null {
    if (counts.length === 0) {
        return null;
    }
    // The same buckets as the writer's, so that nothing is lost.
    const histogram = build({ bitBucketSize: 64, numberOfSignificantValueDigits: 3 });
    for (const [microseconds, count] of counts) {
        histogram.recordValueWithCount(microseconds, count);
    }
    const at = (percentile: number): number => histogram.getValueAtPercentile(percentile) / 1000;
    return {
        p50: at(50),
        p90: at(90),
        p99: at(99),
        max: at(100),
    };
}
