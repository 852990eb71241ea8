import { chdtr, chdtrc, incbet, lgam, ndtri } from "cephes";

/** Natural logarithm of n!, for an integer n of 0 or more. */
export function logFactorial(n: number): number {
    return lgam(n + 1);
}

/** Quantile of the standard normal distribution: the z with P(Z ≤ z) = p, for p strictly between 0 and 1. */
export function normalQuantile(p: number): number {
    return ndtri(p);
}

/**
 * P(X ≥ successes) for X binomial: n draws, each a success with the given probability, 0 to 1. It is the regularised
 * incomplete beta function, so it is also defined between whole numbers (DLMF 8.17.5).
 */
export function binomialUpperTail(successes: number, n: number, probability: number): number {
    if (successes <= 0 || successes > n) {
        return successes <= 0 ? 1 : 0;
    }
    return withoutUnderflow(() => incbet(successes, n - successes + 1, probability), successes < n * probability);
}

/** P(X > x) for X chi-square; relative error below 1e-9 down to the smallest double, below which it is 0. */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
    return withoutUnderflow(() => chdtrc(degreesOfFreedom, x), x < degreesOfFreedom);
}

/** P(X ≤ x) for X chi-square. */
export function chiSquareLowerTail(x: number, degreesOfFreedom: number): number {
    return withoutUnderflow(() => chdtr(degreesOfFreedom, x), x > degreesOfFreedom);
}

/** Cephes throws where one tail is too small for a double; the other tail is then 1. */
function withoutUnderflow(tail: () => number, isAlmostAll: boolean): number {
    try {
        return tail();
    } catch (error) {
        if (error instanceof Error && error.message.includes("underflow")) {
            return isAlmostAll ? 1 : 0;
        }
        throw error;
    }
}
