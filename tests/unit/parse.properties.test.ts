import { expect } from "chai";
import * as fc from "fast-check";
import { LogError } from "../../split/protocol/decodeLine";
import { parseClientLog } from "../../split/protocol/clientLog";
import { parseResolverLog } from "../../split/protocol/resolverLog";
import { anyLog, anyResolverRun, linesOf, resolverLinesOf, textOf } from "./probeLogs";

/** A log as its writer prints it, and what it is to be read as: all plain values. */
interface Written {
    readonly lines: readonly string[];
    readonly value: unknown;
}

const client = (run?: string): fc.Arbitrary<Written> => anyLog.map((log) => ({ lines: linesOf(log, run), value: log }));

const resolver = (run?: string): fc.Arbitrary<Written> =>
    anyResolverRun.map((log) => {
        const { header, sets, lookups } = log;
        const answers = header.clients.map((_, i) =>
            header.names.map((_, j) =>
                lookups
                    .filter(({ client, name }) => client === i && name === j)
                    .map(({ set, order }) => order.map((position) => sets[set]?.[position])),
            ),
        );
        return { lines: resolverLinesOf(log, run), value: { header, answers } };
    });

function readResolver(text: string): unknown {
    const log = parseResolverLog(text);
    const { header } = log;
    const services = header.names.map((name) => name.split(".")[0] ?? "");
    const answers = header.clients.map((each) => services.map((service) => log.answersTo(each, service)));
    return { header, answers };
}

const foreignLine = fc.string({ unit: "binary" }).filter((line) => !/(^|\n)ts\d+ /.test(line));

function holds<T>(arbitrary: fc.Arbitrary<T>, predicate: (value: T) => void): () => void {
    return () => {
        fc.assert(fc.property(arbitrary, predicate), { numRuns: 300 });
    };
}

function survivesDamage(
    who: string,
    any: (run?: string) => fc.Arbitrary<Written>,
    read: (text: string) => unknown,
): void {
    /** What the text reads as; any exception but a LogError is a defect, and passes through. */
    const attempt = (text: string): unknown => {
        try {
            return read(text);
        } catch (error) {
            if (error instanceof LogError) {
                return "refused";
            }
            throw error;
        }
    };
    /** The one promise of the protocol: damage is refused or does nothing; it never gives another result. */
    const refusedOrSame = (text: string, value: unknown): void => {
        const outcome = attempt(text);
        if (outcome !== "refused") {
            expect(outcome).to.deep.equal(value);
        }
    };
    const withPlaces = fc.tuple(any(), fc.nat(), fc.nat());
    const withPart = (part: (lines: readonly string[]) => fc.Arbitrary<string[]>) =>
        any().chain((log) => fc.record({ log: fc.constant(log), part: part(log.lines) }));

    describe(`any log of ${who}`, () => {
        it(
            "reads back as it was written",
            holds(any(), ({ lines, value }) => {
                expect(read(textOf(lines))).to.deep.equal(value);
            }),
        );

        it(
            "is the same with any of its lines twice",
            holds(
                fc.tuple(
                    withPart((lines) => fc.subarray([...lines])),
                    fc.nat(),
                ),
                ([{ log, part }, at]) => {
                    const { lines, value } = log;
                    expect(read(textOf(lines.toSpliced(at % lines.length, 0, ...part)))).to.deep.equal(value);
                },
            ),
        );

        const shuffled = withPart((lines) => fc.shuffledSubarray([...lines], { minLength: lines.length }));
        it(
            "is the same in any order of its lines",
            holds(shuffled, ({ log, part }) => {
                expect(read(textOf(part))).to.deep.equal(log.value);
            }),
        );

        it(
            "is the same with foreign lines between its own",
            holds(fc.tuple(any(), fc.array(foreignLine), fc.nat()), ([{ lines, value }, foreign, at]) => {
                expect(read(textOf(lines.toSpliced(at % (lines.length + 1), 0, ...foreign)))).to.deep.equal(value);
            }),
        );

        it(
            "is refused, or the same, with a foreign line in the middle of one of its own",
            holds(fc.tuple(any(), foreignLine, fc.nat()), ([{ lines, value }, foreign, at]) => {
                const text = textOf(lines);
                const cut = at % text.length;
                refusedOrSame(`${text.slice(0, cut)}\n${foreign}\n${text.slice(cut)}`, value);
            }),
        );

        it(
            "is refused when cut at any byte, but for the last line break",
            holds(withPlaces, ([{ lines, value }, at]) => {
                const bytes = Buffer.from(textOf(lines));
                expect(attempt(bytes.subarray(0, at % (bytes.length - 1)).toString())).to.equal("refused");
                expect(attempt(bytes.subarray(0, -1).toString())).to.deep.equal(value);
            }),
        );

        it(
            "is refused when it begins at any later byte, as after a rotation",
            holds(withPlaces, ([{ lines }, at]) => {
                const bytes = Buffer.from(textOf(lines));
                expect(attempt(bytes.subarray(1 + (at % (bytes.length - 1))).toString())).to.equal("refused");
            }),
        );

        const thinned = withPart((lines) => fc.subarray([...lines], { maxLength: lines.length - 1 }));
        it(
            "is refused without any of its lines",
            holds(thinned, ({ part }) => {
                expect(attempt(textOf(part))).to.equal("refused");
            }),
        );

        it(
            "is refused when the head of one line runs into the tail of another",
            holds(fc.tuple(withPlaces, fc.nat(), fc.nat()), ([[{ lines }, i, j], headEnd, tailStart]) => {
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
            holds(withPlaces, ([{ lines }, i, length]) => {
                const text = textOf(lines);
                const from = i % (text.length - 2);
                const lineBreak = text.indexOf("\n", from);
                fc.pre(lineBreak < text.length - 1);
                expect(attempt(text.slice(0, from) + text.slice(lineBreak + 1 + (length % 200)))).to.equal("refused");
            }),
        );

        const interleaved = fc.tuple(any(), any("b00b")).chain(([one, two]) =>
            fc.record({
                value: fc.constant(one.value),
                // All of the other and nothing of this one is whole, too, and another log.
                order: fc
                    .shuffledSubarray([...one.lines, ...two.lines])
                    .filter((order) => order.some((line) => one.lines.includes(line))),
            }),
        );
        it(
            "is refused, or the same, interleaved with any part of another",
            holds(interleaved, ({ value, order }) => {
                refusedOrSame(textOf(order), value);
            }),
        );
    });
}

survivesDamage("a client", client, parseClientLog);
survivesDamage("the resolver", resolver, readResolver);
