import { expect } from "chai";
import * as fc from "fast-check";
import { connectionsToFind, withDefaults, type VerdictOptions } from "../../split/statistics/thresholds";
import { expectationOf } from "../../split/theory/expectation";
import { factsOf } from "../../split/verdict/splitFacts";
import type { Verdict } from "../../split/verdict/verdict";
import { clusterIP, contextWith, headless, podsAt, type Changes } from "./contexts";
import { verdictOf } from "./verdictOf";

/** Counts of nginx-a, nginx-b … */
function countsOf(counts: readonly number[]): Record<string, number> {
    return Object.fromEntries(counts.map((count, i) => [`nginx-${String.fromCharCode(97 + i)}`, count]));
}

/** At an effect of 1.2, if no other is given. */
function verdict(counts: readonly number[], given: Changes, options: VerdictOptions = {}): Verdict {
    const all = { smallestEffect: 1.2, ...options };
    // A kept connection is one, whatever it carries.
    const connections = given === kept ? countsOf(counts.map((count) => Math.min(1, count))) : countsOf(counts);
    return verdictOf(countsOf(counts), expectationOf(contextWith(given)), all, 0, connections);
}

const random = clusterIP();
const affinity = clusterIP({ sessionAffinity: "ClientIP" });
const kept = clusterIP({}, { client: { connection: "kept-alive" } });
const ipvs = clusterIP({}, { proxy: "ipvs" });
const turns = headless({ resolver: "own-round-robin", engine: "gRPC round_robin" });
const pinned = headless({ address: "10.244.1.11", prefixLength: 24 });
const tieOfAB = headless(
    { address: "10.244.1.2", prefixLength: 24 },
    { backends: podsAt("10.244.1.10", "10.244.1.11", "10.244.2.7") },
);
const unknown = headless({}, { dns: { order: "unknown" } });
const nobody = { backends: [] };

describe("the verdict", () => {
    const rows: [expected: string, given: Changes, counts: number[], outcome: string, facts: string][] = [
        ["at random", random, [10, 0, 0], "contradicts expectation", "pinned to one pod"],
        ["at random", random, [7, 2, 1], "not enough data", ""],
        ["at random", random, [4, 3, 3], "not enough data", ""],
        ["at random", random, [7, 0, 0], "not enough data", ""],
        ["at random", random, [0, 0, 0], "not enough data", ""],
        ["at random", random, [100, 100, 100], "not enough data", ""],
        ["at random", random, [135, 83, 82], "contradicts expectation", "skewed"],
        ["at random", random, [150, 150, 0], "contradicts expectation", "skewed"],
        ["at random", random, [420, 400, 394], "as expected", "even"],
        ["at random", random, [500, 500, 214], "contradicts expectation", "skewed"],
        ["at random", random, [1000, 1000, 1000], "not enough data", "even, more even than random"],
        ["at random", random, [9000, 9000, 9000], "contradicts expectation", "even, more even than random"],
        ["at random over two of three", tieOfAB, [320, 300, 0], "as expected", "skewed"],
        ["at random over two of three", tieOfAB, [320, 300, 1], "contradicts expectation", "skewed"],
        ["at random over two of three", tieOfAB, [600, 20, 0], "contradicts expectation", "skewed"],
        ["all to one known pod", pinned, [10, 0, 0], "as expected", "pinned to one pod"],
        ["all to one known pod", pinned, [6, 0, 0], "not enough data", ""],
        ["all to one known pod", pinned, [0, 10, 0], "contradicts expectation", "pinned to one pod"],
        ["all to one known pod", pinned, [299, 1, 0], "contradicts expectation", "skewed"],
        ["all to one pod, not known which", affinity, [0, 10, 0], "as expected", "pinned to one pod"],
        ["all to one pod, not known which", affinity, [0, 7, 0], "not enough data", ""],
        ["all to one pod, not known which", affinity, [0, 9, 1], "contradicts expectation", ""],
        ["one kept connection", kept, [0, 0, 300], "as expected", ""],
        ["one kept connection", kept, [100, 100, 100], "contradicts expectation", ""],
        ["turns of the client", turns, [100, 100, 100], "as expected", ""],
        ["turns of the client", turns, [101, 100, 100], "as expected", ""],
        ["turns of the client", turns, [4, 3, 3], "not enough data", ""],
        ["turns of the client", turns, [102, 100, 98], "contradicts expectation", ""],
        ["turns on the node", ipvs, [1000, 1000, 1000], "as expected", "even, more even than random"],
        ["turns on the node", ipvs, [990, 1040, 970], "as expected", "even"],
        ["turns on the node", ipvs, [135, 83, 82], "contradicts expectation", "skewed"],
        ["nothing", unknown, [10, 0, 0], "no expectation", "pinned to one pod"],
        ["nothing", unknown, [420, 400, 394], "no expectation", "even"],
        ["nobody", nobody, [0, 0, 0], "as expected", ""],
        ["nobody", nobody, [1, 0, 0], "contradicts expectation", ""],
    ];
    for (const [expected, given, counts, outcome, facts] of rows) {
        it(`expected ${expected}, seen ${counts.join("/")}: ${outcome}${facts && ", "}${facts}`, () => {
            const actual = verdict(counts, given);
            expect(actual.outcome).to.equal(outcome);
            expect(actual.facts.join(", ")).to.equal(facts);
        });
    }

    const needed: [what: string, given: Changes, options: VerdictOptions, connections: number | null][] = [
        ["an even split of three", random, {}, 1214],
        ["an even split of three, at a rate of 0.01", random, { falseAlarmRate: 0.01 }, 906],
        ["an even split of three, to 1.5 times a share", random, { smallestEffect: 1.5 }, 207],
        [
            "an even split of three, to 1.5 times a share in 80 %",
            random,
            { smallestEffect: 1.5, powerTarget: 0.8 },
            172,
        ],
        ["an even split of two", tieOfAB, {}, 559],
        ["one known pod of three", pinned, {}, 7],
        ["one unknown pod of three", affinity, {}, 8],
        ["turns over three", turns, {}, 24],
        ["what is not known", unknown, {}, null],
    ];
    for (const [what, given, options, connections] of needed) {
        it(`asks for ${connections ?? "no number of"} connections to settle ${what}`, () => {
            expect(verdict([1, 0, 0], given, options).connectionsNeeded).to.equal(connections);
        });
    }

    const sentences: [Changes, number[], string][] = [
        [
            random,
            [10, 0, 0],
            "All 10 answers came from nginx-a, which contradicts the expectation (too uneven for chance, p = 7.3e-5). " +
                "For each connection, kube-proxy (iptables) draws one of 3 pods at random.",
        ],
        [
            random,
            [7, 2, 1],
            "10 answers came from nginx-a (7), nginx-b (2) and nginx-c (1), too few to tell (1214 connections are " +
                "enough). For each connection, kube-proxy (iptables) draws one of 3 pods at random.",
        ],
        [
            pinned,
            [10, 0, 0],
            "All 10 answers came from nginx-a, as expected. By RFC 6724 rule 9, glibc puts nginx-a first in every answer: " +
                "its address shares 31 leading bits with the client's 10.244.1.11/24, more than any other pod's.",
        ],
        [
            pinned,
            [9, 1, 0],
            "10 answers came from nginx-a (9), nginx-b (1) and nginx-c (0), which contradicts the expectation (nginx-b " +
                "cannot answer). By RFC 6724 rule 9, glibc puts nginx-a first in every answer: its address shares 31 " +
                "leading bits with the client's 10.244.1.11/24, more than any other pod's.",
        ],
        [nobody, [0, 0, 0], "No pod answered, as expected. The Service has no ready pod, so connections fail."],
    ];
    for (const [given, counts, sentence] of sentences) {
        it(`on ${counts.join("/")} reads: ${sentence.slice(0, 70)}…`, () => {
            expect(verdict(counts, given).sentence).to.equal(sentence);
        });
    }

    it("comes with the usual test", () => {
        const { pValue, fit } = verdict([10, 0, 0], random);
        expect(fit).to.include({ method: "exact multinomial", degreesOfFreedom: 2 });
        expect(fit?.pValue).to.be.closeTo(5.1e-5, 5e-7);
        expect(pValue).to.be.closeTo((fit?.pValue ?? NaN) / 0.7, 1e-12);
    });

    const refused: [string, VerdictOptions, number[]][] = [
        ["a false-alarm rate of 5 %", { falseAlarmRate: 0.05 }, [1, 0, 0]],
        ["no false alarms", { falseAlarmRate: 0 }, [1, 0, 0]],
        ["an effect that is none", { smallestEffect: 1 }, [1, 0, 0]],
        ["a power of a half", { powerTarget: 0.5 }, [1, 0, 0]],
        ["half a connection", {}, [0.5, 0, 0]],
    ];
    for (const [what, options, counts] of refused) {
        it(`refuses ${what}`, () => {
            expect(() => verdict(counts, pinned, options)).to.throw(RangeError);
        });
    }
});

describe("any verdict", () => {
    const options = fc.record({
        falseAlarmRate: fc.double({ min: 1e-9, max: 0.01, noNaN: true }),
        smallestEffect: fc.double({ min: 1.01, max: 2, noNaN: true }),
        powerTarget: fc.double({ min: 0.8, max: 0.999, noNaN: true }),
    });
    const expectations = fc.constantFrom(random, affinity, kept, ipvs, turns, pinned, tieOfAB, unknown);
    const threeCounts = fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 2000 }), fc.nat({ max: 2000 }));

    it("never calls 10 connections even", () => {
        const few = fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 10 }).filter((all) => sumOf(all) <= 10);
        fc.assert(
            fc.property(few, options, (counts, chosen) => {
                expect(factsOf(counts, withDefaults(chosen))).not.to.include("even");
            }),
        );
    });

    it("asks for more than 10 with the most lenient options, whatever the number of pods", () => {
        const lenient = { falseAlarmRate: 0.01, smallestEffect: 2, powerTarget: 0.8 };
        for (let pods = 2; pods <= 60; pods++) {
            expect(connectionsToFind(new Array<number>(pods).fill(1 / pods), lenient)).to.be.above(10);
        }
    });

    it("is the same in whatever order the pods are listed", () => {
        fc.assert(
            fc.property(threeCounts, expectations, ([a, b, c], given) => {
                const expectation = expectationOf(contextWith(given));
                const one = verdictOf({ "nginx-a": a, "nginx-b": b, "nginx-c": c }, expectation);
                const other = verdictOf({ "nginx-c": c, "nginx-a": a, "nginx-b": b }, expectation);
                expect(other.outcome).to.equal(one.outcome);
                expect(other.facts).to.deep.equal(one.facts);
            }),
        );
    });

    it("asks for more connections than there were, where they were not enough, and else for none", () => {
        fc.assert(
            fc.property(threeCounts, expectations, (counts, given) => {
                const { outcome, answers, connectionsNeeded } = verdict(counts, given);
                if (outcome !== "contradicts expectation" && connectionsNeeded !== null) {
                    expect(outcome).to.equal(answers < connectionsNeeded ? "not enough data" : "as expected");
                }
            }),
        );
    });

    it("is plain JSON", () => {
        fc.assert(
            fc.property(threeCounts, expectations, (counts, given) => {
                const whole = verdict(counts, given);
                expect(JSON.parse(JSON.stringify(whole))).to.deep.equal(whole);
            }),
        );
    });
});

function sumOf(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0);
}
