import { connectionsNeededForExcess, connectionsNeededForTurns } from "./power";
import { excessInOneCell, goodnessOfFit, underdispersion } from "./goodnessOfFit";

export interface VerdictOptions {
    /**
     * How often what is as expected may be called a contradiction, above 0, 0.01 at most; of a whole run where that is
     * assessed, see {@link assess}. @default 0.001
     */
    readonly falseAlarmRate?: number;
    /** Smallest share of a pod over its expected share that must not be missed, above 1, 2 at most. @default 1.5 */
    readonly smallestEffect?: number;
    /** How often it must be found, 0.8 at least, below 1. @default 0.9 */
    readonly powerTarget?: number;
}

/**
 * The options with their defaults.
 *
 * @throws RangeError where one is out of its bounds, within which no ten connections can ever pass for even
 */
export function withDefaults(options: VerdictOptions): Required<VerdictOptions> {
    const { falseAlarmRate = 1e-3, smallestEffect = 1.5, powerTarget = 0.9 } = options;
    if (!(falseAlarmRate > 0 && falseAlarmRate <= 0.01)) {
        throw new RangeError(`falseAlarmRate must be above 0 and 0.01 at most: ${falseAlarmRate}`);
    }
    if (!(smallestEffect > 1 && smallestEffect <= 2)) {
        throw new RangeError(`smallestEffect must be above 1 and 2 at most: ${smallestEffect}`);
    }
    if (!(powerTarget >= 0.8 && powerTarget < 1)) {
        throw new RangeError(`powerTarget must be 0.8 at least and below 1: ${powerTarget}`);
    }
    return { falseAlarmRate, smallestEffect, powerTarget };
}

/**
 * What the false-alarm rate is spent on: one pod above its share, any other misfit, and counts too even for chance. A p
 * value divided by its weight is compared with the whole rate (weighted Bonferroni; Genovese, Roeder and Wasserman,
 * Biometrika 93, 2006). Most goes to the test that looks for `smallestEffect`; it is exact at any n, so that
 * chi-square, which may err by twice its rate where a pod expects few connections, cannot lift the sum above the rate.
 */
const WEIGHT = { excess: 0.7, misfit: 0.2, evenness: 0.1 } as const;

/** Weighted p value of counts too uneven for independent draws with these probabilities, 0 to 1. */
export function unevenness(counts: readonly number[], probabilities: readonly number[]): number {
    const excess = excessInOneCell(counts, probabilities) / WEIGHT.excess;
    const misfit = goodnessOfFit(counts, probabilities).pValue / WEIGHT.misfit;
    return Math.min(1, excess, misfit);
}

/** Weighted p value of counts too even for independent draws with these probabilities, 0 to 1. */
export function evenness(counts: readonly number[], probabilities: readonly number[]): number {
    return Math.min(1, underdispersion(counts, probabilities).pValue / WEIGHT.evenness);
}

/** Keys and values of `connectionsToFind`, a search of milliseconds whose answer is the same for every run. */
const known = new Map<string, number>();

/** From how many connections on `unevenness` finds the smallest effect with the power asked for. */
export function connectionsToFind(probabilities: readonly number[], options: Required<VerdictOptions>): number {
    const { falseAlarmRate, smallestEffect: ratio, powerTarget } = options;
    const possible = probabilities.filter((probability) => probability > 0);
    const [probability, cells] = [Math.min(...possible), possible.length];
    const key = [probability, cells, falseAlarmRate, ratio, powerTarget].join();
    const needed =
        known.get(key) ??
        connectionsNeededForExcess({ probability, cells, ratio }, WEIGHT.excess * falseAlarmRate, powerTarget);
    known.set(key, needed);
    return needed;
}

/** From how many connections on counts as even as can be are too even for chance. */
export function connectionsToShowTurns(pods: number, { falseAlarmRate }: Required<VerdictOptions>): number {
    return connectionsNeededForTurns(pods, 1 - WEIGHT.evenness * falseAlarmRate);
}

/**
 * From how many answers on it is established that one pod gets all: even traffic would look like that less often than
 * the false-alarm rate. A pod that was not known beforehand takes one answer more.
 */
export function answersToPin(pods: number, isPodKnown: boolean, { falseAlarmRate }: Required<VerdictOptions>): number {
    return pods < 2 ? 1 : Math.ceil(Math.log(falseAlarmRate) / -Math.log(pods)) + (isPodKnown ? 0 : 1);
}
