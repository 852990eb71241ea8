import { expect } from "chai";
import { connectionsToFind, withDefaults } from "../../split/statistics/thresholds";
import { binomialUpperTail, logFactorial } from "../../split/statistics/distributions";
import { expectationOf } from "../../split/theory/expectation";
import { clusterIP, contextWith } from "./contexts";
import { countsOfDraws, seededRandom } from "./random";
import { verdictOf } from "./verdictOf";

const RUNS = 100_000;

/**
 * How often, over all seeds, an assertion below would fail although what it claims is true; with this seed it never
 * does.
 */
const TEST_ALARM = 1e-6;

const expectation = expectationOf(contextWith(clusterIP()));
const fair = [1 / 3, 1 / 3, 1 / 3];
const hot = [0.4, 0.3, 0.3];

/** Share of RUNS simulated runs with n connections that are called a contradiction, for each false-alarm rate. */
function contradictions(probabilities: readonly number[], n: number, rates: readonly number[]): number[] {
    const draw = countsOfDraws(probabilities, seededRandom(n));
    const runs = new Map<string, number>();
    for (let run = 0; run < RUNS; run++) {
        // To this expectation the pods are alike: runs with the same sorted counts have one verdict.
        const key = draw(n)
            .sort((a, b) => b - a)
            .join("/");
        runs.set(key, (runs.get(key) ?? 0) + 1);
    }
    return rates.map((falseAlarmRate) => {
        let found = 0;
        for (const [key, times] of runs) {
            const [a = 0, b = 0, c = 0] = key.split("/").map(Number);
            const { outcome } = verdictOf({ "nginx-a": a, "nginx-b": b, "nginx-c": c }, expectation, {
                falseAlarmRate,
            });
            found += outcome === "contradicts expectation" ? times : 0;
        }
        return found / RUNS;
    });
}

/** The share that RUNS runs exceed with a probability below TEST_ALARM, each being found with `probability` or less. */
function atMost(probability: number): number {
    let count = Math.floor(RUNS * probability);
    while (binomialUpperTail(count + 1, RUNS, probability) >= TEST_ALARM) {
        count++;
    }
    return count / RUNS;
}

/**
 * The share that RUNS runs fall short of with a probability below TEST_ALARM, each being found with `probability` or
 * more.
 */
const atLeast = (probability: number): number => 1 - atMost(1 - probability);

/** How often a pod at 1.2 times its share is above what any of three fair pods gets at this rate, exactly. */
function foundByExcess(n: number, rate: number): number {
    let critical = Math.ceil(n / 3);
    while (3 * binomialUpperTail(critical, n, 1 / 3) > rate) {
        critical++;
    }
    return binomialUpperTail(critical, n, 0.4);
}

/** How often n fair connections are called a contradiction, exactly: the sum over all possible counts. */
function exactRate(n: number, falseAlarmRate: number): number {
    let rate = 0;
    for (let a = Math.ceil(n / 3); a <= n; a++) {
        for (let b = Math.ceil((n - a) / 2); b <= Math.min(a, n - a); b++) {
            const c = n - a - b;
            const orders = a === b && b === c ? 1 : a === b || b === c ? 3 : 6;
            const log = logFactorial(n) - logFactorial(a) - logFactorial(b) - logFactorial(c) - n * Math.log(3);
            const { outcome } = verdictOf({ "nginx-a": a, "nginx-b": b, "nginx-c": c }, expectation, {
                falseAlarmRate,
            });
            rate += outcome === "contradicts expectation" ? orders * Math.exp(log) : 0;
        }
    }
    return rate;
}

describe(`of ${RUNS} simulated runs`, function () {
    this.timeout(120_000);

    for (const n of [30, 300, 3000]) {
        it(`fair ones with ${n} connections contradict no more often than the false-alarm rate`, () => {
            const [atDefault = 1, atPercent = 1] = contradictions(fair, n, [1e-3, 1e-2]);
            expect(atDefault).to.be.at.most(atMost(1e-3)).and.at.most(1e-3);
            expect(atPercent).to.be.at.most(atMost(1e-2)).and.at.most(1e-2);
        });
    }

    it("one of three pods at 1.2 times its share is found in 90 %, with 900 connections at a rate of 0.01", () => {
        const [found = 0] = contradictions(hot, 900, [1e-2]);
        // 0.7 of the rate is for a pod above its share; finding it by that alone is exactly this likely, or more.
        const exact = foundByExcess(900, 0.7 * 1e-2);
        expect(exact).to.be.above(0.9);
        expect(found).to.be.at.least(atLeast(exact)).and.at.least(0.9);
    });

    it("at the default rate, 0.001, 900 connections find 74 %, and no test could find 90 %", () => {
        const [found = 0] = contradictions(hot, 900, [1e-3]);
        expect(found).to.be.within(atLeast(0.74), atMost(0.745));
        // Neyman and Pearson: told which pod it is, nothing beats counting its connections.
        const critical = 344;
        expect(binomialUpperTail(critical, 900, 1 / 3)).to.be.above(1e-3);
        expect(binomialUpperTail(critical, 900, 0.4), "a bound on the power of any test").to.be.below(0.87);
    });

    it("at the default rate 90 % are found with as many connections as the verdict asks for at that effect", () => {
        const needed = connectionsToFind(fair, withDefaults({ smallestEffect: 1.2 }));
        const [found = 0] = contradictions(hot, needed, [1e-3]);
        expect(needed).to.equal(1214);
        expect(found).to.be.at.least(atLeast(0.9)).and.at.least(0.9);
    });
});

describe("of all possible runs", () => {
    for (const n of [10, 30, 300]) {
        it(`fair ones with ${n} connections contradict no more often than the false-alarm rate`, function () {
            this.timeout(60_000);
            expect(exactRate(n, 1e-3)).to.be.at.most(1e-3);
            expect(exactRate(n, 1e-2)).to.be.at.most(1e-2);
        });
    }
});
