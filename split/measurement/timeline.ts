import { z } from "zod";
import { countsOf, type CountedLog } from "../protocol/countedLog";
import type { Immutable } from "../protocol/immutable";
import type { Interval } from "../protocol/line";
import { count, moment } from "../protocol/values";

/** Which pod answered when. */
export const timeline = z.object({
    /** When the first request was to start. */
    start: moment,
    /** Pods in the order of the counts. */
    pods: z.array(z.string()),
    intervals: z.array(
        z.object({
            /** Seconds from the start to the beginning of the interval. */
            from: z.number(),
            /** Length of the interval. */
            seconds: z.number(),
            /** Answers of each pod. */
            counts: z.array(count),
            /** Requests that failed. */
            failed: count,
        }),
    ),
});
export type Timeline = Immutable<z.infer<typeof timeline>>;

// A stack's state stores so many figures for each client and Service.
const mostFigures = 1_200;
const mostIntervals = 60;
const fewestIntervals = 12;

/**
 * The time line of one Service. Neighbouring intervals are joined in pairs until they are few enough for a stack's
 * state.
 */
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
        counts.reduce((sum, [each, times]) => sum + (log.outcomes[each]?.pod === pod ? times : 0), 0);
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
