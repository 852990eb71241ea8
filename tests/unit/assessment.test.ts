import { expect } from "chai";
import * as fc from "fast-check";
import { assess, type AssessedClient } from "../../split/verdict/assessment";
import { contextOf } from "../../split/verdict/measuredContext";
import { withFailedDraws } from "../../split/statistics/failedDraws";
import type { ClientSummary, Measurement, MeasuredService } from "../../split/measurement/measurement";
import { backend, client, clusterIP, headless, measurement, noAnswers, probe } from "./measurements";
import { countsOfDraws, seededRandom } from "./random";
import { verdictOf } from "./verdictOf";

const pods = [backend("a", "10.244.0.5"), backend("b", "10.244.1.6"), backend("c", "10.244.1.7")];
const dns = (lookups: number, orders: number, sets = 1): Partial<ClientSummary> => ({
    dns: {
        ...{ name: "web.ns.svc.x", addresses: ["10.244.1.6", "10.244.0.5", "10.244.1.7"], lookups, orders, sets },
        firsts: orders === 1 ? [lookups, 0, 0] : [lookups - 2, 1, 1],
        ...{ repeats: orders === 1 ? Math.max(0, lookups - 1) : 0, rotates: orders === 1 },
    },
});

function assessed(service: MeasuredService, changes: Partial<Measurement> = {}): AssessedClient {
    const [only] = assess({ ...measurement(pods, [service]), ...changes }).services[0]?.clients ?? [];
    if (only === undefined) {
        throw new Error("no client was assessed");
    }
    return only;
}

describe("an assessment", () => {
    it("leaves the measurement as it was, and adds to each client", () => {
        const measured = measurement(pods, [headless(client({ a: 40 })), clusterIP(client({ b: 2 }))]);
        const { services, ...rest } = assess(measured);
        const { services: measuredServices, ...measuredRest } = measured;
        expect(rest).to.deep.equal(measuredRest);
        services.forEach(({ clients }, i) => {
            const { expectation, verdict, notes, ...summary } = clients[0] ?? ({} as AssessedClient);
            expect([expectation, verdict, notes]).to.not.include(undefined);
            expect(summary).to.deep.equal(measuredServices[i]?.clients[0]);
        });
    });

    it("refuses a false-alarm rate out of its bounds", () => {
        expect(() => assess(measurement(pods, [clusterIP(client({ a: 1 }))]), { falseAlarmRate: 0.5 })).to.throw(
            RangeError,
        );
    });

    const kept = { connection: "kept-alive" } as const;
    const broken = {
        ...{ ...kept, connections: 4 },
        pods: ["a", "b"].map((pod) => ({ pod, count: 20, connections: 2, share: 0.5, addresses: {} })),
    };
    const outcomes: [what: string, client: AssessedClient, outcome: string, tag: string][] = [
        ["rule 9 held", assessed(headless(client({ a: 40 }, {}, dns(40, 6)))), "as expected", "longest-prefix"],
        [
            "rule 9 failed",
            assessed(headless(client({ b: 40 }, {}, dns(40, 6)))),
            "contradicts expectation",
            "longest-prefix",
        ],
        ["an even split", assessed(clusterIP(client({ a: 900, b: 880, c: 920 }))), "as expected", "kube-proxy-random"],
        ["few", assessed(clusterIP(client({ a: 4, b: 3, c: 3 }))), "not enough data", "kube-proxy-random"],
        [
            "one kept connection",
            assessed(clusterIP(client({ b: 40 }, {}, { ...kept, connections: 1 }))),
            "as expected",
            "kept-alive",
        ],
        [
            "one kept connection whose requests strayed",
            assessed(clusterIP(client({ a: 20, b: 20 }, {}, { ...kept, connections: 1 }))),
            ...(["contradicts expectation", "kept-alive"] as const),
        ],
        [
            "a kept connection that broke: judged as new ones",
            assessed(clusterIP(client({ a: 20, b: 20 }, {}, broken))),
            ...(["not enough data", "kube-proxy-random"] as const),
        ],
        [
            "a kept connection to a pod that broke, with one look-up: curl reuses it",
            assessed(headless(client({ a: 20, b: 20 }, {}, { ...broken, resolver: "musl", ...dns(1, 1) }))),
            ...(["no expectation", "cached-dns"] as const),
        ],
        [
            "a balancing client whose one connection to a ClusterIP broke",
            assessed(clusterIP(client({ a: 20, b: 20 }, {}, { ...broken, resolver: "own-round-robin" }))),
            ...(["not enough data", "kube-proxy-random"] as const),
        ],
        [
            "an even split, but for what failed",
            assessed(clusterIP(client({ a: 100, b: 100, c: 20 }, { "HTTP 503": 80 }))),
            ...(["not enough data", "kube-proxy-random"] as const),
        ],
        [
            "a split that no failure explains",
            assessed(clusterIP(client({ a: 300, b: 100, c: 20 }, { "HTTP 503": 80 }))),
            ...(["contradicts expectation", "kube-proxy-random"] as const),
        ],
        [
            "turns of which one pod failed",
            assessed(headless(client({ a: 30, b: 30 }, { refused: 30 }, { resolver: "own-round-robin" }))),
            ...(["not enough data", "own-round-robin"] as const),
        ],
        [
            "turns that no failure explains",
            assessed(headless(client({ a: 90, b: 30 }, { refused: 30 }, { resolver: "own-round-robin" }))),
            ...(["contradicts expectation", "own-round-robin"] as const),
        ],
        [
            "endpoints that changed",
            assessed(clusterIP(client({ a: 9 })), { churn: ["New is b."] }),
            "no expectation",
            "churn",
        ],
        [
            "DNS that named other pods",
            assessed(headless(client({ a: 40 }, {}, dns(40, 6, 2)))),
            "no expectation",
            "churn",
        ],
    ];
    for (const [what, { verdict, expectation }, outcome, tag] of outcomes) {
        it(`says "${outcome}" of ${what}`, () => {
            expect([verdict.outcome, expectation.reason.tag]).to.deep.equal([outcome, tag]);
        });
    }
});

describe("the false-alarm rate", () => {
    it("is divided among all clients at all Services of a run", () => {
        const one = client({ a: 135, b: 83, c: 82 });
        const rateOf = (services: MeasuredService[]) =>
            assess(measurement(pods, services)).services[0]?.clients[0]?.verdict.falseAlarmRate;
        expect(rateOf([clusterIP(one)])).to.equal(1e-3);
        expect(rateOf([clusterIP(one, one), headless(one, one)])).to.equal(1e-3 / 4);
    });

    it("holds for a whole run: of 600 simulated ones of 12 clients each, no more contradict than one at that rate", function () {
        this.timeout(300_000);
        const [runs, falseAlarmRate] = [600, 0.01];
        const draw = countsOfDraws([1 / 3, 1 / 3, 1 / 3], seededRandom(11));
        let contradicting = 0;
        for (let run = 0; run < runs; run++) {
            const clients = Array.from({ length: 12 }, () => {
                const [a = 0, b = 0, c = 0] = draw(60);
                return client({ a, b, c });
            });
            const { services } = assess(measurement(pods, [clusterIP(...clients)]), { falseAlarmRate });
            const outcomes = services.flatMap((each) => each.clients.map(({ verdict }) => verdict.outcome));
            contradicting += outcomes.includes("contradicts expectation") ? 1 : 0;
        }
        // At the rate itself, 22 or more of 6 expected have a chance below 1e-6; each client at the whole rate gives 60.
        expect(contradicting).to.be.below(22);
    });
});

describe("the facts of an assessment", () => {
    const shard = (
        requested: number,
        counts: [count: number, connections: number][],
    ): ClientSummary["shards"][number] => ({
        dns: { name: "web.ns.svc.x", addresses: [], ...noAnswers },
        ...{ requested, answered: requested, prediction: null, pods: counts },
        connections: counts.reduce((sum, [, connections]) => sum + connections, 0),
    });
    const five = ["10.244.0.9", "10.244.0.10", "10.244.0.11", "10.244.0.12", "10.244.0.13"];
    const probes = five.map((address) => probe(address, "node-1"));
    /** Of 5 pods of the probe 2 came to a, 2 to b and 1 to c, each with 60 requests on that many connections. */
    const fiveOf = (connections: number): Partial<ClientSummary> => ({
        connections: 5 * connections,
        shards: [0, 0, 1, 1, 2].map((pod) =>
            shard(
                60,
                [0, 1, 2].map((i) => (i === pod ? [60, connections] : [0, 0])),
            ),
        ),
        pods: ["a", "b", "c"].map((pod, i) => {
            const [count = 0, share = 0] =
                [
                    [120, 0.4],
                    [120, 0.4],
                    [60, 0.2],
                ][i] ?? [];
            return { pod, count, connections: (count / 60) * connections, share, addresses: {} };
        }),
    });
    const affine = (...clients: ClientSummary[]): MeasuredService => ({
        ...clusterIP(...clients),
        sessionAffinity: "ClientIP",
    });
    const kept = { connection: "kept-alive" } as const;
    const rows: [what: string, client: AssessedClient, facts: string[]][] = [
        [
            "one kept connection",
            assessed(
                clusterIP(
                    client(
                        { b: 300 },
                        {},
                        {
                            ...kept,
                            connections: 1,
                            pods: [{ pod: "b", count: 300, connections: 1, share: 1, addresses: {} }],
                        },
                    ),
                ),
            ),
            [],
        ],
        [
            "a kept connection from each of five places",
            assessed(clusterIP(client({ a: 120, b: 120, c: 60 }, {}, { ...kept, ...fiveOf(1) })), { probes }),
            [],
        ],
        [
            "affinity of each of five places",
            assessed(affine(client({ a: 120, b: 120, c: 60 }, {}, fiveOf(60))), { probes }),
            [],
        ],
        ["affinity of one place", assessed(affine(client({ a: 300 }))), ["pinned to one pod"]],
        [
            "connections kept to each pod, in turns",
            assessed(
                headless(
                    client(
                        { a: 100, b: 100, c: 100 },
                        {},
                        {
                            ...kept,
                            resolver: "own-round-robin",
                            connections: 3,
                            pods: ["a", "b", "c"].map((pod) => ({
                                pod,
                                count: 100,
                                connections: 1,
                                share: 1 / 3,
                                addresses: {},
                            })),
                        },
                    ),
                ),
            ),
            [],
        ],
        ["many connections", assessed(clusterIP(client({ a: 300, b: 100, c: 20 }))), ["skewed"]],
    ];
    for (const [what, { verdict }, facts] of rows) {
        it(`are ${facts.join(", ") || "none"} of ${what}`, () => {
            expect(verdict.facts).to.deep.equal(facts);
            expect(verdict.outcome).to.be.oneOf(["as expected", "contradicts expectation"]);
            expect(verdict.outcome === "contradicts expectation").to.equal(facts.includes("skewed"));
        });
    }
});

describe("draws that nobody answered", () => {
    it("are given so that no other way fits better", () => {
        const pods = fc.integer({ min: 2, max: 4 }).chain((k) => {
            const each = (value: fc.Arbitrary<number>) => fc.array(value, { minLength: k, maxLength: k });
            return fc.record({
                counts: each(fc.nat({ max: 20 })),
                weights: each(fc.integer({ min: 1, max: 5 })),
                failed: fc.nat({ max: 12 }),
            });
        });
        const ways = (rest: number, k: number): number[][] =>
            k === 1
                ? [[rest]]
                : Array.from({ length: rest + 1 }, (_, i) => i).flatMap((i) =>
                      ways(rest - i, k - 1).map((others) => [i, ...others]),
                  );
        fc.assert(
            fc.property(pods, ({ counts, weights, failed }) => {
                const all = weights.reduce((sum, each) => sum + each, 0);
                const n = counts.reduce((sum, each) => sum + each, failed);
                const misfit = (those: readonly number[]): number =>
                    those.reduce(
                        (sum, count, i) => sum + (count - (n * (weights[i] ?? 0)) / all) ** 2 / (weights[i] ?? 0),
                        0,
                    );
                const given = withFailedDraws(
                    counts,
                    weights.map((each) => each / all),
                    failed,
                );
                expect(given.reduce((sum, each) => sum + each, 0)).to.equal(n);
                expect(given.every((count, i) => count >= (counts[i] ?? 0))).to.equal(true);
                const least = Math.min(
                    ...ways(failed, counts.length).map((way) => misfit(way.map((each, i) => each + (counts[i] ?? 0)))),
                );
                // Rounding to whole requests may miss the best by what one request makes.
                expect(misfit(given)).to.be.at.most(least + 4);
            }),
            { numRuns: 300 },
        );
    });

    it("change nothing where there are none, and hit no pod that can't answer", () => {
        expect(withFailedDraws([3, 2, 0], [0.5, 0.5, 0], 0)).to.deep.equal([3, 2, 0]);
        expect(withFailedDraws([3, 2, 0], [0.5, 0.5, 0], 5)).to.deep.equal([5, 5, 0]);
    });

    it("are named where they may account for what was seen", () => {
        const { verdict } = assessed(clusterIP(client({ a: 100, b: 100, c: 20 }, { "HTTP 503": 80 })));
        expect(verdict.sentence).to.match(
            /^220 answers came from a \(100\), b \(100\) and c \(20\), .*and the 80 failed requests may be the reason\. /,
        );
    });
});

describe("the notes of an assessment", () => {
    const unready = [pods[0], { ...backend("b", "10.244.1.6"), ready: false }, pods[2]].flatMap((pod) => pod ?? []);
    const offering = (...clients: ClientSummary[]): MeasuredService => ({
        ...clusterIP(...clients),
        publishNotReadyAddresses: true,
    });
    const turns = { resolver: "own-round-robin" } as const;
    const rows: [what: string, client: AssessedClient, notes: string[]][] = [
        ["nothing to say", assessed(clusterIP(client({ a: 1 }))), []],
        [
            "predictions that held",
            assessed(headless(client({ a: 2 }, {}, { prediction: { compared: 2, agreed: 2, fallbacks: {} } }))),
            ["Each of 2 connections went to the first address of its own DNS answer, as glibc sorts it."],
        ],
        [
            "turns, and a prediction that did not hold",
            assessed(
                headless(client({ a: 2 }, {}, { ...turns, prediction: { compared: 2, agreed: 1, fallbacks: {} } })),
            ),
            ["1 of 2 connections went to the next address of the client's DNS answer; 1 went elsewhere."],
        ],
        [
            "a kept connection that broke",
            assessed(clusterIP(client({ a: 5 }, {}, { connection: "kept-alive", connections: 3 }))),
            ["The kept connection broke: 3 connections were opened, and each counts once."],
        ],
        [
            "connections that a balancing client keeps to each pod",
            assessed(headless(client({ a: 1, b: 1, c: 1 }, {}, { ...turns, connection: "kept-alive" }))),
            [],
        ],
        [
            "failures of a client that takes turns",
            assessed(headless(client({ a: 1, b: 1 }, { refused: 1 }, turns))),
            [
                "1 of 3 requests failed.",
                "After a failure this client looks the name up again and takes turns in another order.",
            ],
        ],
        ["failures", assessed(clusterIP(client({ a: 1 }, { "HTTP 503": 2 }))), ["2 of 3 requests failed."]],
        [
            "failures where an unready pod is offered",
            assessed(offering(client({ a: 1 }, { refused: 1 })), { pods: unready }),
            ["1 of 2 requests failed; b is not ready, and publishNotReadyAddresses offers it to clients anyway."],
        ],
        [
            "failures where unready pods are not offered",
            assessed(clusterIP(client({ a: 1 }, { refused: 1 })), { pods: unready }),
            ["1 of 2 requests failed."],
        ],
    ];
    for (const [what, { notes }, expected] of rows) {
        it(`tell of ${what}`, () => {
            expect(notes).to.deep.equal(expected);
        });
    }
});

describe("connections that went on to the next address", () => {
    const fallen = (fallbacks: Record<string, number>, compared = 300): Partial<ClientSummary> => ({
        ...dns(compared, 6),
        prediction: { compared, agreed: compared - Object.values(fallbacks).reduce((sum, n) => sum + n, 0), fallbacks },
    });
    const kept = { connection: "kept-alive", connections: 1 } as const;
    const rows: [what: string, client: AssessedClient, outcome: string][] = [
        ["one of 300", assessed(headless(client({ a: 299, b: 1 }, {}, fallen({ b: 1 })))), "as expected"],
        ["most of them", assessed(headless(client({ a: 20, b: 280 }, {}, fallen({ b: 280 })))), "no expectation"],
        [
            "one that is kept",
            assessed(headless(client({ b: 300 }, {}, { ...kept, ...fallen({ b: 1 }, 1) }))),
            "no expectation",
        ],
        [
            "one, and another that did not",
            assessed(headless(client({ a: 298, b: 2 }, {}, fallen({ b: 1 })))),
            "contradicts expectation",
        ],
        [
            "none, though to another pod",
            assessed(headless(client({ a: 299, b: 1 }, {}, fallen({})))),
            "contradicts expectation",
        ],
    ];
    for (const [what, { verdict }, outcome] of rows) {
        it(`leave the verdict "${outcome}" where it is ${what}`, () => {
            expect(verdict.outcome).to.equal(outcome);
        });
    }

    it("are told", () => {
        const { notes } = assessed(headless(client({ a: 299, b: 1 }, {}, fallen({ b: 1 }))));
        expect(notes).to.deep.equal([
            "299 of 300 connections went to the first address of its own DNS answer, as glibc sorts it; " +
                "1 went to a later address of its own answer.",
        ]);
    });
});

describe("a client in another image than its own", () => {
    it("is judged by the resolver that it found there: rule 9 would have preferred one pod", () => {
        const counts = { a: 100, b: 104, c: 96 };
        const [musl, glibc] = (["musl", "glibc"] as const).map((resolver) =>
            assessed(headless(client(counts, {}, { client: "python", engine: "Python", resolver }))),
        );
        expect(musl?.verdict.outcome).to.equal("as expected");
        expect(glibc?.verdict.outcome).to.equal("contradicts expectation");
    });
});

describe("answers of DNS", () => {
    const cachedElsewhere = { ...probe("10.244.3.9", "node-1"), nameservers: ["169.254.25.10"] };
    const outOfSubnet: Partial<Measurement> = { probes: [cachedElsewhere] };

    it("in one order make 300/0/0 as expected, whatever the Corefile says and whoever caches them", () => {
        // resolv.conf leads to a cache on the node of which no object in the cluster tells.
        const { verdict, expectation } = assessed(headless(client({ b: 300 }, {}, dns(300, 1))), outOfSubnet);
        expect([verdict.outcome, expectation.reason.tag]).to.deep.equal(["as expected", "frozen-dns"]);
        expect(verdict.sentence).to.match(/DNS returned b first at every look-up\.$/);
    });

    it("that lead elsewhere than the connections went explain nothing", () => {
        const { verdict } = assessed(headless(client({ c: 300 }, {}, dns(300, 1))), outOfSubnet);
        expect(verdict.outcome).to.equal("contradicts expectation");
    });

    it("that favour a pod are why a client that goes by them does, and excuse no other", () => {
        const { dns: shuffled } = client({}, {}, dns(300, 6));
        const seen = { dns: { ...shuffled, firsts: [135, 83, 82], repeats: 50 } };
        const following = assessed(headless(client({ b: 135, a: 83, c: 82 }, {}, seen)), outOfSubnet);
        expect(following.verdict.outcome).to.equal("no expectation");
        expect(following.verdict.sentence).to.include("just as the client's own DNS answers returned them first");
        const straying = assessed(headless(client({ b: 83, a: 82, c: 135 }, {}, seen)), outOfSubnet);
        expect(straying.verdict.outcome).to.equal("contradicts expectation");
    });

    it("cached for a while never make a contradiction: of 100,000 simulated runs, at every length of it", function () {
        this.timeout(300_000);
        const random = seededRandom(3);
        const { expectation } = assessed(
            headless(client({ a: 1 }, {}, { resolver: "musl", ...dns(2, 2) })),
            outOfSubnet,
        );
        const known = new Set<string>();
        for (let run = 0; run < 100_000; run++) {
            const batch = [2, 5, 10, 30, 100][run % 5] ?? 1;
            const counts = [0, 0, 0];
            for (let sent = 0; sent < 300; sent += batch) {
                const pod = Math.floor(3 * random());
                counts[pod] = (counts[pod] ?? 0) + batch;
            }
            known.add(counts.sort((x, y) => x - y).join());
        }
        expect(expectation.reason.tag).to.equal("shuffled-dns");
        for (const key of known) {
            const [a = 0, b = 0, c = 0] = key.split(",").map(Number);
            const { outcome } = verdictOf({ a, b, c }, expectation, {}, 0, { a, b, c }, { a, b, c });
            expect(outcome, key).to.not.equal("contradicts expectation");
        }
    });
});

describe("the context of a client", () => {
    const answersWith = (
        service: (...clients: ClientSummary[]) => MeasuredService,
        changes: Partial<ClientSummary>,
    ) => {
        const summary = client({ a: 1 }, {}, changes);
        const of = service(summary);
        const all = measurement(pods, [of]);
        const { answers, seen } = contextOf(all, of, summary, probe("10.244.0.9", "node-1")).dns;
        return [answers.length, seen?.lookups ?? null];
    };
    const rows: [what: string, found: (number | null)[], expected: (number | null)[]][] = [
        ["the addresses once, and what all answers show", answersWith(headless, dns(9, 4)), [1, 9]],
        ["no answer where there was none", answersWith(headless, dns(0, 0)), [0, null]],
        ["no answer behind a virtual address", answersWith(clusterIP, dns(9, 1)), [0, null]],
    ];
    for (const [what, found, expected] of rows) {
        it(`has ${what}`, () => {
            expect(found).to.deep.equal(expected);
        });
    }
});
