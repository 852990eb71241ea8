import { countsOf, type CountedLog } from "../protocol/countedLog";
import type { Interval } from "../protocol/line";

/** Who answered when. */
export interface Timeline {
    /** When the first request was to start, in RFC 3339. */
    readonly start: string;
    /** Pods in the order of the counts. */
    readonly pods: readonly string[];
    readonly intervals: readonly {
        /** Seconds from the start to the beginning of the interval, and its length. */
        readonly from: number;
        readonly seconds: number;
        /** Answers by pod, and requests that failed. */
        readonly counts: readonly number[];
        readonly failed: number;
    }[];
}

// A stack's state holds that many figures of each client and Service.
const mostFigures = 1_200;
const mostIntervals = 60;
const fewestIntervals = 12;

/** Of one Service; intervals are joined, neighbours by twos, until they are few enough for a stack's state. */
export function timelineOf(log: CountedLog, service: number): Timeline | null {
    let intervals = log.intervals.filter((each) => each.service === service);
    const start = intervals[0]?.start;
    if (start === undefined) {
        return null;
    }
    const seen = [...countsOf(log, service).keys()];
    const pods = [...new Set(seen.flatMap((each) => log.outcomes[each]?.pod ?? []))].sort();
    const most = Math.max(fewestIntervals, Math.min(mostIntervals, Math.floor(mostFigures / Math.max(1, pods.length))));
    while (intervals.length > most) {
        intervals = intervals.flatMap((each, i) => (i % 2 === 1 ? [] : [joined(each, intervals[i + 1])]));
    }
    const countIn = ({ counts }: Interval, pod: string | null): number =>
        counts.reduce((sum, [each, count]) => sum + (log.outcomes[each]?.pod === pod ? count : 0), 0);
    return {
        start: new Date(start).toISOString(),
        pods,
        intervals: intervals.map((each) => ({
            from: (each.start - start) / 1000,
            seconds: each.milliseconds / 1000,
            counts: pods.map((pod) => countIn(each, pod)),
            failed: countIn(each, null),
        })),
    };
}

function joined(first: Interval, second: Interval | undefined): Interval {
    return second === undefined
        ? first
        : {
              ...first,
              milliseconds: second.start + second.milliseconds - first.start,
              counts: [...first.counts, ...second.counts],
          };
}
