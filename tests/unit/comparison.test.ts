import { expect } from "chai";
import * as fc from "fast-check";
import { compareRuns, type Change } from "../../split/verdict/comparison";
import { runOf, type Run } from "../../split/verdict/run";
import { binomialUpperTail } from "../../split/statistics/distributions";
import { homogeneity } from "../../split/statistics/homogeneity";
import type { ClientSummary, MeasuredService, Measurement } from "../../split/measurement/measurement";
import { backend, client, clusterIP, headless, measurement } from "./measurements";
import { countsOfDraws, seededRandom } from "./random";

type Counts = Record<string, number>;
const run = (counts: Counts): Run => ({
    startedAt: "2024-05-01T10:00:00.000Z",
    connections: { web: { curl: counts } },
    draws: { web: { curl: "independent" } },
});

function changeOf(before: Counts, after: Counts, rate = 0.001): Change {
    const change = compareRuns(run(before), run(after), rate).services["web"]?.["curl"];
    if (change === undefined) {
        throw new Error("the runs were not compared");
    }
    return change;
}

/** p of a 2 x k table by going through all first rows, with no regard to time. */
function enumerated(first: readonly number[], columns: readonly number[], n: number): number {
    const choose = (of: number, k: number): number =>
        Array.from({ length: k }, (_, i) => (of - i) / (i + 1)).reduce((product, each) => product * each, 1);
    const weight = (row: readonly number[]): number =>
        row.reduce((product, count, i) => product * choose(columns[i] ?? 0, count), 1);
    const rows = columns.reduce<number[][]>(
        (all, column) => all.flatMap((row) => Array.from({ length: column + 1 }, (_, count) => [...row, count])),
        [[]],
    );
    const weights = rows.filter((row) => row.reduce((sum, count) => sum + count, 0) === n).map(weight);
    const total = weights.reduce((sum, each) => sum + each, 0);
    const limit = weight(first) * (1 + 1e-7);
    return total === 0 ? 1 : weights.filter((each) => each <= limit).reduce((sum, each) => sum + each, 0) / total;
}

const unknownProxy = { ...measurement([], []).cluster, proxy: "unknown" } as const;

describe("what is kept of a run", () => {
    it("is each client's connections by pod, with a 0 for a pod that got none", () => {
        const pods = [backend("a", "10.244.0.5"), backend("b", null)];
        const services = [headless(client({ a: 3 })), clusterIP(client({ a: 1, gone: 2 }))];
        expect(runOf(measurement(pods, services))).to.deep.equal({
            startedAt: "2024-05-01T10:00:00.000Z",
            connections: {
                nginxheadless: { curl: { a: 3, b: 0 } },
                nginxclusterip: { curl: { a: 1, b: 0, gone: 2 } },
            },
            draws: { nginxheadless: { curl: "unknown" }, nginxclusterip: { curl: "independent" } },
        });
    });
});

describe("the comparison of two runs", () => {
    it("divides its false-alarm rate among all that it compares", () => {
        const [before, after] = [
            { a: 20, b: 20 },
            { a: 36, b: 4 },
        ];
        const { pValue } = changeOf(before, after);
        const both = (counts: Counts): Run => ({
            ...run(counts),
            connections: { web: { curl: counts, go: counts } },
            draws: { web: { curl: "independent", go: "independent" } },
        });
        const changed = (of: (counts: Counts) => Run, rate: number) =>
            compareRuns(of(before), of(after), rate).services["web"]?.["curl"]?.changed;
        expect([changed(run, pValue), changed(both, pValue), changed(both, 2 * pValue)]).to.deep.equal([
            true,
            false,
            true,
        ]);
    });

    const rows: [what: string, before: Counts, after: Counts, expected: Partial<Change>][] = [
        ["the same pods, the same split", { a: 20, b: 20 }, { b: 21, a: 19 }, { matched: "by name", changed: false }],
        ["the same pods, turned round", { a: 40, b: 0 }, { a: 0, b: 40 }, { matched: "by name", changed: true }],
        ["other pods in the same places", { a: 40, b: 0 }, { c: 0, d: 40 }, { matched: "by rank", changed: false }],
        ["other pods, split otherwise", { a: 40, b: 0 }, { c: 20, d: 20 }, { matched: "by rank", changed: true }],
        ["a pod more", { a: 30, b: 30 }, { a: 20, b: 20, c: 20 }, { matched: "by rank", before: [30, 30, 0] }],
        ["a pod less", { a: 20, b: 19, c: 21 }, { a: 30, b: 30 }, { before: [21, 20, 19], after: [30, 30, 0] }],
        ["no connection at all", { a: 0, b: 0 }, { a: 10, b: 9 }, { pValue: 1, changed: false }],
    ];
    for (const [what, before, after, expected] of rows) {
        it(`knows ${what}`, () => {
            expect(changeOf(before, after)).to.deep.include(expected);
        });
    }

    it("leaves out what only one of the runs has", () => {
        const counts = { a: 1 };
        const of = (startedAt: string, client: string, service: string): Run => ({
            startedAt,
            connections: { web: { curl: counts, [client]: counts }, [service]: { curl: counts } },
            draws: { web: { curl: "independent", [client]: "independent" }, [service]: { curl: "independent" } },
        });
        const earlier = of("then", "go", "old");
        const later = of("now", "node", "new");
        const { since, services } = compareRuns(earlier, later, 0.001);
        expect(since).to.equal("then");
        expect(Object.entries(services).map(([name, each]) => [name, Object.keys(each)])).to.deep.equal([
            ["web", ["curl"]],
            ["new", []],
        ]);
    });

    const kept = { connection: "kept-alive", connections: 1 } as const;
    const sticky = { sessionAffinity: "ClientIP" } as const;
    const frozen: Partial<Measurement["cluster"]> = {
        dns: { coreDnsVersion: "1.14.2", loadbalance: "none", nodeLocalCache: false, order: "frozen" },
    };
    type Part = [service?: Partial<MeasuredService>, client?: Partial<ClientSummary>, rest?: Partial<Measurement>];
    const draws: [what: string, before: Part, after: Part, isCompared: boolean][] = [
        ["draws with draws", [], [], true],
        ["one draw of session affinity with another", [sticky], [sticky], false],
        ["draws with one draw", [], [sticky], true],
        ["one kept connection with another", [{}, kept], [{}, kept], false],
        ["draws with those of a proxy that is not known", [], [{}, {}, { cluster: unknownProxy }], false],
        ["draws with those of a mesh", [], [{}, {}, { cluster: { ...unknownProxy, mesh: "Istio" } }], false],
        ["draws with what changed meanwhile", [], [{}, {}, { churn: ["New is b."] }], false],
    ];
    for (const [what, before, after, isCompared] of draws) {
        it(`${isCompared ? "compares" : "does not compare"} ${what}`, () => {
            const drawn = (counts: Counts, [service, changes, rest]: Part): Run => {
                const pods = [backend("a", null), backend("b", null)];
                return runOf({
                    ...measurement(pods, [{ ...clusterIP(client(counts, {}, changes)), ...service }]),
                    ...rest,
                });
            };
            const { services } = compareRuns(drawn({ a: 40 }, before), drawn({ b: 40 }, after), 0.001);
            expect(services["nginxclusterip"]?.["curl"]?.changed).to.equal(isCompared ? true : undefined);
        });
    }

    it("does not compare one order of DNS with another, but turns with turns", () => {
        const of = (pod: string, resolver: ClientSummary["resolver"]): Run => {
            const measured = measurement(
                [backend("a", null), backend("b", null)],
                [headless(client({ [pod]: 40 }, {}, { resolver }))],
            );
            return runOf({ ...measured, cluster: { ...measured.cluster, ...frozen } });
        };
        const compared = (resolver: ClientSummary["resolver"]): unknown =>
            compareRuns(of("a", resolver), of("b", resolver), 0.001).services["nginxheadless"]?.["curl"]?.changed;
        expect([compared("musl"), compared("own-round-robin")]).to.deep.equal([undefined, true]);
    });

    it("enumerates as many tables as there are, and never more than it can", () => {
        const row = fc.array(fc.nat({ max: 12 }), { minLength: 2, maxLength: 4 });
        const table = row.chain((first) =>
            fc.tuple(
                fc.constant(first),
                fc.array(fc.nat({ max: 12 }), { minLength: first.length, maxLength: first.length }),
            ),
        );
        fc.assert(
            fc.property(table, ([first, second]) => {
                const columns = first.map((count, i) => count + (second[i] ?? 0));
                const n = first.reduce((sum, count) => sum + count, 0);
                const { method, pValue } = homogeneity(first, second);
                expect(method).to.equal("exact");
                expect(homogeneity(second, first).pValue).to.be.closeTo(pValue, 1e-9);
                expect(pValue).to.be.closeTo(enumerated(first, columns, n), 1e-9);
            }),
            { numRuns: 200 },
        );
        for (const pods of [2, 3, 10, 100]) {
            const many = Array<number>(pods).fill(Math.floor(500_000 / pods));
            expect(homogeneity(many, many)).to.include({ method: "chi-square", pValue: 1 });
            expect(homogeneity([1, ...Array<number>(pods - 1).fill(0)], many).method, `${pods} pods`).to.equal("exact");
        }
    });

    it("by rank has the smallest chi-square of all ways to pair pods", () => {
        const counts = fc.array(fc.nat({ max: 200 }), { minLength: 2, maxLength: 5 });
        const paired = counts.chain((before) =>
            fc.record({
                before: fc.constant(before),
                after: fc.array(fc.nat({ max: 200 }), { minLength: before.length, maxLength: before.length }),
                order: fc.shuffledSubarray([...before.keys()], { minLength: before.length }),
            }),
        );
        const named = (values: readonly number[], prefix: string): Counts =>
            Object.fromEntries(values.map((value, i) => [`${prefix}${i}`, value]));
        fc.assert(
            fc.property(paired, ({ before, after, order }) => {
                const ranked = changeOf(named(before, "old"), named(after, "new"));
                const other = order.map((i) => after[i] ?? 0);
                const least = homogeneity(ranked.before, ranked.after).statistic;
                expect(least).to.be.at.most(homogeneity(before, other).statistic * (1 + 1e-9) + 1e-9);
            }),
            { numRuns: 1_000 },
        );
    });

    // Of 5,000 pairs of runs that split alike. What is exact may alarm as often as the rate, chi-square a fifth more; a
    // count that is as likely as 1e-7 at that rate fails the test.
    const pairs = 5_000;
    const rate = 0.01;
    const most = Array.from({ length: pairs }, (_, i) => i).find((i) => binomialUpperTail(i, pairs, 1.2 * rate) < 1e-7);
    const splits: [split: string, probabilities: number[], n: number][] = [
        ["30 connections over 3 pods", [1 / 3, 1 / 3, 1 / 3], 30],
        ["600 connections over 3 pods", [1 / 3, 1 / 3, 1 / 3], 600],
        ["300 connections over 5 uneven pods", [0.4, 0.3, 0.15, 0.1, 0.05], 300],
    ];
    for (const [split, probabilities, n] of splits) {
        for (const isSame of [true, false]) {
            it(`finds no change too often of ${split}, ${isSame ? "by name" : "by rank"}`, () => {
                const draw = countsOfDraws(probabilities, seededRandom(7));
                const names = (prefix: string): Counts =>
                    Object.fromEntries(draw(n).map((count, i) => [`${prefix}${i}`, count]));
                let alarms = 0;
                for (let i = 0; i < pairs; i++) {
                    alarms += changeOf(names("a"), names(isSame ? "a" : "b"), rate).changed ? 1 : 0;
                }
                expect(alarms).to.be.below(most ?? 0);
            }).timeout(60_000);
        }
    }
});
