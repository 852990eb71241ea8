import { z } from "zod";
import { chiSquareUpperTail, logFactorial } from "./distributions";

/** Result of a test of homogeneity. */
export const homogeneityResult = z.object({
    method: z.enum(["exact", "chi-square"]),
    /** Pearson's chi-square of the 2 x k table. */
    statistic: z.number(),
    /** Columns that are not empty, less one. */
    degreesOfFreedom: z.number(),
    pValue: z.number(),
});
export type HomogeneityResult = Readonly<z.infer<typeof homogeneityResult>>;

/** The most tables that the exact test enumerates, in some milliseconds: two rows of 3 times 100 have 7,651 at most. */
const MAX_TABLES = 50_000;

/** Relative difference below which two probabilities are a tie, as in R's fisher.test. */
const TIE = 1e-7;

/**
 * Do two runs split alike? A 2 x k test of homogeneity. Where the tables can be enumerated it is the exact test of
 * Freeman and Halton (Biometrika 38, 1951): the probability, given the margins, of all tables at most as likely as the
 * observed one. Else it is Pearson's chi-square test without continuity correction.
 *
 * @param first counts of one run
 * @param second counts of the other run, pod by pod in the same order
 * @returns p = 1 where a run has no connection, or where one and the same pod answered all of both
 * @throws RangeError where the two differ in length or a count is not a natural number
 */
export function homogeneity(first: readonly number[], second: readonly number[]): HomogeneityResult {
    if (first.length !== second.length) {
        throw new RangeError(`${first.length} counts against ${second.length}`);
    }
    if ([...first, ...second].some((count) => !Number.isInteger(count) || count < 0)) {
        throw new RangeError(`counts must be natural numbers: ${first.join(", ")} against ${second.join(", ")}`);
    }
    const table = first
        .map((count, i) => ({ count, column: count + (second[i] ?? 0) }))
        .filter(({ column }) => column > 0);
    const columns = table.map(({ column }) => column);
    const row = table.map(({ count }) => count);
    const [n, total] = [sum(row), sum(columns)];
    const degreesOfFreedom = Math.max(0, columns.length - 1);
    if (n === 0 || n === total || degreesOfFreedom === 0) {
        return { method: "exact", statistic: 0, degreesOfFreedom, pValue: 1 };
    }
    // The two cells of a column deviate by the same amount, so their terms add up to one.
    const statistic = sum(
        columns.map(
            (column, i) => ((row[i] ?? 0) - (n * column) / total) ** 2 / ((column * n * (total - n)) / total ** 2),
        ),
    );
    return hasFewTables(columns, n)
        ? { method: "exact", statistic, degreesOfFreedom, pValue: atMostAsLikely(row, columns) }
        : {
              method: "chi-square",
              statistic,
              degreesOfFreedom,
              pValue: chiSquareUpperTail(statistic, degreesOfFreedom),
          };
}

/** Whether at most `MAX_TABLES` first rows of sum n fit under these column totals. */
function hasFewTables(columns: readonly number[], n: number): boolean {
    // Numbers of ways are capped just above the limit: beyond exact integers their differences would be noise.
    const cap = MAX_TABLES + 1;
    // There are as many rows of sum n as of sum total - n.
    const size = Math.min(n, sum(columns) - n);
    let ways = new Float64Array(size + 1);
    ways[0] = 1;
    for (const column of columns) {
        let window = 0;
        ways = ways.map((_, total) => {
            window += (ways[total] ?? 0) - (ways[total - column - 1] ?? 0);
            return Math.min(cap, window);
        });
    }
    return (ways[size] ?? 0) < cap;
}

/** Given the margins, the first row is multivariate hypergeometric. */
function atMostAsLikely(row: readonly number[], columns: readonly number[]): number {
    const n = sum(row);
    const total = sum(columns);
    const logFactorials = Array.from({ length: total + 1 }, (_, i) => logFactorial(i));
    const logChoose = (of: number, k: number): number =>
        (logFactorials[of] ?? 0) - (logFactorials[k] ?? 0) - (logFactorials[of - k] ?? 0);
    const observed = sum(row.map((count, i) => logChoose(columns[i] ?? 0, count)));
    let pValue = 0;
    const fill = (i: number, remaining: number, room: number, logWeight: number): void => {
        if (i === columns.length) {
            pValue += logWeight <= observed + TIE ? Math.exp(logWeight - logChoose(total, n)) : 0;
            return;
        }
        const column = columns[i] ?? 0;
        const roomAfter = room - column;
        for (let count = Math.max(0, remaining - roomAfter); count <= Math.min(column, remaining); count++) {
            fill(i + 1, remaining - count, roomAfter, logWeight + logChoose(column, count));
        }
    };
    fill(0, n, total, 0);
    return Math.min(1, pValue);
}

function sum(values: readonly number[]): number {
    return values.reduce((total, value) => total + value, 0);
}
