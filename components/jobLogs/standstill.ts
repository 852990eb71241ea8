import type { CollectInputs } from "./inputs";
import { ownStatuses, type ShardPods } from "./shardPods";

/** More requests than a run can have. */
const manyRequests = 1e9;

/**
 * How far a probe is: its pods' steps from their creation to their end, and within a step the requests that are sent.
 * Only what a pod can do once is a step: a container that restarts for ever makes no progress.
 */
export function stageOf(shards: ShardPods, inputs: CollectInputs, requests: number): number {
    const steps = shards.flatMap((pod) =>
        pod === undefined
            ? []
            : [
                  pod.metadata?.uid !== undefined || pod.metadata?.name !== undefined,
                  pod.spec?.nodeName !== undefined,
                  pod.status?.podIP !== undefined,
                  ...ownStatuses(pod, inputs).flatMap(({ state }) => [
                      state?.running !== undefined || state?.terminated !== undefined,
                      state?.terminated !== undefined,
                  ]),
              ],
    );
    return steps.filter((isDone) => isDone).length * manyRequests + requests;
}

/** Part of a run's time for which it may seem to stand still: a client that counts writes less and less often. */
const quiet = 0.25;

/** Notices that a probe makes no progress. */
export class Standstill {
    private furthest = -1;
    private since: number;

    constructor(
        private readonly seconds: number,
        private readonly begun = Date.now(),
    ) {
        this.since = begun;
    }

    /** @returns the seconds that it has stood still where these are too many, else null */
    tooLong(stage: number, now = Date.now()): number | null {
        if (stage > this.furthest) {
            this.furthest = stage;
            this.since = now;
        }
        const stood = (now - this.since) / 1000;
        return stood > this.seconds + (quiet * (this.since - this.begun)) / 1000 ? Math.round(stood) : null;
    }
}
