import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import type { Request } from "../protocol/line";
import { count } from "../protocol/values";
import { commonPrefixLength } from "./longestPrefix";
import { resolverTraits, type Resolver } from "./resolvers";

/** How many of a client's connections went to the address that its own DNS answers predict. */
export const prediction = z.object({
    /** Connections whose DNS answer was recorded. */
    compared: count,
    /** Those that went to exactly the predicted address. */
    agreed: count,
    /**
     * By pod, those that went to a later address of their own answer, as a client does where the first does not accept
     * the connection; only pods that have some.
     */
    fallbacks: z.record(z.string(), count),
});
export type Prediction = Immutable<z.infer<typeof prediction>>;

/** How a client sorts DNS answers, and by what. */
export interface Sorting {
    readonly resolver: Resolver;
    /** IPv4 address of the client. */
    readonly address: string;
    /** Prefix length of the client's interface, in bits. */
    readonly prefixLength: number;
}

/**
 * Predicts the address of each connection from the DNS answer for it, and compares: for a resolver that sorts, the
 * first address after sorting; for a client that takes turns, the next; for others, the first of the answer.
 *
 * @param answers to this client for this Service, in the order of its look-ups
 * @param requests of this client to this Service, in order
 * @returns null where it is not known how the client sorts, and where look-ups do not match connections: neither one
 *     for each, nor one for all
 */
export function comparePrediction(
    sorting: Sorting,
    answers: readonly (readonly string[])[],
    requests: readonly Request[],
): Prediction | null {
    const { takesTurns, sortsByPrefix } = resolverTraits[sorting.resolver];
    const opened = firstsOfConnections(requests);
    const connected = requests.filter(({ connection }) => connection !== null);
    const isOneEach = answers.length === requests.length && opened.length === connected.length;
    const isOneForAll = answers.length === 1 && (opened.length === 1 || takesTurns);
    if (sortsByPrefix === null || (!isOneEach && !isOneForAll)) {
        return null;
    }
    // By the request's own place: one that failed had its answer and its turn, too.
    const answerTo = ({ index }: Request): readonly string[] => (isOneEach ? answers[index] : answers[0]) ?? [];
    const isAgreed = (request: Request): boolean => {
        const answer = answerTo(request);
        const turn = takesTurns ? request.index % Math.max(1, answer.length) : 0;
        return request.address === inOrderTried(sorting, answer)[turn];
    };
    const agreed = opened.filter(isAgreed);
    const isLater = (request: Request): boolean =>
        !takesTurns && !isAgreed(request) && answerTo(request).includes(request.address ?? "");
    const later = opened.filter(isLater);
    return {
        compared: opened.length,
        agreed: agreed.length,
        fallbacks: goesByDnsAlone(opened, answerTo, agreed.length) ? {} : byPod(requests, later),
    };
}

/** How often a client that tries later addresses may be taken for one that does not sort addresses at all. */
const doubt = 1e-6;

/**
 * Whether every connection went to the first address of the DNS answer itself, although another was predicted for some:
 * a client that tries later addresses reaches that one now and then, and not each time.
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
    const answered = requests.filter((each) => each.pod !== null && numbers.has(each.connection));
    const counts = new Map<string, number>();
    for (const { pod } of firstsOfConnections(answered)) {
        counts.set(pod ?? "", (counts.get(pod ?? "") ?? 0) + 1);
    }
    return Object.fromEntries(counts);
}

/** The first request on each connection. */
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

/** The addresses of a DNS answer in the order in which the client tries them. */
export function inOrderTried(
    { resolver, address, prefixLength }: Sorting,
    answer: readonly string[],
): readonly string[] {
    if (resolverTraits[resolver].sortsByPrefix !== true) {
        return answer;
    }
    const bits = (each: string): number => {
        const common = commonPrefixLength(address, each);
        return prefixLength < 32 && common >= prefixLength ? common : 0;
    };
    // Stable, as glibc's sort is.
    return [...answer].sort((a, b) => bits(b) - bits(a));
}
