import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { count, moment } from "../protocol/values";
import type { Attempt } from "./attempts";

/** What is done to the pods while clients call them. */
export const disruptions = ["kill-one-pod", "rolling-restart", "scale"] as const;
export type DisruptionKind = (typeof disruptions)[number];

/** A pod that was added or removed. The API gives moments to the second. */
const changedPod = z.object({
    name: z.string(),
    address: z.string().nullable(),
    /** When it became ready; null where it never did. */
    ready: moment.nullable(),
    /** When it was gone; null where it stayed. */
    gone: moment.nullable(),
});
export type ChangedPod = Immutable<z.infer<typeof changedPod>>;

/** What was done once, in the middle of the requests to one Service. */
const disruptionEvent = z.object({
    kind: z.enum(disruptions),
    /**
     * When the API accepted it, by the clock of the probe's node, to about 0.3 s. Requests that a client counts end
     * with their interval, which is 1 s long or longer.
     */
    at: moment,
    /** Pods that were there before and were removed. */
    lost: z.array(changedPod),
    /** Pods that were added. */
    gained: z.array(changedPod),
});
export type DisruptionEvent = Immutable<z.infer<typeof disruptionEvent>>;

/** How a request ended: answered by a pod that stayed, was removed or was added, or not answered. */
export const fates = ["stayed", "lost", "gained", "failed"] as const;
export type Fate = (typeof fates)[number];

/** Requests by the second in which they ended. All counts add up to all requests. */
const disruptedSeconds = z.object({
    /**
     * Second of the first counts, rounded down: -1 is the second before the disruption. The first and the last count
     * hold what is earlier and later, too.
     */
    from: z.int(),
    stayed: z.array(count),
    lost: z.array(count),
    gained: z.array(count),
    failed: z.array(count),
});
export type DisruptedSeconds = Immutable<z.infer<typeof disruptedSeconds>>;

/** Seconds since the disruption; null where it never happened. */
const since = z.number().nullable();

/** What one client saw of a disruption at one Service. */
const disruptedClient = z.object({
    client: z.string(),
    seconds: disruptedSeconds,
    failed: count,
    /** First answer of a pod that was added. */
    firstGained: since,
    /** Last answer of a pod that was removed. */
    lastLost: since,
    /** Last request that failed, after the disruption. */
    lastFailed: since,
    /** The longest request that ended after it, in milliseconds; null for a client that counts its requests. */
    slowestMs: z.number().nullable(),
});
export type DisruptedClient = Immutable<z.infer<typeof disruptedClient>>;

/** A disruption at one Service, and what each client saw. Plain JSON. */
export const disruptionReport = disruptionEvent.extend({
    service: z.string(),
    clients: z.array(disruptedClient),
});
export type DisruptionReport = Immutable<z.infer<typeof disruptionReport>>;

/** Seconds before and after the disruption that are counted apart. */
const horizon = 30;

/**
 * What one client saw of a disruption.
 *
 * @param attempts of that client at the Service during whose requests it happened
 */
export function seenOfDisruption(
    client: string,
    event: DisruptionEvent,
    attempts: readonly Attempt[],
): DisruptedClient {
    const at = Date.parse(event.at);
    const lost = new Set(event.lost.map(({ name }) => name));
    const gained = new Set(event.gained.map(({ name }) => name));
    const fateOf = ({ pod }: Attempt): Fate =>
        pod === null ? "failed" : lost.has(pod) ? "lost" : gained.has(pod) ? "gained" : "stayed";
    const sinceDisruption = (attempt: Attempt | undefined): number | null =>
        attempt === undefined ? null : Math.round(attempt.ended - at) / 1000;
    const after = attempts.filter(({ ended }) => ended >= at);
    const durations = after.flatMap(({ milliseconds }) => milliseconds ?? []);
    // Not as arguments of Math.max: there may be more of them than a call takes.
    const slowest = durations.reduce((most, each) => Math.max(most, each), 0);
    return {
        client,
        seconds: secondsOf(attempts, at, fateOf),
        failed: attempts.reduce((sum, attempt) => sum + (attempt.pod === null ? attempt.count : 0), 0),
        firstGained: sinceDisruption(attempts.find((attempt) => fateOf(attempt) === "gained")),
        lastLost: sinceDisruption(after.findLast((attempt) => fateOf(attempt) === "lost")),
        lastFailed: sinceDisruption(after.findLast((attempt) => fateOf(attempt) === "failed")),
        slowestMs: durations.length === 0 ? null : Math.round(slowest * 1000) / 1000,
    };
}

function secondsOf(attempts: readonly Attempt[], at: number, fateOf: (attempt: Attempt) => Fate): DisruptedSeconds {
    const secondOf = ({ ended }: Attempt): number =>
        Math.max(-horizon, Math.min(horizon, Math.floor((ended - at) / 1000)));
    const from = attempts.reduce((least, attempt) => Math.min(least, secondOf(attempt)), 0);
    const to = attempts.reduce((most, attempt) => Math.max(most, secondOf(attempt)), 0);
    const countsOf = (fate: Fate): number[] => {
        const counts = Array<number>(to - from + 1).fill(0);
        for (const attempt of attempts.filter((each) => fateOf(each) === fate)) {
            const index = secondOf(attempt) - from;
            counts[index] = (counts[index] ?? 0) + attempt.count;
        }
        return counts;
    };
    return {
        from,
        stayed: countsOf("stayed"),
        lost: countsOf("lost"),
        gained: countsOf("gained"),
        failed: countsOf("failed"),
    };
}
