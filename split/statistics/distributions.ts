import { chdtr, chdtrc, chdtri, incbet, lgam, ndtri } from "cephes";

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
 * incomplete beta function, and therefore also defined between whole numbers (DLMF 8.17.5).
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

/** The x that a chi-square variable exceeds with probability `upperTail`, strictly between 0 and 1. */
export function chiSquareQuantile(upperTail: number, degreesOfFreedom: number): number {
    return chdtri(degreesOfFreedom, upperTail);
}

/**
 * P(X > x) for X noncentral chi-square: central tails with 2j more degrees of freedom, weighted by the Poisson
 * probabilities of j at mean λ/2 (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, 29.3).
 */
export function noncentralChiSquareUpperTail(x: number, degreesOfFreedom: number, noncentrality: number): number {
    const mean = noncentrality / 2;
    if (mean === 0) {
        return chiSquareUpperTail(x, degreesOfFreedom);
    }
    // Poisson mass further than this from its mean is below 1e-16, whatever the mean.
    const reach = 10 * Math.sqrt(mean) + 40;
    let sum = 0;
    for (let j = Math.max(0, Math.floor(mean - reach)); j <= mean + reach; j++) {
        const weight = Math.exp(j * Math.log(mean) - mean - logFactorial(j));
        sum += weight * chiSquareUpperTail(x, degreesOfFreedom + 2 * j);
    }
    return Math.min(1, sum);
}

/** Cephes throws where one tail is too small for a double; then the one asked for is all or nothing. */
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
