import { binomialUpperTail, chiSquareQuantile, noncentralChiSquareUpperTail } from "./distributions";
import { probabilityOfSpread } from "./multinomial";

/**
 * How likely a chi-square test of goodness of fit is to find that draws follow `alternative` and not `hypothesis`, by
 * the noncentral chi-square distribution with λ = 2 n Σ q ln(q / p) (Agresti, Categorical Data Analysis, 3rd edition,
 * 6.6.4). The other usual λ, n times the square of Cohen's w, is the same near the hypothesis; farther off it promises
 * too much: 0.86 for one of 5 pods at 1.5 times its share and n = 300, where simulation gives 0.82 and this λ 0.80.
 *
 * @param hypothesis probability of each cell. An alternative that puts q in a cell of probability 0 is found at the
 *     first draw there, with probability 1 - (1 - q)^n at least, and that is what is returned.
 * @param alternative probability of each cell, in the same order
 * @param n number of independent draws
 * @param alpha false-alarm rate of the test, strictly between 0 and 1
 * @returns probability; alpha where the two do not differ, 0 for a single cell, which nothing can contradict
 */
export function power(hypothesis: readonly number[], alternative: readonly number[], n: number, alpha: number): number {
    const impossible = alternative.reduce((sum, q, i) => sum + (hypothesis[i] === 0 ? q : 0), 0);
    if (impossible > 0) {
        return 1 - (1 - impossible) ** n;
    }
    const degreesOfFreedom = hypothesis.filter((probability) => probability > 0).length - 1;
    if (degreesOfFreedom === 0) {
        return 0;
    }
    const divergence = alternative.reduce((sum, q, i) => sum + (q > 0 ? q * Math.log(q / (hypothesis[i] ?? 0)) : 0), 0);
    const noncentrality = Math.max(0, 2 * n * divergence);
    return noncentralChiSquareUpperTail(chiSquareQuantile(alpha, degreesOfFreedom), degreesOfFreedom, noncentrality);
}

/**
 * The smallest number of draws that settles it: with it, `power` reaches `target`.
 *
 * @param target probability of finding the alternative, strictly between alpha and 1
 * @returns whole number, 1 or more; Infinity where no number of draws below 2^40 would do
 */
export function connectionsNeeded(
    hypothesis: readonly number[],
    alternative: readonly number[],
    alpha: number,
    target: number,
): number {
    return smallest((n) => power(hypothesis, alternative, n, alpha) >= target);
}

/** The cell that a hypothetical excess is in, as `excessInOneCell` sees it. */
export interface Excess {
    /** Probability of the cell, if nothing is wrong. */
    readonly probability: number;
    /** Number of cells that are tested with it, itself included. */
    readonly cells: number;
    /** True probability over expected probability, above 1; capped where the cell has everything. */
    readonly ratio: number;
}

/**
 * How likely `excessInOneCell` is to find this excess in n draws or more. Exact, but for one count to the safe side:
 * the power of a test on whole counts goes up and down by about that much from one n to the next, and this is a bound
 * for all of them.
 *
 * @param alpha false-alarm rate of the test, strictly between 0 and 1
 * @returns probability; 0 where even n of n would not be found
 */
export function excessPower({ probability, cells, ratio }: Excess, n: number, alpha: number): number {
    const isFound = (count: number): boolean => cells * binomialUpperTail(count, n, probability) <= alpha;
    if (!isFound(n)) {
        return 0;
    }
    let [missed, found] = [0, n];
    while (found - missed > 1e-6 * found) {
        const middle = (missed + found) / 2;
        [missed, found] = isFound(middle) ? [missed, middle] : [middle, found];
    }
    return found + 1 > n ? 0 : binomialUpperTail(found + 1, n, Math.min(1, ratio * probability));
}

/** The smallest number of draws from which on `excessPower` is at least `target`; a whole number or Infinity. */
export function connectionsNeededForExcess(excess: Excess, alpha: number, target: number): number {
    return smallest((n) => excessPower(excess, n, alpha) >= target);
}

/**
 * From how many draws on independent even draws show that they do not take turns: their counts then differ by more than
 * those of turns do with probability `target` at least. Exact where those differ by 1 at most, else an upper bound.
 *
 * @param cells 2 or more
 * @param spread by which counts of turns differ at most. @default 1
 */
export function connectionsNeededForTurns(cells: number, target: number, spread = 1): number {
    const sizes = Array.from({ length: cells }, (_, i) => i);
    // Only from n to n + cells, with the same rest to distribute, is it sure to grow.
    return smallest((n) => sizes.every((i) => 1 - probabilityOfSpread(cells, n + i, spread) >= target));
}

/** More draws than anybody sends; an alternative that needs more does not differ from the hypothesis. */
const MAX_DRAWS = 2 ** 40;

/** The smallest n that is enough, where every greater one is, too; Infinity where there is none up to MAX_DRAWS. */
function smallest(isEnough: (n: number) => boolean): number {
    let enough = 1;
    while (!isEnough(enough)) {
        if (enough >= MAX_DRAWS) {
            return Infinity;
        }
        enough *= 2;
    }
    let tooFew = Math.floor(enough / 2);
    while (enough - tooFew > 1) {
        const middle = Math.floor((tooFew + enough) / 2);
        [tooFew, enough] = isEnough(middle) ? [tooFew, middle] : [middle, enough];
    }
    return enough;
}
