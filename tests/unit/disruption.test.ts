import { expect } from "chai";
import * as fc from "fast-check";
import { doneAt } from "../../components/jobLogs/progress";
import { attemptsOf, withoutTimestamps, type Attempt } from "../../split/measurement/attempts";
import { seenOfDisruption, fates, type DisruptionEvent } from "../../split/measurement/disruption";
import { parseClientLog } from "../../split/protocol/clientLog";
import { countedLines, countedLog } from "./countedLogs";
import { linesOf, smallLog, textOf } from "./probeLogs";

const second = (seconds: number): number => Date.parse("2026-11-01T12:00:00.000Z") + seconds * 1000;
const pod = (name: string) => ({ name, address: null, ready: null, gone: null });
const event: DisruptionEvent = {
    ...{ kind: "kill-one-pod", at: "2026-11-01T12:00:00.000Z" },
    ...{ lost: [pod("old")], gained: [pod("new")] },
};
const attempt = (seconds: number, name: string | null, milliseconds: number | null = 5, count = 1): Attempt => ({
    ...{ ended: second(seconds), pod: name, count, milliseconds },
});

describe("a log with the times of its lines", () => {
    const stamped = (lines: readonly string[]): string =>
        textOf(lines.map((line, i) => `2026-11-01T12:00:0${i}.250000000Z ${line}`));

    it("is the same log without them, and tells when each request ended", () => {
        const lines = linesOf(smallLog);
        const { text, times } = withoutTimestamps(stamped([...lines.slice(0, 3), "a warning", ...lines.slice(3)]));
        expect(text).to.equal(textOf([...lines.slice(0, 3), "a warning", ...lines.slice(3)]));
        expect(attemptsOf(parseClientLog(text), times, 0)).to.deep.equal([
            { ended: second(1.25), pod: "nginx-a", count: 1, milliseconds: 2000 },
            { ended: second(2.25), pod: "nginx-b", count: 1, milliseconds: 2000 },
        ]);
        expect(attemptsOf(parseClientLog(text), times, 1).map(({ ended, pod: by }) => [ended, by])).to.deep.equal([
            [second(4.25), "nginx-a"],
            [second(5.25), null],
        ]);
    });

    it("is as it was where there are none", () => {
        const text = textOf(linesOf(smallLog));
        expect(withoutTimestamps(text)).to.deep.equal({ text, times: new Map() });
    });

    it("of a client that counts, tells of each interval when it ended", () => {
        const log = parseClientLog(textOf(countedLines(countedLog)));
        expect(attemptsOf(log, new Map(), 0).map(({ ended, pod: by, count }) => [ended, by, count])).to.deep.equal([
            [second(1), "a", 3],
            [second(1), "b", 2],
            [second(2), "a", 3],
            [second(2), null, 2],
        ]);
    });
});

describe("what a client saw of a disruption", () => {
    it("is whose answers it got by the second, and when it lost the old and found the new", () => {
        const attempts = [
            ...[attempt(-1.5, "old"), attempt(-0.5, "stays"), attempt(0.2, "old"), attempt(0.4, null, 3000)],
            ...[attempt(0.9, null), attempt(2.5, "new", 12.3456), attempt(3.1, "stays")],
        ];
        expect(seenOfDisruption("curl", event, attempts)).to.deep.equal({
            client: "curl",
            seconds: {
                from: -2,
                stayed: [0, 1, 0, 0, 0, 1],
                lost: [1, 0, 1, 0, 0, 0],
                gained: [0, 0, 0, 0, 1, 0],
                failed: [0, 0, 2, 0, 0, 0],
            },
            failed: 2,
            ...{ firstGained: 2.5, lastLost: 0.2, lastFailed: 0.9, slowestMs: 3000 },
        });
    });

    it("says null of what never came, and of times that are not known", () => {
        const { firstGained, lastLost, lastFailed, slowestMs } = seenOfDisruption("load", event, [
            attempt(-3, null, null, 4),
            attempt(1, "stays", null, 9),
        ]);
        expect({ firstGained, lastLost, lastFailed, slowestMs }).to.deep.equal({
            ...{ firstGained: null, lastLost: null, lastFailed: null, slowestMs: null },
        });
    });

    it("accounts for every request, however far from the disruption", () => {
        const any = fc.record({
            ended: fc.integer({ min: -500_000, max: 500_000 }).map((each) => second(0) + each),
            pod: fc.constantFrom(null, "old", "new", "stays"),
            count: fc.nat({ max: 1000 }),
            milliseconds: fc.option(fc.nat()),
        });
        fc.assert(
            fc.property(fc.array(any, { maxLength: 40 }), (all) => {
                const attempts = [...all].sort((a, b) => a.ended - b.ended);
                const { seconds, failed } = seenOfDisruption("any", event, attempts);
                const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
                expect(sum(fates.map((fate) => sum(seconds[fate])))).to.equal(sum(all.map(({ count }) => count)));
                expect(sum(seconds.failed)).to.equal(failed);
                expect(new Set(fates.map((fate) => seconds[fate].length))).to.have.length(1);
                expect(seconds.stayed.length).to.be.at.most(61);
            }),
        );
    });
});

describe("the last line of a client", () => {
    const rows: [line: string, done: number][] = [
        ["ts4 7f3a 12 request [0,11,11,null,null,0,0,null,0]", 12],
        ['ts4 7f3a 12 interval [0,1000,1000,[[0,3]],"x",420]', 420],
        ['ts4 7f3a 12 end {"count":600}', 600],
        ['ts4 7f3a 0 header {"client":"curl"}', 0],
        ["something else", 0],
    ];
    for (const [line, done] of rows) {
        it(`tells of ${done} requests: ${line.slice(0, 24)}`, () => {
            expect(doneAt(line)).to.equal(done);
        });
    }
});
