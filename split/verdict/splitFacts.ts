import { z } from "zod";
import { underdispersion } from "../statistics/goodnessOfFit";
import { answersToPin, connectionsToFind, unevenness, type VerdictOptions } from "../statistics/thresholds";

/** What counts show by themselves, whatever was expected, compared with an even split over all pods. */
export const fact = z.enum(["pinned to one pod", "even", "skewed", "more even than random"]);
export type Fact = z.infer<typeof fact>;

/**
 * The facts that are certain, each at the false-alarm rate. Few connections establish none: `even` takes as many as
 * find the smallest effect, which are never as few as 10.
 *
 * @param connections of each ready pod, 0 for one that never answered
 * @param counts independent draws of each pod: its connections, except where all of them follow from one choice, which
 *     is one draw. @default its connections
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
