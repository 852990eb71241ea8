import { expect } from "chai";
import * as fc from "fast-check";
import { LogError, parseLog, type ProbeLog } from "../../split/parse";
import { anyLog, linesOf, textOf } from "./probeLogs";

/** The one promise of the protocol: damage is refused or does nothing; it never gives another result. */
function refusedOrSame(text: string, log: ProbeLog): void {
    const outcome = attempt(text);
    if (outcome !== "refused") {
        expect(outcome).to.deep.equal(log);
    }
}

/** What the text reads as; any exception but a LogError is a defect, and passes through. */
function attempt(text: string): ProbeLog | "refused" {
    try {
        return parseLog(text);
    } catch (error) {
        if (error instanceof LogError) {
            return "refused";
        }
        throw error;
    }
}

const anyLogAndPlace = fc.tuple(anyLog, fc.nat(), fc.nat());
const foreignLine = fc.string({ unit: "binary" }).filter((line) => !/(^|\n)ts\d+ /.test(line));

function holds<T>(arbitrary: fc.Arbitrary<T>, predicate: (value: T) => void): () => void {
    return () => {
        fc.assert(fc.property(arbitrary, predicate), { numRuns: 300 });
    };
}

describe("any log of a probe", () => {
    it(
        "reads back as it was written",
        holds(anyLog, (log) => {
            expect(parseLog(textOf(linesOf(log)))).to.deep.equal(log);
        }),
    );

    const shuffled = anyLog.chain((log) =>
        fc.record({
            log: fc.constant(log),
            lines: fc.shuffledSubarray(linesOf(log), { minLength: linesOf(log).length }),
        }),
    );
    it(
        "is the same in any order of its lines",
        holds(shuffled, ({ log, lines }) => {
            expect(parseLog(textOf(lines))).to.deep.equal(log);
        }),
    );

    const repeated = anyLog.chain((log) =>
        fc.record({ log: fc.constant(log), again: fc.subarray(linesOf(log)), at: fc.nat() }),
    );
    it(
        "is the same with any of its lines twice",
        holds(repeated, ({ log, again, at }) => {
            const lines = linesOf(log);
            expect(parseLog(textOf(lines.toSpliced(at % lines.length, 0, ...again)))).to.deep.equal(log);
        }),
    );

    it(
        "is the same with foreign lines between its own",
        holds(fc.tuple(anyLog, fc.array(foreignLine), fc.nat()), ([log, foreign, at]) => {
            const lines = linesOf(log);
            expect(parseLog(textOf(lines.toSpliced(at % (lines.length + 1), 0, ...foreign)))).to.deep.equal(log);
        }),
    );

    it(
        "is refused, or the same, with a foreign line in the middle of one of its own",
        holds(fc.tuple(anyLog, foreignLine, fc.nat()), ([log, foreign, at]) => {
            const text = textOf(linesOf(log));
            const cut = at % text.length;
            refusedOrSame(`${text.slice(0, cut)}\n${foreign}\n${text.slice(cut)}`, log);
        }),
    );

    it(
        "is refused when cut at any byte, but for the last line break",
        holds(anyLogAndPlace, ([log, at]) => {
            const bytes = Buffer.from(textOf(linesOf(log)));
            const cut = at % (bytes.length - 1);
            expect(attempt(bytes.subarray(0, cut).toString())).to.equal("refused");
            expect(attempt(bytes.subarray(0, -1).toString())).to.deep.equal(log);
        }),
    );

    it(
        "is refused when it begins at any later byte, as after a rotation",
        holds(anyLogAndPlace, ([log, at]) => {
            const bytes = Buffer.from(textOf(linesOf(log)));
            expect(attempt(bytes.subarray(1 + (at % (bytes.length - 1))).toString())).to.equal("refused");
        }),
    );

    const thinned = anyLog.chain((log) =>
        fc.record({ log: fc.constant(log), kept: fc.subarray(linesOf(log), { maxLength: linesOf(log).length - 1 }) }),
    );
    it(
        "is refused without any of its lines",
        holds(thinned, ({ kept }) => {
            expect(attempt(textOf(kept))).to.equal("refused");
        }),
    );

    it(
        "is refused when the head of one line runs into the tail of another",
        holds(fc.tuple(anyLogAndPlace, fc.nat(), fc.nat()), ([[log, i, j], headEnd, tailStart]) => {
            const lines = linesOf(log);
            const [from, to] = [i % (lines.length - 1), 1 + (j % (lines.length - 1))].sort((a, b) => a - b);
            const [head = "", tail = ""] = [lines[from ?? 0], lines[to ?? 0]];
            fc.pre(from !== to);
            const spliced = head.slice(0, headEnd % (head.length + 1)) + tail.slice(tailStart % (tail.length + 1));
            const rest = lines.filter((_, number) => number !== from && number !== to);
            expect(attempt(textOf([...rest, spliced]))).to.equal("refused");
        }),
    );

    it(
        "is refused when some bytes are lost with a line break among them",
        holds(anyLogAndPlace, ([log, i, length]) => {
            const text = textOf(linesOf(log));
            const from = i % (text.length - 2);
            const lineBreak = text.indexOf("\n", from);
            fc.pre(lineBreak < text.length - 1);
            expect(attempt(text.slice(0, from) + text.slice(lineBreak + 1 + (length % 200)))).to.equal("refused");
        }),
    );

    const interleaved = fc.tuple(anyLog, anyLog).chain(([one, two]) =>
        fc.record({
            one: fc.constant(one),
            order: fc.shuffledSubarray([...linesOf(one), ...linesOf(two, "b00b")]),
        }),
    );
    it(
        "is refused, or the same, interleaved with any part of another",
        holds(interleaved, ({ one, order }) => {
            refusedOrSame(textOf(order), one);
        }),
    );
});
