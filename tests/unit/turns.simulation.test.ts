import { expect } from "chai";
import { probabilityOfEvenCounts, probabilityOfSpread } from "../../split/statistics/multinomial";
import { expectationOf } from "../../split/theory/expectation";
import { contextWith, headless } from "./contexts";
import { countsOfDraws, seededRandom } from "./random";
import { verdictOf } from "./verdictOf";

const RUNS = 100_000;
const expectation = expectationOf(contextWith(headless({ resolver: "own-round-robin", engine: "gRPC round_robin" })));

/** Answers of a client that takes turns over three pods, resolves again after each failure, and goes on at its turn. */
function answersIn(requests: number, failures: number, random: () => number): number[] {
    const failing = new Set<number>();
    while (failing.size < failures) {
        failing.add(Math.floor(random() * requests));
    }
    const ends = [...failing].sort((a, b) => a - b);
    const counts = [0, 0, 0];
    for (const [i, end] of [...ends, requests].entries()) {
        const start = i === 0 ? 0 : (ends[i - 1] ?? 0) + 1;
        const order = shuffled(random);
        for (const turn of [0, 1, 2]) {
            const pod = order[(start + turn) % 3] ?? 0;
            counts[pod] = (counts[pod] ?? 0) + Math.max(0, Math.ceil((end - start - turn) / 3));
        }
    }
    return counts;
}

function shuffled(random: () => number): number[] {
    const rest = [0, 1, 2];
    return [0, 1, 2].flatMap(() => rest.splice(Math.floor(random() * rest.length), 1));
}

/** How often each outcome comes of that many runs. */
function outcomesOf(run: () => number[], failed: number, runs = RUNS): Record<string, number> {
    const known = new Map<string, string>();
    const outcomes: Record<string, number> = {};
    for (let i = 0; i < runs; i++) {
        const [a = 0, b = 0, c = 0] = run().sort((x, y) => x - y);
        const key = `${a}/${b}/${c}`;
        const outcome =
            known.get(key) ?? verdictOf({ "nginx-a": a, "nginx-b": b, "nginx-c": c }, expectation, {}, failed).outcome;
        known.set(key, outcome);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    return outcomes;
}

describe(`of ${RUNS.toLocaleString("en")} simulated runs of a client that takes turns`, function () {
    this.timeout(60_000);

    for (const [failures, outcome] of [
        [0, "as expected"],
        [1, "as expected"],
        [2, "as expected"],
        [5, "not enough data"],
    ] as const) {
        it(`none contradicts with ${failures} failures of 300: each is ${outcome}`, () => {
            const random = seededRandom(failures + 1);
            expect(outcomesOf(() => answersIn(300, failures, random), failures)).to.deep.equal({ [outcome]: RUNS });
        });
    }

    it("nine of ten that draw at random instead contradict, with a failure too", () => {
        const draw = countsOfDraws([1 / 3, 1 / 3, 1 / 3], seededRandom(7));
        expect(outcomesOf(() => draw(299), 1, 2_000)["contradicts expectation"]).to.be.at.least(0.9 * 2_000);
    });
});

describe("how often draws at random differ by so little", () => {
    /** Exactly, by all outcomes. */
    const exact = (cells: number, n: number, spread: number): number => {
        let probability = 0;
        const fill = (cell: number, rest: number, ways: number, least: number, most: number): void => {
            if (cell === cells - 1) {
                const isWithin = Math.max(most, rest) - Math.min(least, rest) <= spread;
                probability += isWithin ? ways / cells ** n : 0;
                return;
            }
            for (let count = 0, choose = 1; count <= rest; count++) {
                fill(cell + 1, rest - count, ways * choose, Math.min(least, count), Math.max(most, count));
                choose = (choose * (rest - count)) / (count + 1);
            }
        };
        fill(0, n, 1, Infinity, -Infinity);
        return probability;
    };

    for (const [cells, n, spread] of [
        ...([2, 3, 4] as const).flatMap((k) => [7, 12].flatMap((n) => [0, 1, 2, 3].map((s) => [k, n, s] as const))),
        [3, 30, 2] as const,
        [3, 60, 4] as const,
    ]) {
        it(`is not above its bound for ${n} draws from ${cells} that differ by ${spread}`, () => {
            const bound = probabilityOfSpread(cells, n, spread);
            expect(bound).to.be.at.least(exact(cells, n, spread) * (1 - 1e-9));
            if (spread === 1) {
                expect(bound).to.be.closeTo(probabilityOfEvenCounts(cells, n), 1e-9);
            }
        });
    }
});
