import { unevenness } from "../statistics/thresholds";
import { binomialUpperTail, logFactorial } from "../statistics/distributions";

/** What the DNS answers that one client got for one name show of the order of their addresses. */
export interface SeenAnswers {
    readonly lookups: number;
    /** How often each address came first, in the order in which the client tries them. */
    readonly firsts: Readonly<Record<string, number>>;
    /** Answers that have the same order as the answer before. */
    readonly repeats: number;
    /** Whether each answer is a rotation of the answer before. */
    readonly rotates: boolean;
}

/**
 * How the order of one answer relates to the next one's.
 * - `shuffled`: drawn at random for each answer
 * - `rotating`: another one for each answer, in turns over all clients that ask
 * - `repeated`: the same for a while, then another
 * - `frozen`: the same all the time
 * - `uneven`: some addresses come first more often than others
 */
export type SeenOrder = "shuffled" | "rotating" | "repeated" | "frozen" | "uneven";

/**
 * How often a DNS that shuffles may be taken for another, for one client: hardly ever, as that would hide its verdict.
 */
const doubt = 1e-6;

/** With so many look-ups, an order that holds, or holds for a while, would have been noticed. */
const enoughLookups = 20;

/**
 * Summarises the answers to one client.
 *
 * @param given answers as DNS returned them, in the order of the look-ups
 * @param tried the same, each in the order in which the client tries its addresses
 */
export function seenIn(given: readonly (readonly string[])[], tried: readonly (readonly string[])[]): SeenAnswers {
    const firsts: Record<string, number> = {};
    for (const [first] of tried) {
        if (first !== undefined) {
            firsts[first] = (firsts[first] ?? 0) + 1;
        }
    }
    const keys = given.map((answer) => answer.join());
    return {
        lookups: given.length,
        firsts,
        repeats: keys.filter((key, i) => i > 0 && key === keys[i - 1]).length,
        rotates: given.every((answer, i) => i === 0 || isRotation(answer, given[i - 1] ?? [])),
    };
}

function isRotation(one: readonly string[], other: readonly string[]): boolean {
    const shift = other.indexOf(one[0] ?? "");
    return one.length === other.length && one.every((each, i) => each === other[(shift + i) % other.length]);
}

/**
 * The order of DNS answers as one client saw it, whatever the configuration of the DNS service says.
 *
 * @param choices addresses that tie for the client: the one that comes first in the answer gets the connection
 * @param addresses how many addresses each answer has
 * @returns null where there are too few answers to tell
 */
export function orderSeen(
    { lookups, firsts, repeats, rotates }: SeenAnswers,
    choices: readonly string[],
    addresses: number,
): SeenOrder | null {
    const counts = choices.map((address) => firsts[address] ?? 0);
    const others = Math.max(0, lookups - 1);
    const orders = Math.exp(logFactorial(addresses));
    const isUnlikely = (probability: number): boolean => probability <= doubt;
    if (counts.includes(lookups)) {
        return isUnlikely(choices.length ** -others) ? "frozen" : null;
    }
    if (isUnlikely(binomialUpperTail(repeats, others, 1 / orders))) {
        return "repeated";
    }
    const isInTurns =
        (rotates && isUnlikely((addresses / orders) ** others)) ||
        isUnlikely(1 - binomialUpperTail(repeats + 1, others, 1 / orders));
    if (isInTurns) {
        return "rotating";
    }
    const fair = choices.map(() => 1 / choices.length);
    if (isUnlikely(unevenness(counts, fair))) {
        return "uneven";
    }
    return lookups >= enoughLookups ? "shuffled" : null;
}
