import { expect } from "chai";
import { binomialUpperTail, chiSquareLowerTail, chiSquareUpperTail } from "../../split/statistics/distributions";
import { homogeneity } from "../../split/statistics/homogeneity";
import { distinctOutcomes } from "../../split/statistics/multinomial";
import { connectionsNeeded, connectionsNeededForExcess, excessPower, power } from "../../split/statistics/power";
import { effectSize, excessInOneCell, goodnessOfFit, underdispersion, wilsonInterval } from "../../split/statistics/goodnessOfFit";
import reference from "./statistics.reference.json";

const even = (cells: number): number[] => new Array<number>(cells).fill(1 / cells);

/** One cell at `ratio` times its even share, the others sharing the rest. */
const oneAbove = (cells: number, ratio: number): number[] =>
    even(cells).map((share, i) => (i === 0 ? ratio * share : (1 - ratio * share) / (cells - 1)));

/**
 * Within 1e-9 of the reference, absolutely and relative to it: a p value of 1e-100 must have nine right digits, too.
 */
function expectSame(actual: number, expected: number): void {
    const tolerance = 1e-9 * Math.abs(expected);
    expect(actual).to.be.within(expected - tolerance, expected + tolerance);
}

describe("statistics agree to nine digits with the reference for", () => {
    for (const { counts, weights, method, statistic, pValue, below } of reference.goodnessOfFit) {
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const expected = weights.map((weight) => weight / total);
        it(`${counts.join("/")} of ${weights.join(":")}`, () => {
            const fit = goodnessOfFit(counts, expected);
            expect(fit.method).to.equal(method);
            expect(fit.degreesOfFreedom).to.equal(counts.length - 1);
            expectSame(fit.statistic, statistic);
            expectSame(fit.pValue, pValue);
            expectSame(underdispersion(counts, expected).pValue, below);
        });
    }

    for (const { counts, below } of reference.evenest) {
        it(`the evenness of ${counts.join("/")}`, () => {
            const { method, pValue } = underdispersion(counts, even(counts.length));
            expect(method).to.equal("exact multinomial");
            expectSame(pValue, below);
        });
    }

    for (const { first, second, method, statistic, pValue } of reference.homogeneity) {
        it(`${first.join("/")} against ${second.join("/")}`, () => {
            const result = homogeneity(first, second);
            expect(result.method).to.equal(method);
            expectSame(result.statistic, statistic);
            expectSame(result.pValue, pValue);
        });
    }

    for (const { cells, ratio, n, alpha, power: expected, simulated } of reference.power) {
        it(`the power at ${alpha} and n = ${n}, one of ${cells} cells at ${ratio} times its share`, () => {
            expectSame(power(even(cells), oneAbove(cells, ratio), n, alpha), expected);
            expect(expected, "against simulation").to.be.within(simulated - 0.02, simulated + 0.005);
        });
    }

    for (const { cells, ratio, n, alpha, power: exact, least } of reference.excess) {
        it(`the least power to find one of ${cells} cells at ${ratio} times its share from n = ${n} on, or just below`, () => {
            const bound = excessPower({ probability: 1 / cells, cells, ratio }, n, alpha);
            expect(bound).to.be.within(least - 0.015, least);
            expect(bound).to.be.below(exact);
        });
    }

    for (const { cells, ratio, alpha, target, connections } of reference.connectionsNeeded) {
        it(`the connections needed at ${alpha} to find one of ${cells} cells at ${ratio} in ${target}`, () => {
            const needed = connectionsNeeded(even(cells), oneAbove(cells, ratio), alpha, target);
            expect(needed).to.equal(connections);
        });
    }

    for (const { successes, n, confidence, lower, upper } of reference.wilson) {
        it(`the ${confidence} interval of ${successes} of ${n}`, () => {
            const interval = wilsonInterval(successes, n, confidence);
            expectSame(interval.lower, lower);
            expectSame(interval.upper, upper);
        });
    }

    it("tails of chi-square", () => {
        for (const { x, degreesOfFreedom, lower, upper } of reference.chiSquare) {
            expectSame(chiSquareLowerTail(x, degreesOfFreedom), lower);
            expectSame(chiSquareUpperTail(x, degreesOfFreedom), upper);
        }
    });

    it("tails of the binomial distribution", () => {
        for (const { successes, n, probability, upper } of reference.binomial) {
            expectSame(binomialUpperTail(successes, n, probability), upper);
        }
    });
});

describe("published values", () => {
    it("10/0/0 of three fair pods has p = 5.1e-5", () => {
        expect(goodnessOfFit([10, 0, 0], even(3)).pValue).to.be.closeTo(5.1e-5, 5e-7);
    });

    // These were simulated, which shows in their second digit; tests/unit/statistics.reference.json has better ones.
    const powers: [cells: number, ratio: number, n: number, power: number][] = [
        [3, 1.5, 150, 0.89],
        [3, 1.2, 900, 0.91],
        [3, 1.1, 3000, 0.84],
        [5, 1.5, 300, 0.82],
    ];
    for (const [cells, ratio, n, published] of powers) {
        it(`power at 0.01, one of ${cells} pods at ${ratio} times its share, n = ${n}: ${published}`, () => {
            expect(power(even(cells), oneAbove(cells, ratio), n, 0.01)).to.be.closeTo(published, 0.016);
        });
    }

    it("has an exact test up to these n for 2, 3, 4, 5 and 10 even cells", () => {
        for (const [cells, n] of [
            [2, 9_999],
            [3, 241],
            [4, 84],
            [5, 54],
            [10, 31],
        ] as const) {
            expect(distinctOutcomes(even(cells), n), `${cells} cells, ${n}`).to.be.at.most(5_000);
            expect(distinctOutcomes(even(cells), n + 1), `${cells} cells, ${n + 1}`).to.be.above(5_000);
        }
    });
});

describe("edges of a test", () => {
    it("an observation where none can be has p = 0", () => {
        expect(goodnessOfFit([9, 1, 0], [1, 0, 0])).to.include({ pValue: 0, statistic: Infinity, degreesOfFreedom: 0 });
        expect(excessInOneCell([9, 1], [1, 0])).to.equal(0);
        expect(underdispersion([9, 1], [1, 0]).pValue).to.equal(1);
    });

    it("a cell of probability 0 is no degree of freedom", () => {
        expect(goodnessOfFit([6, 4, 0], [0.5, 0.5, 0])).to.deep.equal(goodnessOfFit([6, 4], [0.5, 0.5]));
    });

    it("a single possible cell has p = 1, as no observation at all has", () => {
        expect(goodnessOfFit([10, 0, 0], [1, 0, 0]).pValue).to.equal(1);
        expect(goodnessOfFit([0, 0, 0], even(3))).to.include({ pValue: 1, statistic: 0 });
        expect(homogeneity([0, 0], [3, 4]).pValue).to.equal(1);
        expect(homogeneity([5, 0], [9, 0])).to.include({ pValue: 1, degreesOfFreedom: 0 });
    });

    it("a p value below the smallest double is 0", () => {
        expect(goodnessOfFit([30_000, 0, 0], even(3)).pValue).to.equal(0);
    });

    it("an alternative in a cell of probability 0 is found at its first draw", () => {
        expect(power([1, 0, 0], even(3), 7, 1e-3)).to.be.closeTo(1 - 3 ** -7, 1e-12);
        expect(connectionsNeeded([1, 0, 0], even(3), 1e-3, 0.999)).to.equal(7);
    });

    it("nothing can tell a hypothesis from itself", () => {
        expect(power(even(3), even(3), 1e6, 1e-3)).to.be.closeTo(1e-3, 1e-12);
        expect(connectionsNeeded(even(3), even(3), 1e-3, 0.9)).to.equal(Infinity);
        expect(connectionsNeededForExcess({ probability: 1, cells: 1, ratio: 1.2 }, 1e-3, 0.9)).to.equal(Infinity);
        expect(power([1], [1], 10, 1e-3)).to.equal(0);
    });

    const refused: [string, () => unknown][] = [
        ["counts and probabilities of different length", () => goodnessOfFit([1, 2], even(3))],
        ["half a connection", () => goodnessOfFit([0.5, 2], even(2))],
        ["a negative count", () => underdispersion([-1, 2], even(2))],
        ["probabilities that sum to less than 1", () => goodnessOfFit([1, 2], [0.5, 0.4])],
        ["runs with different pods", () => homogeneity([1, 2], [1, 2, 3])],
    ];
    for (const [what, call] of refused) {
        it(`refuses ${what}`, () => {
            expect(call).to.throw(RangeError);
        });
    }
});

describe("effect size", () => {
    const sizes: [shares: number[], expected: number[], largestRatio: number, cohensW: number][] = [
        [even(3), even(3), 1, 0],
        [[1, 0, 0], even(3), 3, Math.SQRT2],
        [[0.4, 0.3, 0.3], even(3), 1.2, Math.sqrt(0.02)],
        [[0.76, 0.24], [0.7, 0.3], 0.76 / 0.7, 0.06 / Math.sqrt(0.21)],
        [[0.5, 0.5], [1, 0], Infinity, Infinity],
        [[1, 0], [1, 0], 1, 0],
    ];
    for (const [shares, expected, largestRatio, cohensW] of sizes) {
        it(`of ${shares.map((share) => share.toFixed(2)).join("/")}: ${largestRatio.toFixed(2)}, w = ${cohensW.toFixed(2)}`, () => {
            const size = effectSize(shares, expected);
            expect(size.largestRatio === largestRatio || Math.abs(size.largestRatio - largestRatio) < 1e-12).to.be.true;
            expect(size.cohensW === cohensW || Math.abs(size.cohensW - cohensW) < 1e-12).to.be.true;
        });
    }
});
