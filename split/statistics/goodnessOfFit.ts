import { z } from "zod";
import { binomialUpperTail, chiSquareLowerTail, chiSquareUpperTail, normalQuantile } from "./distributions";
import { distinctOutcomes, likelihoodTails, probabilityOfEvenCounts, type LikelihoodTails } from "./multinomial";

/** Result of a test of goodness of fit. */
export const testResult = z.object({
    method: z.enum(["exact multinomial", "chi-square"]),
    /** Pearson's chi-square; Infinity, which JSON has as null, after an observation in a cell of probability 0. */
    statistic: z
        .number()
        .nullable()
        .transform((value) => value ?? Infinity),
    /** Cells of positive probability, less one. */
    degreesOfFreedom: z.number(),
    pValue: z.number(),
});
export type TestResult = Readonly<z.infer<typeof testResult>>;

/**
 * The most outcomes (`distinctOutcomes`) that a test enumerates, which takes a millisecond: n up to 241 for 3 even
 * cells, 84 for 4, 54 for 5, 31 for 10. Above it chi-square is close where cells expect 15 draws or more; where they
 * expect fewer, its false-alarm rate at 1e-3 grows, up to double where they expect one.
 */
const MAX_OUTCOMES = 5_000;

/**
 * Do these counts depart from these probabilities? An exact multinomial test where the outcomes can be enumerated: the
 * probability of all outcomes at most as likely as the observed one. Else Pearson's chi-square test, whose size is
 * closer to nominal than that of the likelihood ratio G, which rejects too often in sparse cells (Larntz, JASA 73,
 * 1978).
 *
 * @param observed count of each cell
 * @param expected probability of each cell; a cell of probability 0 is no degree of freedom, and one count there makes
 *     p = 0
 * @throws RangeError where the two differ in length, a count is not a natural number or the sum is not 1
 */
export function goodnessOfFit(observed: readonly number[], expected: readonly number[]): TestResult {
    return tailOf(observed, expected, {
        ofImpossible: 0,
        exact: ({ atMostAsLikely }) => atMostAsLikely,
        asymptotic: chiSquareUpperTail,
    });
}

/**
 * Are these counts closer to these probabilities than those of independent draws? The other tail of `goodnessOfFit`:
 * the probability of all outcomes at least as likely as the observed one. Counts of equally likely cells that differ by
 * 1 at most have an exact value at any n. For others, above the bound on enumeration, it is chi-square, one lattice
 * step on the safe side because counts are whole.
 *
 * @param observed count of each cell
 * @param expected probability of each cell; after an observation in a cell of probability 0, p = 1
 * @throws RangeError as `goodnessOfFit` does
 */
export function underdispersion(observed: readonly number[], expected: readonly number[]): TestResult {
    const result = tailOf(observed, expected, {
        ofImpossible: 1,
        exact: ({ atLeastAsLikely }) => atLeastAsLikely,
        asymptotic: (statistic, degreesOfFreedom, step) => chiSquareLowerTail(statistic + step, degreesOfFreedom),
    });
    const { counts, probabilities, impossible } = possibleCells(observed, expected);
    const isEvenest = new Set(probabilities).size === 1 && Math.max(...counts) - Math.min(...counts) <= 1;
    return isEvenest && impossible === 0
        ? { ...result, method: "exact multinomial", pValue: probabilityOfEvenCounts(counts.length, total(counts)) }
        : result;
}

/**
 * Does any cell get more than its probability? An exact binomial test of each cell, times the number of cells
 * (Bonferroni): its false-alarm rate is never above nominal, at any n. It is stronger than `goodnessOfFit` where one
 * cell alone departs.
 *
 * @param observed count of each cell
 * @param expected probability of each cell; an observation in a cell of probability 0 makes p = 0
 * @returns probability that chance gives any cell such an excess
 * @throws RangeError as `goodnessOfFit` does
 */
export function excessInOneCell(observed: readonly number[], expected: readonly number[]): number {
    const { counts, probabilities, impossible } = possibleCells(observed, expected);
    const n = total(counts);
    const tails = counts.map((count, i) => binomialUpperTail(count, n, probabilities[i] ?? 0));
    return impossible > 0 ? 0 : Math.min(1, counts.length * Math.min(...tails));
}

/**
 * Confidence interval of a share (Wilson, JASA 22, 1927).
 *
 * @param successes connections of one pod, out of n
 * @param confidence strictly between 0 and 1. @default 0.95
 * @returns bounds from 0 to 1; all of it for n = 0
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): { lower: number; upper: number } {
    if (n === 0) {
        return { lower: 0, upper: 1 };
    }
    const z = normalQuantile(1 - (1 - confidence) / 2);
    const share = successes / n;
    const centre = (share + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
    const half = (z / (1 + z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + (z / (2 * n)) ** 2);
    return { lower: successes === 0 ? 0 : centre - half, upper: successes === n ? 1 : centre + half };
}

interface Cells {
    readonly counts: readonly number[];
    readonly probabilities: readonly number[];
    /** Observations in cells of probability 0. */
    readonly impossible: number;
}

function possibleCells(observed: readonly number[], expected: readonly number[]): Cells {
    if (observed.length !== expected.length) {
        throw new RangeError(`${observed.length} counts for ${expected.length} probabilities`);
    }
    if (observed.some((count) => !Number.isInteger(count) || count < 0)) {
        throw new RangeError(`counts must be natural numbers: ${observed.join(", ")}`);
    }
    if (expected.some((probability) => probability < 0) || Math.abs(total(expected) - 1) > 1e-9) {
        throw new RangeError(`probabilities must sum to 1: ${expected.join(", ")}`);
    }
    const isPossible = (i: number): boolean => (expected[i] ?? 0) > 0;
    return {
        counts: observed.filter((_, i) => isPossible(i)),
        probabilities: expected.filter((_, i) => isPossible(i)),
        impossible: total(observed.filter((_, i) => !isPossible(i))),
    };
}

/** One tail of the distribution of outcomes under a hypothesis. */
interface Tail {
    /** Its p value after an observation in a cell of probability 0. */
    readonly ofImpossible: number;
    readonly exact: (tails: LikelihoodTails) => number;
    /** `step`: the least that the statistic of even counts changes when one draw goes to another cell. */
    readonly asymptotic: (statistic: number, degreesOfFreedom: number, step: number) => number;
}

function tailOf(observed: readonly number[], expected: readonly number[], tail: Tail): TestResult {
    const { counts, probabilities, impossible } = possibleCells(observed, expected);
    const degreesOfFreedom = counts.length - 1;
    if (impossible > 0) {
        return { method: "exact multinomial", statistic: Infinity, degreesOfFreedom, pValue: tail.ofImpossible };
    }
    const n = total(counts);
    const means = probabilities.map((probability) => n * probability);
    const statistic = n === 0 ? 0 : total(means.map((mean, i) => ((counts[i] ?? 0) - mean) ** 2 / mean));
    if (distinctOutcomes(probabilities, n) <= MAX_OUTCOMES) {
        const pValue = tail.exact(likelihoodTails(counts, probabilities));
        return { method: "exact multinomial", statistic, degreesOfFreedom, pValue };
    }
    const pValue = tail.asymptotic(statistic, degreesOfFreedom, 2 / (n * Math.min(...probabilities)));
    return { method: "chi-square", statistic, degreesOfFreedom, pValue };
}

function total(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0);
}
