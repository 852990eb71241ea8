import { expect } from "chai";
import * as fc from "fast-check";
import { homogeneity } from "../../split/statistics/homogeneity";
import { excessInOneCell, goodnessOfFit, underdispersion, wilsonInterval } from "../../split/statistics/goodnessOfFit";

const normalised = (weights: readonly number[]): number[] =>
    weights.map((weight) => weight / weights.reduce((sum, each) => sum + each, 0));

/** Counts and probabilities of 2 to 5 cells, each with a rotation of both. */
const observed = fc
    .array(fc.tuple(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 4 })), { minLength: 2, maxLength: 5 })
    .map((cells) => ({
        counts: cells.map(([count]) => count),
        expected: normalised(cells.map(([, weight]) => weight)),
    }));

const rotated = <T>(values: readonly T[]): T[] => [...values.slice(1), ...values.slice(0, 1)];

describe("a test of any counts", () => {
    it("has a probability from 0 to 1, the same in any order of the cells", () => {
        fc.assert(
            fc.property(observed, ({ counts, expected }) => {
                for (const pValueOf of [
                    (...cells: [number[], number[]]) => goodnessOfFit(...cells).pValue,
                    (...cells: [number[], number[]]) => underdispersion(...cells).pValue,
                    excessInOneCell,
                ]) {
                    const pValue = pValueOf(counts, expected);
                    expect(pValue).to.be.within(0, 1);
                    expect(pValueOf(rotated(counts), rotated(expected))).to.be.closeTo(pValue, 1e-9);
                }
            }),
        );
    });

    it("takes an outcome for too uneven and too even together at least as often as all of them", () => {
        fc.assert(
            fc.property(observed, ({ counts, expected }) => {
                fc.pre(goodnessOfFit(counts, expected).method === "exact multinomial");
                const both = goodnessOfFit(counts, expected).pValue + underdispersion(counts, expected).pValue;
                expect(both).to.be.at.least(1 - 1e-9);
            }),
        );
    });

    it("does not mind a cell that nothing is expected in and nothing was seen in", () => {
        fc.assert(
            fc.property(observed, ({ counts, expected }) => {
                const padded = goodnessOfFit([0, ...counts], [0, ...expected]);
                expect(padded).to.deep.equal(goodnessOfFit(counts, expected));
            }),
        );
    });
});

describe("a comparison of any two runs", () => {
    const rows = fc
        .array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 })), { minLength: 2, maxLength: 4 })
        .map((columns) => [columns.map(([count]) => count), columns.map(([, count]) => count)] as const);

    it("is the same either way round", () => {
        fc.assert(
            fc.property(rows, ([first, second]) => {
                const [one, other] = [homogeneity(first, second), homogeneity(second, first)];
                expect(one.pValue).to.be.within(0, 1);
                expect(other.pValue).to.be.closeTo(one.pValue, 1e-9);
                expect(other.statistic).to.be.closeTo(one.statistic, 1e-9);
            }),
        );
    });

    it("finds no difference between a run and itself", () => {
        fc.assert(
            fc.property(rows, ([counts]) => {
                expect(homogeneity(counts, counts).pValue).to.be.closeTo(1, 1e-9);
            }),
        );
    });
});

describe("sizes of any split", () => {
    it("have an interval around the share, wider with more confidence", () => {
        fc.assert(
            fc.property(fc.nat({ max: 1000 }), fc.nat({ max: 1000 }), (successes, failures) => {
                const n = successes + failures;
                fc.pre(n > 0);
                const [narrow, wide] = [wilsonInterval(successes, n, 0.9), wilsonInterval(successes, n, 0.99)];
                const bounds = [0, wide.lower, narrow.lower, successes / n, narrow.upper, wide.upper, 1];
                for (const [i, bound] of bounds.slice(1).entries()) {
                    expect(bound).to.be.at.least((bounds[i] ?? 0) - 1e-12);
                }
            }),
        );
    });
});
