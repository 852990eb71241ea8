import { answersToPin, connectionsToFind, unevenness, type VerdictOptions } from "./departure";
import { underdispersion } from "./statistics";

/** What counts show by themselves, whatever was expected, beside an even split over all pods. */
export type Fact = "pinned to one pod" | "even" | "skewed" | "more even than random";

/**
 * The facts that are established, each at the false-alarm rate. Few connections establish none: `even` takes so many
 * that the smallest effect would have been found, which 10 never are.
 *
 * @param counts connections of each ready pod, 0 for one that never answered
 */
export function factsOf(counts: readonly number[], options: Required<VerdictOptions>): Fact[] {
    const n = counts.reduce((sum, count) => sum + count, 0);
    if (counts.length < 2 || n === 0) {
        return [];
    }
    if (counts.includes(n)) {
        return n >= answersToPin(counts.length, false, options) ? ["pinned to one pod"] : [];
    }
    const fair = counts.map(() => 1 / counts.length);
    if (unevenness(counts, fair) <= options.falseAlarmRate) {
        return ["skewed"];
    }
    const facts: Fact[] = n >= connectionsToFind(fair, options) ? ["even"] : [];
    return underdispersion(counts, fair).pValue <= options.falseAlarmRate ? [...facts, "more even than random"] : facts;
}
