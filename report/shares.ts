import type { AssessedClient } from "../split/verdict/assessment";
import { wilsonInterval } from "../split/statistics/goodnessOfFit";
import type { LetteredPod } from "./podLetters";

/** What one client's connections made of one pod; shares are 0 to 1. */
export interface PodShareRow {
    readonly letter: string;
    readonly pod: string;
    /** Connections whose first request it answered, and all requests that it answered. */
    readonly connections: number;
    readonly requests: number;
    /** Of all answered connections; 0 where there was none. */
    readonly share: number;
    /** Wilson's 95 % interval of that share, see {@link wilsonInterval}. */
    readonly lower: number;
    readonly upper: number;
    /** null where theory names no shares. */
    readonly expected: number | null;
}

/** One row for each pod, also for those that answered nothing. */
export function shareRows({ pods, expectation }: AssessedClient, all: readonly LetteredPod[]): PodShareRow[] {
    const answered = pods.reduce((sum, { connections }) => sum + connections, 0);
    return all.map(({ letter, name }) => {
        const { connections = 0, count: requests = 0 } = pods.find(({ pod }) => pod === name) ?? {};
        return {
            ...{ letter, pod: name, connections, requests },
            share: answered === 0 ? 0 : connections / answered,
            ...wilsonInterval(connections, answered),
            expected: expectation.distribution === null ? null : (expectation.distribution[name] ?? 0),
        };
    });
}
