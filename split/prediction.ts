import type { Resolver } from "./context";
import { commonPrefixLength } from "./prefix";
import type { Request } from "./record";

/** Where a client's connections should have gone by the DNS answers that it got, one by one. */
export interface Prediction {
    /** Connections whose own answer was recorded. */
    readonly compared: number;
    /** Those that went to the very address predicted. */
    readonly agreed: number;
}

export interface Sorting {
    readonly resolver: Resolver;
    /** IPv4 address of the client, and its interface's prefix length in bits. */
    readonly address: string;
    readonly prefixLength: number;
}

/**
 * Predicts the address of each connection from the answer that was given for it, and compares: for glibc the first
 * after sorting by RFC 6724 rule 9, for a client that takes turns the next, and for others the first as DNS gave it.
 *
 * @param answers to this client for this Service, in the order of its look-ups
 * @param requests of this client to this Service, in order
 * @returns null where look-ups and connections can't be brought together: neither one each, nor one for all
 */
export function comparePrediction(
    sorting: Sorting,
    answers: readonly (readonly string[])[],
    requests: readonly Request[],
): Prediction | null {
    const opened = firstsOfConnections(requests);
    const connected = requests.filter(({ connection }) => connection !== null);
    const isOneEach = answers.length === requests.length && opened.length === connected.length;
    const isOneForAll = answers.length === 1 && (opened.length === 1 || sorting.resolver === "own-round-robin");
    if (!isOneEach && !isOneForAll) {
        return null;
    }
    // By the request's own place: one that failed had its answer and its turn, too.
    const agreed = opened.filter(({ address, index }) => {
        const answer = (isOneEach ? answers[index] : answers[0]) ?? [];
        const turn = sorting.resolver === "own-round-robin" ? index % Math.max(1, answer.length) : 0;
        return address === inOrderTried(sorting, answer)[turn];
    });
    return { compared: opened.length, agreed: agreed.length };
}

/** The first request on each connection that came about. */
export function firstsOfConnections(requests: readonly Request[]): Request[] {
    const seen = new Set<number>();
    return requests.filter(({ connection }) => {
        const isFirst = connection !== null && !seen.has(connection);
        if (isFirst) {
            seen.add(connection);
        }
        return isFirst;
    });
}

/** The addresses of an answer in the order in which a client tries them. */
export function inOrderTried(
    { resolver, address, prefixLength }: Sorting,
    answer: readonly string[],
): readonly string[] {
    if (resolver !== "glibc") {
        return answer;
    }
    const bits = (each: string): number => {
        const common = commonPrefixLength(address, each);
        return prefixLength < 32 && common >= prefixLength ? common : 0;
    };
    // Stable, as glibc's sort is.
    return [...answer].sort((a, b) => bits(b) - bits(a));
}
