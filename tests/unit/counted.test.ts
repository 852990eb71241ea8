import { expect } from "chai";
import * as fc from "fast-check";
import { parseCounted, type CountedLog } from "../../split/protocol/countedLog";
import { LogError } from "../../split/protocol/decodeLine";
import { parseClientLog } from "../../split/protocol/clientLog";
import type { Interval } from "../../split/protocol/line";
import { summariseCounted } from "../../split/measurement/countedSummary";
import { timelineOf } from "../../split/measurement/timeline";
import { countedLines, countedLog } from "./countedLogs";
import { textOf } from "./probeLogs";

const lines = countedLines(countedLog);
const [headless, clusterIP] = [0, 1].map((service) => summariseCounted(countedLog, service));

describe("the log of a client that counts", () => {
    it("reads back as it was written", () => {
        expect(parseClientLog(textOf(lines))).to.deep.equal(countedLog);
    });

    const changed = (part: Partial<CountedLog>, count?: number): string[] =>
        countedLines({ ...countedLog, ...part }, count);
    const [first, second, third] = countedLog.intervals as [Interval, Interval, Interval];
    const damaged: [damage: string, lines: string[], message: string][] = [
        ["an interval missing", [...lines.slice(0, 6), ...lines.slice(7)], "lines are missing from the log: 6"],
        ["no trailer", lines.slice(0, -1), "there is no line of kind end"],
        ["another trailer", changed({}, 19), "the last line counts 19 requests"],
        ["one request too few", changed({ intervals: [{ ...first, counts: [[0, 3]] }, second, third] }), "web: expected 10 requests, got 8"], // prettier-ignore
        ["an outcome that it does not tell", changed({ outcomes: countedLog.outcomes.slice(0, 4) }), "webclusterip: an interval counts outcome 4"], // prettier-ignore
        ["no times to connect", changed({ latencies: countedLog.latencies.slice(1) }), "web: expected 8 connection times, got 0"], // prettier-ignore
        ["a handshake too few", changed({ latencies: countedLog.latencies.filter(({ of }) => of !== "handshake") }), "web: expected 8 handshake times, got 0"], // prettier-ignore
        ["too many times of answers", changed({ latencies: [...countedLog.latencies, { service: 1, of: "total", counts: [[5, 1]] }] }), "webclusterip: expected 9 answer times, got 10"], // prettier-ignore
        ["a Service that nobody called", changed({ intervals: [...countedLog.intervals, { ...third, service: 2 }] }), "the log has counts of Service 2"], // prettier-ignore
        ["no counters", changed({ counters: [] }), "web: expected 1 line of kind counters, got 0"],
        ["a request among its counts", [...lines.slice(0, -1), "ts4 7f3a 17 request []", 'ts4 7f3a 18 end {"count":20}'], "line 17 must be of kind outcome, interval, latency or counters, got request"], // prettier-ignore
    ];
    for (const [damage, damagedLines, message] of damaged) {
        it(`is refused with ${damage}: ${message}`, () => {
            expect(() => parseClientLog(textOf(damagedLines))).to.throw(LogError, message);
        });
    }

    it("is refused by who reads a trailer of another run", () => {
        const first = { run: "x", sequence: 0, kind: "header", json: JSON.stringify(countedLog.header) };
        const frame = { first, between: [], end: { count: 20 } };
        expect(() => parseCounted(frame)).to.throw(LogError, "web: expected 10 requests, got 0");
    });
});

describe("the summary of what a client counted", () => {
    it("accounts for every request", () => {
        expect(headless).to.deep.include({ requested: 10, answered: 8, connections: 8, prediction: null });
        expect(clusterIP).to.deep.include({ requested: 10, answered: 9, connections: 10 });
    });

    it("tells who answered, most first, and at which address", () => {
        expect(headless?.pods).to.deep.equal([
            { pod: "a", count: 6, connections: 6, share: 0.75, addresses: { "10.244.0.5": 6 } },
            { pod: "b", count: 2, connections: 2, share: 0.25, addresses: { "10.244.1.4": 2 } },
        ]);
    });

    it("tells what failed, and where", () => {
        expect(headless?.errors).to.deep.equal({ "10.244.1.4: dial: connect: connection refused": 2 });
        expect(clusterIP?.errors).to.deep.equal({ "10.43.0.9: HTTP 503": 1 });
    });

    it("tells what the pod sent again meanwhile", () => {
        expect(headless?.retransmittedSyns).to.equal(2);
        expect(clusterIP?.retransmittedSyns).to.equal(0);
    });

    it("has percentiles in milliseconds, and none of look-ups, for which no request waits", () => {
        expect(headless?.latencyMs).to.deep.equal({
            dns: null,
            connect: { p50: 0.1, p90: 0.2, p99: 0.2, max: 0.2 },
            handshake: { p50: 0.3, p90: 0.3, p99: 0.3, max: 0.3 },
            total: { p50: 1, p90: 2, p99: 2, max: 2 },
        });
    });
});

describe("the time line of what a client counted", () => {
    it("tells who answered when, of one Service", () => {
        expect(timelineOf(countedLog, 0)).to.deep.equal({
            start: "2026-11-01T12:00:00.000Z",
            pods: ["a", "b"],
            intervals: [
                { from: 0, seconds: 1, counts: [3, 2], failed: 0 },
                { from: 1, seconds: 1, counts: [3, 0], failed: 2 },
            ],
        });
    });

    it("is none of a Service that was not called", () => {
        expect(timelineOf(countedLog, 2)).to.equal(null);
    });

    it("stays small and whole, however long the run and however many pods", () => {
        const runs = fc.tuple(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 100 }));
        fc.assert(
            fc.property(runs, ([seconds, pods]) => {
                const outcomes = Array.from({ length: pods }, (_, i) => ({
                    ...{ address: "10.0.0.1", pod: `pod-${i}`, error: null, connected: true, secured: false },
                }));
                const intervals = Array.from({ length: seconds }, (_, i): Interval => ({
                    ...{ service: 0, start: i * 1000, milliseconds: 1000, done: 0 },
                    counts: outcomes.map((_each, pod) => [pod, i + 1]),
                }));
                const line = timelineOf({ ...countedLog, outcomes, intervals }, 0);
                const all = line?.intervals.flatMap(({ counts }) => counts) ?? [];
                expect(all.length).to.be.at.most(1_200);
                expect(all.reduce((sum, each) => sum + each, 0)).to.equal((pods * seconds * (seconds + 1)) / 2);
                expect(line?.intervals.reduce((sum, each) => sum + each.seconds, 0)).to.equal(seconds);
            }),
            { numRuns: 50 },
        );
    });
});
