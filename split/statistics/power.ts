import { binomialUpperTail } from "./distributions";
import { probabilityOfSpread } from "./multinomial";

/** One cell that gets more than its share, as `excessInOneCell` tests for it. */
export interface Excess {
    /** Expected probability of the cell. */
    readonly probability: number;
    /** Number of cells that are tested with it, itself included. */
    readonly cells: number;
    /** True probability over expected probability, above 1; capped where the cell gets everything. */
    readonly ratio: number;
}

/**
 * How likely `excessInOneCell` is to find this excess in n draws or more. It is exact but for one count, on the safe
 * side: the power of a test on whole counts goes up and down by about that much from one n to the next, and this is a
 * lower bound for all of them.
 *
 * @param alpha false-alarm rate of the test, strictly between 0 and 1
 * @returns probability; 0 where even n counts out of n draws would not be found
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
 * The number of draws from which on independent draws with even odds can be told from turns: with a probability of at
 * least `target`, their counts differ by more than those of turns. It is exact for a spread of 1, else an upper bound.
 *
 * @param cells 2 or more
 * @param spread the most that counts of turns differ. @default 1
 */
export function connectionsNeededForTurns(cells: number, target: number, spread = 1): number {
    const sizes = Array.from({ length: cells }, (_, i) => i);
    // The probability grows for certain only from n to n + cells, with the same remainder to distribute.
    return smallest((n) => sizes.every((i) => 1 - probabilityOfSpread(cells, n + i, spread) >= target));
}

/** More draws than anybody sends. */
const MAX_DRAWS = 2 ** 40;

/** The smallest n that is enough, if every greater n is too; Infinity where there is none up to MAX_DRAWS. */
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
