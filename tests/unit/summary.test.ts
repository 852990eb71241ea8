import { expect } from "chai";
import * as fc from "fast-check";
import type { ProbeLog } from "../../split/parse";
import { summarise, type ServiceSummary } from "../../split/summary";
import { anyLog, requestsTo, smallLog } from "./probeLogs";

function logOf(pods: readonly (string | null)[], ms?: (index: number) => number): ProbeLog {
    const header = { ...smallLog.header, services: ["nginxheadless"], requests: pods.length };
    return { header, dns: smallLog.dns.slice(0, 1), requests: requestsTo(0, pods, ms) };
}

function summaryOf(log: ProbeLog): ServiceSummary {
    const [summary] = summarise(log);
    if (summary === undefined) {
        throw new Error("a log without a Service has no summary");
    }
    return summary;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

describe("the summary of a log", () => {
    it("is one for each Service, in the order called, with what DNS answered first", () => {
        const summaries = summarise(smallLog).map(({ service, dns, requested, answered }) => ({
            ...{ service, name: dns.name, addresses: dns.addresses },
            ...{ requested, answered },
        }));
        expect(summaries).to.deep.equal([
            { service: "nginxheadless", ...answerOf(0), requested: 2, answered: 2 },
            { service: "nginxclusterip", ...answerOf(1), requested: 2, answered: 1 },
        ]);
    });

    it("counts by pod, most connections first, then by name", () => {
        const { pods, answered } = summaryOf(logOf(["b", "a", "c", "c", null]));
        expect(answered).to.equal(4);
        expect(pods).to.deep.equal([
            { pod: "c", count: 2, share: 0.5, addresses: { "10.96.0.7": 2 } },
            { pod: "a", count: 1, share: 0.25, addresses: { "10.96.0.7": 1 } },
            { pod: "b", count: 1, share: 0.25, addresses: { "10.96.0.7": 1 } },
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

    it("falls back to the short name where DNS was not asked", () => {
        expect(summaryOf({ ...logOf(["a"]), dns: [] }).dns).to.deep.equal({ name: "nginxheadless", addresses: [] });
    });

    const hostileTexts = ["__proto__", "constructor", "toString", "0", "", "x".repeat(10_000), "a\u2028b"];
    for (const text of hostileTexts) {
        it(`counts ${JSON.stringify(text.slice(0, 20))} as a pod and as an error like any other`, () => {
            const failed = requestsTo(0, [null, null]).map((each) => ({ ...each, index: each.index + 2, error: text }));
            const log = logOf([text, "nginx-a"]);
            const { pods, errors } = summaryOf({ ...log, requests: [...log.requests, ...failed] });
            expect(pods.map(({ pod, count }) => [pod, count])).to.have.deep.members([
                [text, 1],
                ["nginx-a", 1],
            ]);
            expect(Object.entries(errors)).to.deep.equal([[text, 2]]);
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
                (index) => times[index] ?? 0,
            );
            expect(summaryOf(log).latencyMs?.total).to.deep.equal({ p50, p90, p99, max });
        });
    }

    it("is of the answered connections only", () => {
        const log = logOf(["a", null], (index) => (index === 0 ? 1 : 10_000));
        expect(summaryOf(log).latencyMs?.total.max).to.equal(1);
    });
});

describe("any summary", () => {
    it("sums pods and errors to what was requested, and shares to 1", () => {
        fc.assert(
            fc.property(anyLog, (log) => {
                for (const { pods, errors, requested, answered } of summarise(log)) {
                    expect(requested).to.equal(log.header.requests);
                    expect(sum(pods.map(({ count }) => count))).to.equal(answered);
                    expect(answered + sum(Object.values(errors))).to.equal(requested);
                    expect(sum(pods.map(({ share }) => share))).to.be.closeTo(answered === 0 ? 0 : 1, 1e-9);
                }
            }),
        );
    });
});

function answerOf(position: number): { name: string; addresses: readonly string[] } {
    const { name = "", addresses = [] } = smallLog.dns[position] ?? {};
    return { name, addresses };
}
