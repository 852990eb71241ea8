import { logFactorial } from "./distributions";

/** Probability of the outcomes at most, and at least, as likely as the observed one; both include it. */
export interface LikelihoodTails {
    readonly atMostAsLikely: number;
    readonly atLeastAsLikely: number;
}

/** Cells with the same probability. Exchanging their counts does not change how likely an outcome is. */
interface Group {
    readonly probability: number;
    readonly cells: number;
}

/**
 * Relative difference below which two likelihoods are a tie, as in R's fisher.test: equal likelihoods differ by
 * rounding when their factors come in another order.
 */
const TIE = 1e-7;

/**
 * The number of outcomes of n draws. Outcomes that differ only by an exchange of equally likely cells count as one, so
 * for k equally likely cells this is the number of partitions of n into at most k parts.
 */
export function distinctOutcomes(probabilities: readonly number[], n: number): number {
    const ways = new Array<number>(n + 1).fill(0);
    ways[0] = 1;
    for (const { cells } of groupsOf(probabilities)) {
        // Euler: partitions into at most c parts have the generating function 1 / ((1 - x)(1 - x²) … (1 - x^c)).
        for (let part = 1; part <= cells; part++) {
            for (let total = part; total <= n; total++) {
                ways[total] = (ways[total] ?? 0) + (ways[total - part] ?? 0);
            }
        }
    }
    return ways[n] ?? 0;
}

/**
 * Exact tails of the multinomial distribution by likelihood. The time is proportional to `distinctOutcomes`.
 *
 * @param counts observed count of each cell
 * @param probabilities probability of each cell; all positive, summing to 1
 */
export function likelihoodTails(counts: readonly number[], probabilities: readonly number[]): LikelihoodTails {
    const n = counts.reduce((sum, count) => sum + count, 0);
    const logFactorials = Array.from({ length: n + 1 }, (_, i) => logFactorial(i));
    const logLikelihood = (outcome: readonly number[], of: readonly number[]): number =>
        outcome.reduce(
            (sum, count, i) => sum + count * Math.log(of[i] ?? 0) - (logFactorials[count] ?? 0),
            logFactorials[n] ?? 0,
        );
    const observed = logLikelihood(counts, probabilities);
    const groups = groupsOf(probabilities);
    const grouped = groups.flatMap(({ probability, cells }) => new Array<number>(cells).fill(probability));
    let atMostAsLikely = 0;
    let atLeastAsLikely = 0;
    forEachOutcome(groups, n, (outcome) => {
        const likelihood = logLikelihood(outcome, grouped);
        const weight = Math.exp(likelihood) * arrangements(groups, outcome);
        atMostAsLikely += likelihood <= observed + TIE ? weight : 0;
        atLeastAsLikely += likelihood >= observed - TIE ? weight : 0;
    });
    return { atMostAsLikely: Math.min(1, atMostAsLikely), atLeastAsLikely: Math.min(1, atLeastAsLikely) };
}

/** Probability that n independent draws from equally likely cells give counts that differ by 1 at most. */
export function probabilityOfEvenCounts(cells: number, n: number): number {
    const each = Math.floor(n / cells);
    const rest = n % cells;
    const chooseRest = logFactorial(cells) - logFactorial(rest) - logFactorial(cells - rest);
    const arrange = logFactorial(n) - cells * logFactorial(each) - rest * Math.log(each + 1);
    return Math.exp(chooseRest + arrange - n * Math.log(cells));
}

/**
 * Probability that n independent draws from equally likely cells give counts that differ by `spread` at most: the
 * number of such outcomes times the probability of the most even one, which is an upper bound, and exact for a spread
 * of 1.
 */
export function probabilityOfSpread(cells: number, n: number, spread: number): number {
    const each = Math.floor(n / cells);
    const rest = n % cells;
    const mostEven = logFactorial(n) - cells * logFactorial(each) - rest * Math.log(each + 1) - n * Math.log(cells);
    return Math.min(1, Math.exp(logOutcomes(cells, spread, rest) + mostEven));
}

const knownOutcomes = new Map<string, readonly number[]>();

/**
 * Logarithm of the number of ways to give each cell 0 to `spread` above the smallest count, so that one cell at least
 * has 0 and the sum leaves this remainder when it is divided by the number of cells.
 */
function logOutcomes(cells: number, spread: number, rest: number): number {
    const key = `${cells} ${spread}`;
    const known = knownOutcomes.get(key);
    const logs =
        known ??
        Array.from(shareByRest(cells, spread), (share, i) => {
            // Ways in which no cell has 0 are those for a spread of one less, each raised by 1: the remainder is the
            // same.
            const without =
                spread === 0 ? 0 : (shareByRest(cells, spread - 1)[i] ?? 0) * (spread / (spread + 1)) ** cells;
            return cells * Math.log(spread + 1) + Math.log(share - without);
        });
    knownOutcomes.set(key, logs);
    return logs[rest] ?? -Infinity;
}

/** The share of all ways to give each cell 0 to `most` whose sum leaves each remainder when divided by the cells. */
function shareByRest(cells: number, most: number): Float64Array {
    const one = new Float64Array(cells);
    for (let rest = 0; rest < cells; rest++) {
        one[rest] = rest > most ? 0 : (1 + Math.floor((most - rest) / cells)) / (most + 1);
    }
    let all = new Float64Array(cells);
    all[0] = 1;
    for (let cell = 0; cell < cells; cell++) {
        const before = all;
        all = before.map((_, rest) =>
            one.reduce((sum, share, added) => sum + share * (before[(rest - added + cells) % cells] ?? 0), 0),
        );
    }
    return all;
}

function groupsOf(probabilities: readonly number[]): Group[] {
    const cells = new Map<number, number>();
    for (const probability of probabilities) {
        cells.set(probability, (cells.get(probability) ?? 0) + 1);
    }
    return [...cells].map(([probability, count]) => ({ probability, cells: count }));
}

/** Visits each distinct outcome once, with the counts of a group in descending order. The array is reused. */
function forEachOutcome(groups: readonly Group[], n: number, visit: (outcome: readonly number[]) => void): void {
    const outcome: number[] = [];
    const fill = (group: number, position: number, remaining: number): void => {
        const { cells } = groups[group] ?? { cells: 0 };
        if (position === cells) {
            if (group + 1 < groups.length) {
                fill(group + 1, 0, remaining);
            } else {
                visit(outcome);
            }
            return;
        }
        const most = position === 0 ? remaining : Math.min(remaining, outcome.at(-1) ?? 0);
        // The last group must take all that remains, which descending order bounds from below.
        const least = group + 1 === groups.length ? Math.ceil(remaining / (cells - position)) : 0;
        for (let count = most; count >= least; count--) {
            outcome.push(count);
            fill(group, position + 1, remaining - count);
            outcome.pop();
        }
    };
    fill(0, 0, n);
}

/** Number of outcomes that differ from this one by exchanges within groups: for each group, cells! / repetitions!. */
function arrangements(groups: readonly Group[], outcome: readonly number[]): number {
    let product = 1;
    let start = 0;
    for (const { cells } of groups) {
        let run = 0;
        for (let i = 0; i < cells; i++) {
            run = i > 0 && outcome[start + i] === outcome[start + i - 1] ? run + 1 : 1;
            product *= (i + 1) / run;
        }
        start += cells;
    }
    return product;
}
