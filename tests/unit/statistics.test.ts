import { expect } from "chai";
import { binomialUpperTail, chiSquareLowerTail, chiSquareUpperTail } from "../../split/statistics/distributions";
import { homogeneity } from "../../split/statistics/homogeneity";
import { distinctOutcomes } from "../../split/statistics/multinomial";
import { connectionsNeededForExcess, excessPower } from "../../split/statistics/power";
import { excessInOneCell, goodnessOfFit, underdispersion, wilsonInterval } from "../../split/statistics/goodnessOfFit";
import reference from "./statistics.reference.json";

const even = (cells: number): number[] => new Array<number>(cells).fill(1 / cells);

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

    for (const { cells, ratio, n, alpha, power: exact, least } of reference.excess) {
        it(`the least power to find one of ${cells} cells at ${ratio} times its share from n = ${n} on, or just below`, () => {
            const bound = excessPower({ probability: 1 / cells, cells, ratio }, n, alpha);
            expect(bound).to.be.within(least - 0.015, least);
            expect(bound).to.be.below(exact);
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

    it("no number of connections shows an excess in the only cell", () => {
        expect(connectionsNeededForExcess({ probability: 1, cells: 1, ratio: 1.2 }, 1e-3, 0.9)).to.equal(Infinity);
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
