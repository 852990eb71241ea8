import { answersToPin, connectionsToFind, unevenness, type VerdictOptions } from "../statistics/thresholds";
import { underdispersion } from "../statistics/goodnessOfFit";

/** What counts show by themselves, whatever was expected, beside an even split over all pods. */
export type Fact = "pinned to one pod" | "even" | "skewed" | "more even than random";

/**
 * The facts that are established, each at the false-alarm rate. Few connections establish none: `even` takes so many
 * that the smallest effect would have been found, which 10 never are.
 *
 * @param connections of each ready pod, 0 for one that never answered
 * @param counts draws of each pod: its connections, but for those that follow from one choice, which is one draw.
 *     @default its connections
 */
export function factsOf(
    connections: readonly number[],
    options: Required<VerdictOptions>,
    counts = connections,
): Fact[] {
    const all = sumOf(connections);
    if (connections.length < 2 || all === 0) {
        return [];
    }
    if (connections.includes(all)) {
        return all >= answersToPin(connections.length, false, options) ? ["pinned to one pod"] : [];
    }
    const n = sumOf(counts);
    const fair = counts.map(() => 1 / counts.length);
    if (unevenness(counts, fair) <= options.falseAlarmRate) {
        return ["skewed"];
    }
    const facts: Fact[] = n >= connectionsToFind(fair, options) ? ["even"] : [];
    return underdispersion(counts, fair).pValue <= options.falseAlarmRate ? [...facts, "more even than random"] : facts;
}

function sumOf(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0);
}
