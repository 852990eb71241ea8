import { expect } from "chai";
import * as fc from "fast-check";
import { countsOf, latencyCounts, type CountedLog } from "../../split/protocol/countedLog";
import { LogError } from "../../split/protocol/decodeLine";
import { mergeCounted, mergeRequests } from "../../split/measurement/mergedLogs";
import { parseClientLog } from "../../split/protocol/clientLog";
import type { RequestLog } from "../../split/protocol/requestLog";
import { parseResolverLog } from "../../split/protocol/resolverLog";
import { partsOf, summariseShards, type ShardLogs } from "../../split/measurement/shards";
import { summarise } from "../../split/measurement/summarise";
import { countedLines, countedLog } from "./countedLogs";
import { countersOf, linesOf, requestsTo, resolverLinesOf, smallLog, smallResolverRun, textOf } from "./probeLogs";

describe("the parts of requests", () => {
    const rows: [requests: number, shards: number, parts: number[]][] = [
        [300, 1, [300]],
        [300, 2, [150, 150]],
        [301, 3, [101, 100, 100]],
        [5, 3, [2, 2, 1]],
        [3, 3, [1, 1, 1]],
    ];
    for (const [requests, shards, parts] of rows) {
        it(`of ${requests} among ${shards} are ${parts.join(", ")}`, () => {
            expect(partsOf(requests, shards)).to.deep.equal(parts);
        });
    }

    it("add up, differ by 1 at most, and come in descending order", () => {
        fc.assert(
            fc.property(fc.nat({ max: 1_000_000 }), fc.integer({ min: 1, max: 20 }), (requests, shards) => {
                const parts = partsOf(requests, shards);
                expect(parts).to.have.length(shards);
                expect(parts.reduce((sum, part) => sum + part, 0)).to.equal(requests);
                expect((parts[0] ?? 0) - (parts.at(-1) ?? 0)).to.be.within(0, 1);
                expect([...parts].sort((a, b) => b - a)).to.deep.equal(parts);
            }),
        );
    });
});

const resolverLog = parseResolverLog(textOf(resolverLinesOf(smallResolverRun)));
const sorting = { resolver: "musl", address: "10.244.0.9", prefixLength: 24 } as const;
const shard = (log: RequestLog | CountedLog): ShardLogs => ({ log, resolverLog, sorting });
type Some = [ShardLogs, ...ShardLogs[]];

// Histograms of three digits hold these times as they are.
const times = fc.array(fc.tuple(fc.constantFrom(1, 90, 2_000, 2_010, 40_000), fc.integer({ min: 1, max: 999 })), {
    maxLength: 4,
});
const addresses = ["10.244.0.5", "10.244.1.4"];
const outcome = fc.oneof(
    fc.record({
        address: fc.constantFrom(...addresses),
        pod: fc.constantFrom("a", "b", "c"),
        ...{ error: fc.constant(null), connected: fc.constant(true), secured: fc.boolean() },
    }),
    fc.record({
        address: fc.constantFrom(...addresses),
        ...{ pod: fc.constant(null), error: fc.constantFrom("refused", "HTTP 503"), connected: fc.boolean() },
        secured: fc.constant(false),
    }),
);
/** Any counts of one Service, in intervals of one clock or another; sums are as they come. */
const anyCounted: fc.Arbitrary<CountedLog> = fc
    .uniqueArray(outcome, { minLength: 1, maxLength: 5, selector: (each) => JSON.stringify(each) })
    .chain((outcomes) => {
        const pair = fc.tuple(fc.nat({ max: outcomes.length - 1 }), fc.integer({ min: 1, max: 50 }));
        const counts = fc.array(fc.uniqueArray(pair, { maxLength: 4, selector: ([each]) => each }), {
            minLength: 1,
            maxLength: 150,
        });
        return fc
            .tuple(counts, fc.nat({ max: 100_000 }), fc.constantFrom(900, 1000, 2000), times, times, times)
            .map(([intervals, start, milliseconds, connect, handshake, total]): CountedLog => ({
                kind: "counted",
                header: { ...countedLog.header, services: ["web"] },
                outcomes,
                intervals: intervals.map((each, i) => ({
                    ...{ service: 0, start: start + i * milliseconds, milliseconds, counts: each, done: 0 },
                })),
                latencies: [
                    { service: 0, of: "connect", counts: connect },
                    { service: 0, of: "handshake", counts: handshake },
                    { service: 0, of: "total", counts: total },
                ],
                counters: countersOf(start % 3),
            }));
    });

const tally = (pairs: readonly (readonly [key: string | number, count: number])[]): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const [key, count] of pairs) {
        sums[key] = (sums[key] ?? 0) + count;
    }
    return sums;
};
const outcomesOf = (log: CountedLog): [string, number][] =>
    [...countsOf(log, 0)].map(([position, count]) => [JSON.stringify(log.outcomes[position]), count]);
const summaryOf = (...logs: CountedLog[]) =>
    summariseShards(logs.map(shard) as Some).map(({ shards: _, ...all }) => all);

describe("counts of several pods", () => {
    it("add up by outcome and by time, each of them, and exactly", () => {
        fc.assert(
            fc.property(fc.array(anyCounted, { minLength: 1, maxLength: 4 }), (logs) => {
                const merged = mergeCounted(logs);
                expect(tally(outcomesOf(merged))).to.deep.equal(tally(logs.flatMap(outcomesOf)));
                for (const of of ["connect", "total"] as const) {
                    const each = logs.flatMap((log) => latencyCounts(log, 0, of));
                    expect(tally(latencyCounts(merged, 0, of))).to.deep.equal(tally(each));
                }
                expect(merged.header.requests).to.equal(10 * logs.length);
            }),
        );
    });

    it("say the same in any order", () => {
        fc.assert(
            fc.property(anyCounted, anyCounted, anyCounted, (a, b, c) => {
                expect(summaryOf(c, a, b)).to.deep.equal(summaryOf(a, b, c));
            }),
        );
    });

    it("add up the same in any groups, but for when", () => {
        fc.assert(
            fc.property(anyCounted, anyCounted, anyCounted, (a, b, c) => {
                const [left, right] = [
                    mergeCounted([mergeCounted([a, b]), c]),
                    mergeCounted([a, mergeCounted([b, c])]),
                ];
                expect(tally(outcomesOf(left))).to.deep.equal(tally(outcomesOf(right)));
                expect(left.latencies).to.deep.equal(right.latencies);
            }),
        );
    });

    it("lie on one time line, and none is lost there", () => {
        fc.assert(
            fc.property(anyCounted, anyCounted, (a, b) => {
                const [summary] = summaryOf(a, b);
                const told = summary?.timeline?.intervals.flatMap(({ counts, failed }) => [...counts, failed]) ?? [];
                expect(told.reduce((sum, count) => sum + count, 0)).to.equal(summary?.requested);
            }),
        );
    });

    it("are a whole log again", () => {
        const merged = mergeCounted([countedLog, countedLog]);
        expect(parseClientLog(textOf(countedLines(merged, 40)))).to.deep.equal(merged);
    });
});

describe("requests of several pods", () => {
    const other: RequestLog = {
        kind: "requests",
        header: { ...smallLog.header, requests: 3 },
        requests: [...requestsTo(0, ["nginx-b", null, "nginx-c"]), ...requestsTo(1, ["nginx-a", "nginx-c", "nginx-a"])],
        counters: countersOf(1, 1),
    };

    it("keep connections apart, and are a whole log again", () => {
        const merged = mergeRequests([smallLog, other]);
        expect(parseClientLog(textOf(linesOf(merged)))).to.deep.equal(merged);
        expect(merged.requests.map(({ pod, connection }) => [pod, connection])).to.deep.equal([
            ...[["nginx-a", 0], ["nginx-b", 1], ["nginx-b", 2], [null, null], ["nginx-c", 3]], // prettier-ignore
            ...[["nginx-a", 0], [null, null], ["nginx-a", 1], ["nginx-c", 2], ["nginx-a", 3]], // prettier-ignore
        ]);
    });

    it("are told together, and by pod of the probe", () => {
        const [headless] = summariseShards([shard(smallLog), shard(other)]);
        expect(headless).to.deep.include({ requested: 5, answered: 4, connections: 4 });
        expect(headless?.dns).to.deep.include({ lookups: 4, orders: 2, sets: 1 });
        expect(headless?.pods.map(({ pod, count }) => [pod, count])).to.deep.equal([
            ["nginx-b", 2],
            ["nginx-a", 1],
            ["nginx-c", 1],
        ]);
        const seen = headless?.shards.map(({ requested, answered, pods }) => [requested, answered, pods]);
        expect(seen).to.deep.equal([
            [2, 2, [[1, 1], [1, 1], [0, 0]]], // prettier-ignore
            [3, 2, [[1, 1], [0, 0], [1, 1]]], // prettier-ignore
        ]);
    });

    it("are of one pod what its own log says", () => {
        const alone = summariseShards([shard(smallLog)]);
        expect(alone).to.deep.equal(summarise(smallLog, resolverLog, sorting).map((each) => ({ ...each, shards: [] })));
    });

    const strangers: [what: string, log: RequestLog | CountedLog][] = [
        ["another client", { ...smallLog, header: { ...smallLog.header, client: "go" } }],
        ["other Services", { ...smallLog, header: { ...smallLog.header, services: ["web", "webclusterip"] } }],
        ["counts", { ...countedLog, header: { ...smallLog.header, counted: { concurrency: 8, rate: 0 } } }],
    ];
    for (const [what, log] of strangers) {
        it(`are not told together with those of ${what}`, () => {
            expect(() => summariseShards([shard(smallLog), shard(log)])).to.throw(LogError);
        });
    }
});
