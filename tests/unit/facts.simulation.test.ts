import { expect } from "chai";
import { binomialUpperTail } from "../../split/statistics/distributions";
import { connectionsToFind, withDefaults } from "../../split/statistics/thresholds";
import { expectationOf } from "../../split/theory/expectation";
import { verdictOfShards } from "../../split/verdict/shardedVerdict";
import { factsOf } from "../../split/verdict/splitFacts";
import { contextWith, headless } from "./contexts";
import { countsOfDraws, seededRandom } from "./random";

const RUNS = 100_000;

/** How often, over all seeds, one of these assertions would fail although what it claims is true. */
const TEST_ALARM = 1e-6;

/** The number that RUNS runs exceed with a probability below TEST_ALARM, each being counted with `probability`. */
function atMost(probability: number): number {
    let count = Math.floor(RUNS * probability);
    while (binomialUpperTail(count + 1, RUNS, probability) >= TEST_ALARM) {
        count++;
    }
    return count;
}

const fair = [1 / 3, 1 / 3, 1 / 3];
const options = withDefaults({});

/** How many of RUNS runs of n draws have each fact. */
function factsIn(probabilities: readonly number[], n: number): Record<string, number> {
    const draw = countsOfDraws(probabilities, seededRandom(n));
    const known = new Map<string, readonly string[]>();
    const found: Record<string, number> = {};
    for (let run = 0; run < RUNS; run++) {
        const counts = draw(n).sort((a, b) => a - b);
        const key = counts.join("/");
        const facts = known.get(key) ?? factsOf(counts, options);
        known.set(key, facts);
        facts.forEach((each) => {
            found[each] = (found[each] ?? 0) + 1;
        });
    }
    return found;
}

describe(`of ${RUNS.toLocaleString("en")} simulated runs`, function () {
    this.timeout(60_000);

    for (const n of [10, 300]) {
        it(`fair ones of ${n} connections have no false fact more often than the false-alarm rate`, () => {
            const found = factsIn(fair, n);
            for (const wrong of ["pinned to one pod", "skewed", "more even than random"]) {
                expect(found[wrong] ?? 0, wrong).to.be.at.most(atMost(options.falseAlarmRate));
            }
        });
    }

    it("one pod at the smallest effect is called even no more often than its power lets it be missed", () => {
        const n = connectionsToFind(fair, options);
        const share = options.smallestEffect / 3;
        const found = factsIn([share, (1 - share) / 2, (1 - share) / 2], n);
        expect(found["even"] ?? 0).to.be.at.most(atMost(1 - options.powerTarget));
    });

    it("connections that follow from one choice each are skewed no more often than the false-alarm rate", () => {
        const random = seededRandom(11);
        const draw = countsOfDraws(fair, random);
        let skewed = 0;
        for (let run = 0; run < RUNS; run++) {
            // Six pods of the probe with 50 requests each, all of which go where the first one went.
            const choices = draw(6);
            const connections = choices.map((count) => 50 * count);
            skewed += factsOf(connections, options, choices).includes("skewed") ? 1 : 0;
        }
        expect(skewed).to.be.at.most(atMost(options.falseAlarmRate));
    });
});

describe(`of ${RUNS.toLocaleString("en")} simulated runs in which connections go to a later address`, function () {
    this.timeout(60_000);

    const pods = ["nginx-a", "nginx-b", "nginx-c"];
    const outcomeOf = (expectation: ReturnType<typeof expectationOf>, counts: number[], fallbacks: number[]) => {
        const named = (values: readonly number[]) => Object.fromEntries(pods.map((pod, i) => [pod, values[i] ?? 0]));
        return verdictOfShards(
            [
                {
                    place: "10.244.0.9 on node-1",
                    requested: 300,
                    expectation,
                    counts: named(counts),
                    connections: named(counts),
                    failed: 0,
                    fallbacks: named(fallbacks),
                    namedFirst: null,
                },
            ],
            {},
        ).verdict.outcome;
    };

    /** 300 connections whose first pod a function draws; each goes to another pod at this rate. */
    const runOf = (first: () => number, random: () => number, rate: number): [counts: number[], later: number[]] => {
        const [counts, later] = [
            [0, 0, 0],
            [0, 0, 0],
        ];
        for (let i = 0; i < 300; i++) {
            const preferred = first();
            const isLater = random() < rate;
            const pod = isLater ? (preferred + 1 + Math.floor(2 * random())) % 3 : preferred;
            counts[pod] = (counts[pod] ?? 0) + 1;
            later[pod] = (later[pod] ?? 0) + (isLater ? 1 : 0);
        }
        return [counts, later];
    };

    for (const rate of [0.003, 0.01]) {
        it(`none that prefer one pod contradict, at a rate of ${rate}`, () => {
            const preferred = expectationOf(
                contextWith(headless({ resolver: "glibc", address: "10.244.1.21", prefixLength: 24 })),
            );
            expect(preferred.candidates).to.have.length(1);
            const only = pods.indexOf(preferred.candidates?.[0] ?? "");
            const random = seededRandom(5);
            const known = new Set<string>();
            for (let run = 0; run < RUNS; run++) {
                const [counts, later] = runOf(() => only, random, rate);
                const key = [...counts, ...later].join("/");
                if (!known.has(key)) {
                    expect(outcomeOf(preferred, counts, later), key).to.not.equal("contradicts expectation");
                    known.add(key);
                }
            }
        });

        it(`those that draw contradict no more often than the false-alarm rate, at a rate of ${rate}`, () => {
            const shuffled = expectationOf(contextWith(headless({ resolver: "musl" })));
            const random = seededRandom(6);
            const known = new Map<string, boolean>();
            let contradictions = 0;
            for (let run = 0; run < RUNS; run++) {
                const [counts, later] = runOf(() => Math.floor(3 * random()), random, rate);
                // To this expectation the pods are alike.
                const key = counts
                    .map((count, i) => `${count}/${later[i]}`)
                    .sort()
                    .join();
                const isOne = known.get(key) ?? outcomeOf(shuffled, counts, later) === "contradicts expectation";
                known.set(key, isOne);
                contradictions += isOne ? 1 : 0;
            }
            expect(contradictions).to.be.at.most(atMost(0.001));
        });
    }
});
