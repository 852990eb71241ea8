import { connectionsNeededForExcess, connectionsNeededForTurns } from "./power";
import { excessInOneCell, goodnessOfFit, underdispersion } from "./goodnessOfFit";

export interface VerdictOptions {
    /**
     * How often a split that is as expected may be called a contradiction: above 0, at most 0.01. For an assessment it
     * is the rate of the whole run. @default 0.001
     */
    readonly falseAlarmRate?: number;
    /**
     * Smallest ratio of a pod's share to its expected share that must not be missed: above 1, at most 2. @default 1.5
     */
    readonly smallestEffect?: number;
    /** How often that ratio must be found: at least 0.8, below 1. @default 0.9 */
    readonly powerTarget?: number;
}

/**
 * The options with their defaults.
 *
 * @throws RangeError where an option is out of its bounds. Within them, ten connections never pass for even
 */
export function withDefaults(options: VerdictOptions): Required<VerdictOptions> {
    const { falseAlarmRate = 1e-3, smallestEffect = 1.5, powerTarget = 0.9 } = options;
    if (!(falseAlarmRate > 0 && falseAlarmRate <= 0.01)) {
        throw new RangeError(`falseAlarmRate: must be above 0 and at most 0.01, got ${falseAlarmRate}`);
    }
    if (!(smallestEffect > 1 && smallestEffect <= 2)) {
        throw new RangeError(`smallestEffect: must be above 1 and at most 2, got ${smallestEffect}`);
    }
    if (!(powerTarget >= 0.8 && powerTarget < 1)) {
        throw new RangeError(`powerTarget: must be at least 0.8 and below 1, got ${powerTarget}`);
    }
    return { falseAlarmRate, smallestEffect, powerTarget };
}

/**
 * How the false-alarm rate is divided among three tests: one pod above its share, any other misfit, and counts too even
 * for chance. A p value divided by its weight is compared with the whole rate (weighted Bonferroni; Genovese, Roeder
 * and Wasserman, Biometrika 93, 2006). Most goes to the test that looks for `smallestEffect`. That test is exact at any
 * n, so that chi-square, whose rate may double where a pod expects few connections, cannot lift the sum above the whole
 * rate.
 */
const WEIGHT = { excess: 0.7, misfit: 0.2, evenness: 0.1 } as const;

/** Weighted p value, 0 to 1: are the counts too uneven for independent draws with these probabilities? */
export function unevenness(counts: readonly number[], probabilities: readonly number[]): number {
    const excess = excessInOneCell(counts, probabilities) / WEIGHT.excess;
    const misfit = goodnessOfFit(counts, probabilities).pValue / WEIGHT.misfit;
    return Math.min(1, excess, misfit);
}

/** Weighted p value, 0 to 1: are the counts too even for independent draws with these probabilities? */
export function evenness(counts: readonly number[], probabilities: readonly number[]): number {
    return Math.min(1, underdispersion(counts, probabilities).pValue / WEIGHT.evenness);
}

/** Results of `connectionsToFind`, which searches for milliseconds. */
const known = new Map<string, number>();

/** The number of connections from which on `unevenness` finds `smallestEffect` as often as `powerTarget` asks. */
export function connectionsToFind(probabilities: readonly number[], options: Required<VerdictOptions>): number {
    const { falseAlarmRate, smallestEffect: ratio, powerTarget } = options;
    const possible = probabilities.filter((each) => each > 0);
    const probability = Math.min(...possible);
    const cells = possible.length;
    const key = [probability, cells, falseAlarmRate, ratio, powerTarget].join();
    const needed =
        known.get(key) ??
        connectionsNeededForExcess({ probability, cells, ratio }, WEIGHT.excess * falseAlarmRate, powerTarget);
    known.set(key, needed);
    return needed;
}

/** The number of connections from which on counts that are as even as possible are too even for chance. */
export function connectionsToShowTurns(pods: number, { falseAlarmRate }: Required<VerdictOptions>): number {
    return connectionsNeededForTurns(pods, 1 - WEIGHT.evenness * falseAlarmRate);
}

/**
 * The number of answers from which on it is certain that one pod gets all: an even split would look like that less
 * often than the false-alarm rate. It takes one answer more where the pod was not known beforehand.
 */
export function answersToPin(pods: number, isPodKnown: boolean, { falseAlarmRate }: Required<VerdictOptions>): number {
    return pods < 2 ? 1 : Math.ceil(Math.log(falseAlarmRate) / -Math.log(pods)) + (isPodKnown ? 0 : 1);
}
