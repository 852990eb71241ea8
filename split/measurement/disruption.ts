import type { Attempt } from "./attempts";

/** What is done to the pods while clients call them. */
export const disruptions = ["kill-one-pod", "rolling-restart", "scale"] as const;
export type DisruptionKind = (typeof disruptions)[number];

/**
 * A pod that came or went. Moments are in RFC 3339, those of the API to the second; null where it did not come to that.
 */
export interface ChangedPod {
    readonly name: string;
    readonly address: string | null;
    readonly ready: string | null;
    readonly gone: string | null;
}

/** What was done once, in the middle of the requests to one Service. */
export interface DisruptionEvent {
    readonly kind: DisruptionKind;
    /**
     * When the API took it, by the clock of the probe's node, to some 0.3 s. Requests that a client counts end with
     * their interval, of 1 s or more.
     */
    readonly at: string;
    /** Pods that were there before and went. */
    readonly lost: readonly ChangedPod[];
    /** Pods that came. */
    readonly gained: readonly ChangedPod[];
}

/** Whose answer ended a request: that of a pod that stayed, that went, that came, or nobody's. */
export const fates = ["stayed", "lost", "gained", "failed"] as const;
export type Fate = (typeof fates)[number];

/** Requests by the second in which they ended; the sum of all is that of all requests. */
export interface DisruptedSeconds extends Readonly<Record<Fate, readonly number[]>> {
    /**
     * Second of the first counts, rounded down: -1 is the second before the disruption. The last may hold later ones.
     */
    readonly from: number;
}

/**
 * What one client saw of the disruption at one Service. Seconds count from the disruption; null where it never came.
 */
export interface DisruptedClient {
    readonly client: string;
    readonly seconds: DisruptedSeconds;
    readonly failed: number;
    /** First answer of a pod that came. */
    readonly firstGained: number | null;
    /** Last answer of a pod that went, and last request that failed, after the disruption. */
    readonly lastLost: number | null;
    readonly lastFailed: number | null;
    /** The longest request that ended after it, in milliseconds; null for a client that counts its requests. */
    readonly slowestMs: number | null;
}

/** A disruption at one Service, and what each client saw. Plain JSON. */
export interface DisruptionReport extends DisruptionEvent {
    readonly service: string;
    readonly clients: readonly DisruptedClient[];
}

/** Seconds before and after the disruption; what is further away is told with the first and the last. */
const horizon = 30;

/**
 * What one client saw of a disruption.
 *
 * @param attempts of that client at the Service in whose middle it was
 */
export function disruptedClient(client: string, event: DisruptionEvent, attempts: readonly Attempt[]): DisruptedClient {
    const at = Date.parse(event.at);
    const lost = new Set(event.lost.map(({ name }) => name));
    const gained = new Set(event.gained.map(({ name }) => name));
    const fateOf = ({ pod }: Attempt): Fate =>
        pod === null ? "failed" : lost.has(pod) ? "lost" : gained.has(pod) ? "gained" : "stayed";
    const secondOf = ({ ended }: Attempt): number =>
        Math.max(-horizon, Math.min(horizon, Math.floor((ended - at) / 1000)));
    // Not as arguments of one call: there are more of them than a call takes.
    const from = attempts.reduce((least, attempt) => Math.min(least, secondOf(attempt)), 0);
    const to = attempts.reduce((most, attempt) => Math.max(most, secondOf(attempt)), 0);
    const counted = fates.map((fate): [Fate, number[]] => {
        const counts = Array<number>(to - from + 1).fill(0);
        for (const attempt of attempts.filter((each) => fateOf(each) === fate)) {
            const index = secondOf(attempt) - from;
            counts[index] = (counts[index] ?? 0) + attempt.count;
        }
        return [fate, counts];
    });
    const since = (attempt: Attempt | undefined): number | null =>
        attempt === undefined ? null : Math.round(attempt.ended - at) / 1000;
    const after = attempts.filter(({ ended }) => ended >= at);
    const durations = after.flatMap(({ milliseconds }) => milliseconds ?? []);
    return {
        client,
        seconds: { from, ...(Object.fromEntries(counted) as Record<Fate, number[]>) },
        failed: attempts.reduce((sum, attempt) => sum + (attempt.pod === null ? attempt.count : 0), 0),
        firstGained: since(attempts.find((attempt) => fateOf(attempt) === "gained")),
        lastLost: since(after.findLast((attempt) => fateOf(attempt) === "lost")),
        lastFailed: since(after.findLast((attempt) => fateOf(attempt) === "failed")),
        slowestMs:
            durations.length === 0
                ? null
                : Math.round(durations.reduce((most, each) => Math.max(most, each), 0) * 1000) / 1000,
    };
}
