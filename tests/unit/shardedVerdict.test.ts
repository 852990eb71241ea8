import { expect } from "chai";
import type { Draws } from "../../split/theory/choice";
import type { Expectation } from "../../split/theory/expectation";
import { expectationOfShards } from "../../split/theory/shardedExpectation";
import { verdictOfShards, type ShardCase } from "../../split/verdict/shardedVerdict";
import { countsOfDraws, seededRandom } from "./random";
import { verdictOf } from "./verdictOf";

type Shards = [ShardCase, ...ShardCase[]];

const over = (pods: string, draws: Draws = "independent", sentence = `one of ${pods}.`): Expectation => {
    const isDistributed = !["one choice", "unknown", "none"].includes(draws);
    return {
        distribution: isDistributed
            ? Object.fromEntries(["a", "b", "c", "d"].map((pod) => [pod, pods.includes(pod) ? 1 / pods.length : 0]))
            : null,
        draws,
        candidates: Array.from(pods),
        reason: { tag: "longest-prefix", sentence },
    };
};

const shard = (expectation: Expectation, counts: Record<string, number>, place = "here", failed = 0): ShardCase => {
    const answered = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const all = { a: 0, b: 0, c: 0, d: 0, ...counts };
    return {
        expectation,
        counts: all,
        connections: all,
        namedFirst: null,
        fallbacks: {},
        failed,
        requested: answered + failed,
        place,
    };
};
const outcomeOf = (...shards: Shards) => verdictOfShards(shards, {}).verdict.outcome;

describe("the verdict on one pod of the probe", () => {
    it("is the verdict on its counts", () => {
        for (const [expectation, counts] of [
            [over("ab"), { a: 60, b: 40 }],
            [over("ab"), { a: 100 }],
            [over("ab", "one choice"), { b: 9 }],
        ] as const) {
            const one = shard(expectation, counts);
            const { verdict, expectation: whole } = verdictOfShards([one], {});
            expect(verdict).to.deep.equal(verdictOf(one.counts, expectation));
            expect(whole).to.equal(expectation);
        }
    });
});

describe("the verdict on several pods of the probe", () => {
    it("expects of each what its own place makes it do", () => {
        const local: Shards = [shard(over("ab"), { a: 140, b: 160 }), shard(over("cd"), { c: 155, d: 145 })];
        expect(outcomeOf(...local)).to.equal("as expected");
        const crossed: Shards = [shard(over("ab"), { a: 140, b: 160 }), shard(over("cd"), { a: 150, b: 150 })];
        expect(outcomeOf(...crossed)).to.equal("contradicts expectation");
    });

    it("names the pod that contradicts, and the sum of all does not hide it", () => {
        const opposite: Shards = [shard(over("ab"), { a: 150 }, "x on n1"), shard(over("ab"), { b: 150 }, "y on n2")];
        const { verdict } = verdictOfShards(opposite, {});
        expect(verdict.outcome).to.equal("contradicts expectation");
        expect(verdict.sentence).to.match(
            /too uneven for chance, p = \S+, from x on n1\)\. 2 probe pods, at x on n1 and y on n2: /,
        );
    });

    it("adds the connections up of whom the same is expected, where none has enough alone", () => {
        const few = [35, 33, 32].map((a) => shard(over("abc"), { a, b: 34, c: 100 - 34 - a })) as Shards;
        expect(few.map((each) => outcomeOf(each))).to.deep.equal(Array(3).fill("not enough data"));
        expect(outcomeOf(...few)).to.equal("as expected");
    });

    it("finds in all together what none shows alone", () => {
        const slight = Array.from({ length: 8 }, () => shard(over("ab"), { a: 62, b: 38 })) as Shards;
        expect(slight.map((each) => outcomeOf(each))).to.not.include("contradicts expectation");
        expect(outcomeOf(...slight)).to.equal("contradicts expectation");
    });

    it("lets each choose its own pod once, and no two", () => {
        const pinned: Shards = [
            shard(over("abcd", "one choice"), { a: 50 }),
            shard(over("abcd", "one choice"), { c: 50 }),
        ];
        expect(outcomeOf(...pinned)).to.equal("as expected");
        const strayed: Shards = [pinned[0], shard(over("abcd", "one choice"), { c: 49, d: 1 })];
        expect(outcomeOf(...strayed)).to.equal("contradicts expectation");
    });

    it("has not enough data where one place has not", () => {
        const { verdict } = verdictOfShards([shard(over("ab"), { a: 150, b: 150 }), shard(over("cd"), { c: 1 })], {});
        expect(verdict.outcome).to.equal("not enough data");
        expect(verdict.connectionsNeeded).to.be.above(301 * 50);
    });

    it("expects nothing of all where it expects nothing from one place, unless another contradicts", () => {
        const unknown = shard(over("ab", "unknown"), { a: 150, b: 150 });
        for (const counts of [{ c: 1 }, { c: 155, d: 145 }]) {
            const { verdict } = verdictOfShards([unknown, shard(over("cd"), counts)], {});
            expect([verdict.outcome, verdict.connectionsNeeded]).to.deep.equal(["no expectation", null]);
        }
        const stray = shard(over("cd"), { a: 1, c: 155, d: 145 });
        expect(outcomeOf(unknown, stray)).to.equal("contradicts expectation");
    });

    it("errs no more often than the false-alarm rate, of all its tests together", () => {
        const random = seededRandom(7);
        const [even, local] = [countsOfDraws([0.5, 0.5], random), countsOfDraws([1 / 3, 1 / 3, 1 / 3], random)];
        const [runs, falseAlarmRate] = [2_000, 0.01];
        let alarms = 0;
        for (let run = 0; run < runs; run++) {
            const of = (expectation: Expectation, pods: string, counts: number[]): ShardCase =>
                shard(expectation, Object.fromEntries(Array.from(pods, (pod, i) => [pod, counts[i] ?? 0])));
            const shards: Shards = [
                of(over("ab"), "ab", even(80)),
                of(over("ab"), "ab", even(80)),
                of(over("bcd"), "bcd", local(120)),
            ];
            const { verdict } = verdictOfShards(shards, { falseAlarmRate });
            alarms += verdict.outcome === "contradicts expectation" ? 1 : 0;
        }
        // The seed is fixed. At the rate itself, 45 or more alarms of 20 expected had a chance below 1e-6.
        expect(alarms).to.be.below(45);
    });
});

describe("what is expected of several pods of the probe", () => {
    const rows: [what: string, shards: Shards, draws: Draws, distribution: Record<string, number> | null][] = [
        [
            "is what is expected of each, where that is the same",
            [shard(over("ab"), { a: 9 }), shard(over("ab"), { a: 1 })],
            ...(["independent", { a: 0.5, b: 0.5, c: 0, d: 0 }] as const),
        ],
        [
            "is a mixture by their requests, more even than draws from it",
            [shard(over("ab"), { a: 30 }), shard(over("c"), { c: 10 })],
            ...(["at most multinomial spread", { a: 0.375, b: 0.375, c: 0.25, d: 0 }] as const),
        ],
        [
            "leaves those out whom no pod can answer",
            [shard(over("", "none"), {}, "here", 30), shard(over("c"), { c: 10 })],
            ...(["independent", { a: 0, b: 0, c: 1, d: 0 }] as const),
        ],
        [
            "is nothing where no pod can answer any",
            [shard(over("", "none"), {}), shard(over("", "none"), {})],
            ...(["none", null] as const),
        ],
        [
            "is in equal shares where each takes turns",
            [shard(over("ab", "in turns"), { a: 2 }), shard(over("ab", "in turns"), { a: 2 })],
            ...(["at most multinomial spread", { a: 0.5, b: 0.5, c: 0, d: 0 }] as const),
        ],
        [
            "is a choice of each, one of whom has none",
            [shard(over("ab", "one choice"), { a: 5 }), shard(over("c"), { c: 5 })],
            ...(["one choice each", null] as const),
        ],
        [
            "is not known where it is not known of one",
            [shard(over("ab", "unknown"), { a: 5 }), shard(over("c"), { c: 5 })],
            ...(["unknown", null] as const),
        ],
    ];
    for (const [what, shards, draws, distribution] of rows) {
        it(what, () => {
            const whole = expectationOfShards(shards);
            expect([whole.draws, whole.distribution]).to.deep.equal([draws, distribution]);
        });
    }

    it("says from where, once for all of the same reason", () => {
        const at = (place: string, sentence: string) => shard(over("ab", "independent", sentence), { a: 1 }, place);
        const told = (...shards: Shards) => expectationOfShards(shards).reason.sentence;
        expect(told(at("x", "So it is."), at("y", "So it is."))).to.equal("2 probe pods, at x and y: So it is.");
        expect(told(at("x", "It is so."), at("y", "It is not."), at("z", "It is so."))).to.equal(
            "3 probe pods. From x and z: It is so. From y: It is not.",
        );
    });
});
