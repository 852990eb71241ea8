import { expect } from "chai";
import * as fc from "fast-check";
import type { RequestLog } from "../../split/protocol/requestLog";
import type { Sorting } from "../../split/theory/prediction";
import { parseResolverLog, type ResolverLog } from "../../split/protocol/resolverLog";
import type { ServiceSummary } from "../../split/measurement/serviceSummary";
import { summarise } from "../../split/measurement/summarise";
import { noAnswers } from "./measurements";
import { anyLog, countersOf, requestsTo, resolverLinesOf, smallLog, smallResolverRun, textOf } from "./probeLogs";

const resolverLog = parseResolverLog(textOf(resolverLinesOf(smallResolverRun)));
const glibc: Sorting = { resolver: "glibc", address: "10.244.0.9", prefixLength: 24 };

function logOf(pods: readonly (string | null)[], seconds?: (index: number) => number): RequestLog {
    const header = { ...smallLog.header, services: ["nginxheadless"], requests: pods.length };
    return { kind: "requests", header, requests: requestsTo(0, pods, seconds), counters: countersOf(0) };
}

function summaryOf(log: RequestLog, answers: ResolverLog = resolverLog): ServiceSummary {
    const [summary] = summarise(log, answers, glibc);
    if (summary === undefined) {
        throw new Error("a log without a Service has no summary");
    }
    return summary;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

describe("the summary of a log", () => {
    const [headless, clusterIP] = summarise(smallLog, resolverLog, glibc);

    it("is one for each Service, in the order called", () => {
        const counts = [headless, clusterIP].map((each) => [each?.service, each?.requested, each?.answered]);
        expect(counts).to.deep.equal([
            ["nginxheadless", 2, 2],
            ["nginxclusterip", 2, 1],
        ]);
    });

    it("tells what DNS answered this client: the first answer, and how many there were of how many kinds", () => {
        const { names } = smallResolverRun.header;
        const addresses = ["10.244.0.6", "10.244.0.5", "10.244.1.4"];
        expect(headless?.dns).to.deep.equal({
            ...{ name: names[0], addresses, lookups: 2, orders: 2, sets: 1 },
            // By rule 9 10.244.0.6 comes before 10.244.1.4, whichever DNS names first.
            ...{ firsts: [2, 0, 0], repeats: 0, rotates: true },
        });
        expect(clusterIP?.dns).to.deep.equal({
            name: names[1],
            addresses: ["10.96.0.7"],
            lookups: 2,
            orders: 1,
            sets: 1,
            ...{ firsts: [2], repeats: 1, rotates: true },
        });
    });

    it("falls back to the short name, and no answer, where DNS was not asked", () => {
        const header = { ...smallResolverRun.header, names: [] };
        const silent = parseResolverLog(textOf(resolverLinesOf({ header, sets: [], lookups: [] })));
        const dns = { name: "nginxheadless", addresses: [], ...noAnswers };
        expect(summaryOf(logOf(["a"]), silent).dns).to.deep.equal(dns);
    });

    it("compares each connection with its own answer, and none behind one virtual address", () => {
        // By rule 9 10.244.0.5 and 10.244.0.6 tie at 28 and more bits with 10.244.0.9; the log's connections went
        // elsewhere.
        expect(headless?.prediction).to.deep.equal({ compared: 2, agreed: 0, fallbacks: {} });
        expect(clusterIP?.prediction).to.equal(null);
    });

    it("counts by pod, most requests first, then by name", () => {
        const { pods, answered, connections } = summaryOf(logOf(["b", "a", "c", "c", null]));
        expect({ answered, connections }).to.deep.equal({ answered: 4, connections: 4 });
        expect(pods).to.deep.equal([
            { pod: "c", count: 2, connections: 2, share: 0.5, addresses: { "10.96.0.7": 2 } },
            { pod: "a", count: 1, connections: 1, share: 0.25, addresses: { "10.96.0.7": 1 } },
            { pod: "b", count: 1, connections: 1, share: 0.25, addresses: { "10.96.0.7": 1 } },
        ]);
    });

    it("counts a kept connection once, at the pod that answered first on it", () => {
        const log = logOf(["a", "constructor", "b", "a"]);
        const requests = log.requests.map((each, i) => ({ ...each, connection: i < 2 ? 0 : 1 }));
        const { pods, connections } = summaryOf({ ...log, requests });
        expect(connections).to.equal(2);
        expect(pods.map(({ pod, count, connections: opened }) => [pod, count, opened])).to.deep.equal([
            ["a", 2, 1],
            ["b", 1, 1],
            ["constructor", 1, 0],
        ]);
    });

    it("counts errors by message, and has no latency where nothing answered", () => {
        const { pods, errors, latencyMs } = summaryOf(logOf([null, null]));
        expect({ pods, errors, latencyMs }).to.deep.equal({
            pods: [],
            errors: { "curl (7): Couldn't connect to server": 2 },
            latencyMs: null,
        });
    });

    it("stays small where every failure has a message of its own, and still counts each", () => {
        const failed = requestsTo(
            0,
            Array.from({ length: 10_000 }, () => null),
        );
        const requests = failed.map((each) => ({
            ...each,
            error: `not a pod's name: "${each.index}${"x".repeat(50)}"`,
        }));
        const { errors } = summaryOf({ ...logOf([]), requests });
        expect(sum(Object.values(errors))).to.equal(10_000);
        expect(JSON.stringify(errors).length).to.be.below(8 * 1024);
    });

    it("counts messages together that differ only in how long was waited, and from which port", () => {
        const messages = [
            "curl (7): Failed to connect to web port 80 after 12 ms: Couldn't connect to server",
            "curl (7): Failed to connect to web port 80 after 3 ms: Couldn't connect to server",
            "read tcp 10.244.0.9:40112->10.244.0.5:80: connection reset",
            "read tcp 10.244.0.9:40114->10.244.0.5:80: connection reset",
        ];
        const failed = requestsTo(0, [null, null, null, null]).map((each, i) => ({
            ...each,
            error: messages[i] ?? "",
        }));
        expect(summaryOf({ ...logOf([]), requests: failed }).errors).to.deep.equal({
            "curl (7): Failed to connect to web port 80: Couldn't connect to server": 2,
            "read tcp 10.244.0.9->10.244.0.5:80: connection reset": 2,
        });
    });

    const hostileTexts = ["__proto__", "constructor", "toString", "0", "", "x".repeat(10_000), "a\u2028b"];
    for (const text of hostileTexts) {
        it(`counts ${JSON.stringify(text.slice(0, 20))} as a pod and as an error like any other`, () => {
            const failed = requestsTo(0, [null, null]).map((each) => ({ ...each, index: each.index + 2, error: text }));
            const log = logOf([text, "nginx-a"]);
            const { pods, errors } = summaryOf({ ...log, requests: [...log.requests, ...failed] });
            expect(pods.map(({ pod, count, connections }) => [pod, count, connections])).to.have.deep.members([
                [text, 1, 1],
                ["nginx-a", 1, 1],
            ]);
            expect(Object.entries(errors)).to.deep.equal([[text.length > 100 ? `${text.slice(0, 99)}…` : text, 2]]);
        });
    }
});

describe("the latency in a summary", () => {
    // Worked by hand: rank (n - 1) p from 0, linear between its neighbours.
    const table: [times: number[], p50: number, p90: number, p99: number, max: number][] = [
        [[7], 7, 7, 7, 7],
        [[1, 2], 1.5, 1.9, 1.99, 2],
        [[3, 1, 2], 2, 2.8, 2.98, 3],
        [[4, 3, 2, 1], 2.5, 3.7, 3.97, 4],
        [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5.5, 9.1, 9.91, 10],
        [[100, 2, 1000, 30, 4], 30, 640, 964, 1000],
        [Array.from({ length: 101 }, (_, i) => i), 50, 90, 99, 100],
        [[0.0004, 0.0004, 0.0006], 0, 0.001, 0.001, 0.001],
    ];
    for (const [times, p50, p90, p99, max] of table) {
        it(`has percentiles ${p50}, ${p90}, ${p99}, ${max} for ${times.slice(0, 10).join(", ")} ms`, () => {
            const log = logOf(
                times.map(() => "a"),
                (index) => (times[index] ?? 0) / 1000,
            );
            expect(summaryOf(log).latencyMs?.total).to.deep.equal({ p50, p90, p99, max });
        });
    }

    it("is of the answered connections only", () => {
        const log = logOf(["a", null], (index) => (index === 0 ? 0.001 : 10));
        expect(summaryOf(log).latencyMs?.total.max).to.equal(1);
    });

    it("has look-up and connection of opened connections only, and the time of every answer", () => {
        const log = logOf(["a", "a"], (index) => (index === 0 ? 0.004 : 0.001));
        const kept = log.requests.map((each, i) =>
            i === 0 ? each : { ...each, connection: 0, resolved: 0, connected: 0 },
        );
        const { dns, connect, total } = summaryOf({ ...log, requests: kept }).latencyMs ?? {};
        expect([dns?.p50, connect?.p50, total?.p50]).to.deep.equal([0.5, 0.25, 2.5]);
    });

    it("has the handshakes of opened connections, from the connection on, and none without TLS", () => {
        const log = logOf(["a", "a", "a"]);
        const ends = [0.00175, 0.00275, null];
        const secured = log.requests.map((each, i) => ({ ...each, secured: ends[i] ?? null }));
        expect(summaryOf({ ...log, requests: secured }).latencyMs?.handshake).to.include({ p50: 1.5, max: 2 });
        expect(summaryOf(log).latencyMs?.handshake).to.be.null;
    });
});

describe("any summary", () => {
    it("sums pods and errors to what was requested, and shares to 1", () => {
        fc.assert(
            fc.property(anyLog, (log) => {
                for (const { pods, errors, requested, answered } of summarise(log, resolverLog, glibc)) {
                    expect(requested).to.equal(log.header.requests);
                    expect(sum(pods.map(({ count }) => count))).to.equal(answered);
                    expect(answered + sum(Object.values(errors))).to.equal(requested);
                    expect(sum(pods.map(({ share }) => share))).to.be.closeTo(answered === 0 ? 0 : 1, 1e-9);
                }
            }),
        );
    });
});
