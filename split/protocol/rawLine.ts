import { z } from "zod";
import { PROTOCOL, type Counters } from "./line";

/** A log that is torn, short, interleaved, contradictory or of another version; the message names what is missing. */
export class LogError extends Error {
    override readonly name = "LogError";
}

/** A line of the protocol, its content not read yet. */
export interface RawLine {
    readonly run: string;
    readonly sequence: number;
    readonly kind: string;
    readonly json: string;
}

// JSON may hold U+2028 and U+2029 as they are, which a dot matches only with the s flag.
const linePattern = new RegExp(`^${PROTOCOL} ([a-z0-9]+) (\\d+) ([a-z]+) (.*)$`, "s");

/**
 * The lines of one whole run, in sequence, each once.
 *
 * @param text the whole log; lines in any order, foreign lines between them
 * @throws LogError where a line is missing, or where lines are of several runs or of another version
 */
export function wholeRun(text: string): RawLine[] {
    const lines = rawLines(text);
    const first = lines[0];
    if (first === undefined) {
        throw new LogError(`the log has no line that starts with "${PROTOCOL} "`);
    }
    const bySequence = new Map<number, RawLine>();
    for (const line of lines) {
        if (line.run !== first.run) {
            throw new LogError(`the log holds lines of two runs, ${first.run} and ${line.run}`);
        }
        const earlier = bySequence.get(line.sequence);
        // An exact duplicate is harmless; two different lines with one number are not.
        if (earlier !== undefined && (earlier.json !== line.json || earlier.kind !== line.kind)) {
            throw new LogError(`line ${line.sequence} occurs twice with different content`);
        }
        bySequence.set(line.sequence, line);
    }
    const ordered = [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
    const missing = missingRanges(ordered.map((line) => line.sequence));
    if (missing.length > 0) {
        throw new LogError(`the log lacks line ${missing.join(", ")}`);
    }
    return ordered;
}

function rawLines(text: string): RawLine[] {
    const lines: RawLine[] = [];
    for (const line of text.split("\n")) {
        const match = linePattern.exec(line);
        if (match !== null) {
            const [, run = "", sequence = "", kind = "", json = ""] = match;
            lines.push({ run, sequence: Number(sequence), kind, json });
        } else if (/^ts\d+ /.test(line) && !line.startsWith(`${PROTOCOL} `)) {
            throw new LogError(`this log is of another protocol version: ${excerpt(line)}; known is ${PROTOCOL}`);
        }
    }
    return lines;
}

function missingRanges(sorted: readonly number[]): string[] {
    const ranges: string[] = [];
    let next = 0;
    for (const sequence of sorted) {
        if (sequence > next) {
            ranges.push(sequence - 1 === next ? `${next}` : `${next} to ${sequence - 1}`);
        }
        next = sequence + 1;
    }
    return ranges;
}

function excerpt(text: string): string {
    return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** @throws LogError where the line's content is not JSON of this shape */
export function decode<T>(line: RawLine, schema: z.ZodType<T>): T {
    let data: unknown;
    try {
        data = JSON.parse(line.json);
    } catch {
        throw new LogError(`line ${line.sequence} (${line.kind}) is torn: ${excerpt(line.json)}`);
    }
    const result = schema.safeParse(data);
    if (!result.success) {
        throw new LogError(`line ${line.sequence} (${line.kind}) is not valid: ${z.prettifyError(result.error)}`);
    }
    return result.data;
}

const count = z.int().nonnegative();
// As the kernel names them.
const values = z.record(z.string().regex(/^[A-Za-z0-9]+$/), count);
const counters = z
    .tuple([count, values, values])
    .transform(([service, before, after]): Counters => ({ service, before, after }));

/** The counters of the kernel that a client read, which a log of either kind has; lines of other kinds are passed over. */
export function decodeCounters(lines: readonly RawLine[]): Counters[] {
    return lines.filter(({ kind }) => kind === "counters").map((line) => decode(line, counters));
}

/**
 * The parts of a whole run: its first line, its last, and those between.
 *
 * @throws LogError where the first or last is of another kind, or one between is not of `kinds`
 */
export function frame(lines: readonly RawLine[], start: string, kinds: readonly string[]): RawFrame {
    const [first, last] = [lines[0], lines.at(-1)];
    if (first?.kind !== start) {
        throw new LogError(`the log starts with a ${first?.kind ?? "missing"} line, not with its ${start}`);
    }
    if (last?.kind !== "end") {
        throw new LogError(`the log ends after line ${last?.sequence ?? 0} without its trailer`);
    }
    const between = lines.slice(1, -1);
    const stranger = between.find(({ kind }) => !kinds.includes(kind));
    if (stranger !== undefined) {
        throw new LogError(
            `line ${stranger.sequence} is a ${stranger.kind} line, where only ${kinds.join(" and ")} lines may be`,
        );
    }
    return { first, between, end: decode(last, z.strictObject({ count })) };
}

export interface RawFrame {
    readonly first: RawLine;
    readonly between: readonly RawLine[];
    readonly end: { readonly count: number };
}
