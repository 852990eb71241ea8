import type { Resolver } from "./context";
import { commonPrefixLength } from "./prefix";
import type { Request } from "../protocol/line";

/** Where a client's connections should have gone by the DNS answers that it got, one by one. */
export interface Prediction {
    /** Connections whose own answer was recorded. */
    readonly compared: number;
    /** Those that went to the very address predicted. */
    readonly agreed: number;
    /**
     * By pod, those that went on to a later address of their own answer, as a client does where the first does not
     * accept; only pods that have one.
     */
    readonly fallbacks: Readonly<Record<string, number>>;
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
 * @returns null where it is not known how the client sorts, and where look-ups and connections can't be brought
 *     together: neither one each, nor one for all
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
    if (sorting.resolver === "unknown" || (!isOneEach && !isOneForAll)) {
        return null;
    }
    // By the request's own place: one that failed had its answer and its turn, too.
    const answerTo = ({ index }: Request): readonly string[] => (isOneEach ? answers[index] : answers[0]) ?? [];
    const isAgreed = (request: Request): boolean => {
        const answer = answerTo(request);
        const turn = sorting.resolver === "own-round-robin" ? request.index % Math.max(1, answer.length) : 0;
        return request.address === inOrderTried(sorting, answer)[turn];
    };
    const agreed = opened.filter(isAgreed);
    const isLater = (request: Request): boolean =>
        sorting.resolver !== "own-round-robin" &&
        !isAgreed(request) &&
        answerTo(request).includes(request.address ?? "");
    const later = opened.filter(isLater);
    const fallbacks = goesByDnsAlone(opened, answerTo, agreed.length) ? {} : byPod(requests, later);
    return { compared: opened.length, agreed: agreed.length, fallbacks };
}

/** How often a client that goes on to later addresses may look like one that does not sort them at all. */
const doubt = 1e-6;

/**
 * Whether every connection went to the address that DNS itself named first, though some of these were not to be first:
 * who goes on to a later address comes to that one now and then, and never each time.
 */
function goesByDnsAlone(
    opened: readonly Request[],
    answerTo: (request: Request) => readonly string[],
    agreed: number,
): boolean {
    const byChance = opened.reduce((product, request) => product * (1 - 1 / Math.max(1, answerTo(request).length)), 1);
    const isAsGiven = opened.every((request) => request.address === answerTo(request)[0]);
    return agreed < opened.length && isAsGiven && byChance <= doubt;
}

function byPod(requests: readonly Request[], opened: readonly Request[]): Record<string, number> {
    const numbers = new Set(opened.map(({ connection }) => connection));
    const counts = new Map<string, number>();
    for (const { pod } of firstsOfConnections(
        requests.filter((each) => each.pod !== null && numbers.has(each.connection)),
    )) {
        counts.set(pod ?? "", (counts.get(pod ?? "") ?? 0) + 1);
    }
    return Object.fromEntries(counts);
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
