import { z } from "zod";
import { PROTOCOL } from "./fields";
import { trailer } from "./line";

/** A log that is torn, incomplete, interleaved, contradictory or of another version. The message says what is wrong. */
export class LogError extends Error {
    override readonly name = "LogError";
}

/** A line of the protocol whose content is not read yet. */
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
 * @param text the whole log. Lines may be in any order, with foreign lines between them
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
            throw new LogError(`the log has lines of two runs, ${first.run} and ${line.run}`);
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
        throw new LogError(`lines are missing from the log: ${missing.join(", ")}`);
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
            throw new LogError(`the log has another protocol version than ${PROTOCOL}: ${excerpt(line)}`);
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

/** @throws LogError where the line's content is not JSON of this schema */
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

/** The contents of all lines of one kind; lines of other kinds are passed over. */
export function decodeKind<T>(lines: readonly RawLine[], kind: string, schema: z.ZodType<T>): T[] {
    return lines.filter((line) => line.kind === kind).map((line) => decode(line, schema));
}

/** The parts of a whole run: its first line, its trailer, and the lines between. */
export interface RawFrame {
    readonly first: RawLine;
    readonly between: readonly RawLine[];
    readonly end: { readonly count: number };
}

const kindList = new Intl.ListFormat("en-GB", { type: "disjunction" });

/**
 * Takes a whole run apart.
 *
 * @param start kind of its first line
 * @param kinds of the lines between the first and the last
 * @throws LogError where a line is of another kind
 */
export function frame(lines: readonly RawLine[], start: string, kinds: readonly string[]): RawFrame {
    const first = lines[0];
    const last = lines.at(-1);
    if (first?.kind !== start) {
        throw new LogError(`the first line must be of kind ${start}, got ${first?.kind ?? "no line"}`);
    }
    if (last?.kind !== "end") {
        throw new LogError(`the log is cut after line ${last?.sequence ?? 0}: there is no line of kind end`);
    }
    const between = lines.slice(1, -1);
    const stranger = between.find(({ kind }) => !kinds.includes(kind));
    if (stranger !== undefined) {
        throw new LogError(`line ${stranger.sequence} must be of kind ${kindList.format(kinds)}, got ${stranger.kind}`);
    }
    return { first, between, end: decode(last, trailer) };
}
