import { wilsonInterval } from "../split/statistics/goodnessOfFit";
import type { AssessedClient } from "../split/verdict/assessment";
import type { LetteredPod } from "./podLetters";

/** One pod's part of one client's connections. Shares are 0 to 1. */
export interface ShareRow {
    readonly letter: string;
    readonly pod: string;
    /** Connections whose first request it answered. */
    readonly connections: number;
    /** All requests that it answered. */
    readonly requests: number;
    /** Of all answered connections; 0 where there were none. */
    readonly share: number;
    /** Lower bound of Wilson's 95 % interval of that share, see {@link wilsonInterval}. */
    readonly lower: number;
    /** Upper bound of that interval. */
    readonly upper: number;
    /** null where no shares are expected. */
    readonly expected: number | null;
}

/** One row for each pod, also for those that answered nothing. */
export function shareRows({ pods, expectation }: AssessedClient, all: readonly LetteredPod[]): ShareRow[] {
    const answered = pods.reduce((sum, { connections }) => sum + connections, 0);
    return all.map(({ letter, name }) => {
        const { connections = 0, count: requests = 0 } = pods.find(({ pod }) => pod === name) ?? {};
        return {
            letter,
            pod: name,
            connections,
            requests,
            share: answered === 0 ? 0 : connections / answered,
            ...wilsonInterval(connections, answered),
            expected: expectation.distribution === null ? null : (expectation.distribution[name] ?? 0),
        };
    });
}
