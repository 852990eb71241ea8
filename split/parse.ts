import { z } from "zod";
import { PROTOCOL, type DnsAnswer, type Header, type Request, type Trailer } from "./record";

/** A log that was read whole. */
export interface ProbeLog {
    readonly header: Header;
    readonly dns: readonly DnsAnswer[];
    /** `header.requests` for each Service of the header, in the order sent. */
    readonly requests: readonly Request[];
}

/** A log that is torn, short, interleaved, contradictory or of another version; the message names what is missing. */
export class LogError extends Error {
    override readonly name = "LogError";
}

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

const header: z.ZodType<Header> = z.strictObject({
    client: z.string().min(1),
    clientVersion: z.string(),
    pod: z.string(),
    address: z.ipv4(),
    prefixLength: z.int().min(0).max(32),
    services: z.array(z.string()).min(1),
    requests: z.int().positive(),
});
const dnsAnswer: z.ZodType<DnsAnswer> = z.strictObject({
    service: z.string(),
    name: z.string(),
    addresses: z.array(z.ipv4()),
});
const trailer: z.ZodType<Trailer> = z.strictObject({ requests: count });
const request = z
    .tuple([count, count, z.ipv4().nullable(), z.string().nullable(), ms, ms, ms, z.string().optional()])
    .transform(([service, index, address, pod, dnsMs, connectMs, totalMs, error = null]): Request => ({
        service,
        index,
        address,
        pod,
        dnsMs,
        connectMs,
        totalMs,
        error,
    }))
    .refine(({ pod, error }) => (pod === null) !== (error === null), "needs either a pod or an error");

interface RawLine {
    readonly run: string;
    readonly sequence: number;
    readonly kind: string;
    readonly json: string;
}

// JSON may hold U+2028 and U+2029 as they are, which a dot matches only with the s flag.
const linePattern = new RegExp(`^${PROTOCOL} ([a-z0-9]+) (\\d+) (header|dns|request|end) (.*)$`, "s");

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

function excerpt(text: string): string {
    return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Lines in sequence, each once. An exact duplicate is harmless; two different lines with one number are not. */
function inSequence(lines: readonly RawLine[]): RawLine[] {
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

function decode<T>(line: RawLine, schema: z.ZodType<T>): T {
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

/**
 * Reads the log of one probe container.
 *
 * @param text the whole log; lines in any order, foreign lines between them
 * @throws LogError where the log is not exactly one whole run
 */
export function parseLog(text: string): ProbeLog {
    const lines = inSequence(rawLines(text));
    const [first, last] = [lines[0], lines.at(-1)];
    if (first?.kind !== "header") {
        throw new LogError(`the log starts with a ${first?.kind ?? "missing"} line, not with its header`);
    }
    if (last?.kind !== "end") {
        throw new LogError(`the log ends after line ${last?.sequence ?? 0} without its trailer`);
    }
    const log = {
        header: decode(first, header),
        dns: lines.filter(({ kind }) => kind === "dns").map((line) => decode(line, dnsAnswer)),
        requests: lines.filter(({ kind }) => kind === "request").map((line) => decode(line, request)),
    };
    checkCounts(log, decode(last, trailer), lines.length);
    return log;
}

function checkCounts({ header, dns, requests }: ProbeLog, trailer: Trailer, lines: number): void {
    if (requests.length + dns.length + 2 !== lines) {
        throw new LogError("the log has a second header or trailer");
    }
    if (trailer.requests !== requests.length) {
        throw new LogError(`the trailer counts ${trailer.requests} requests, the log has ${requests.length}`);
    }
    header.services.forEach((service, position) => {
        const indices = requests.filter((each) => each.service === position).map((each) => each.index);
        const inOrder = indices.every((index, i) => index === i);
        if (indices.length !== header.requests || !inOrder) {
            throw new LogError(`${service}: ${header.requests} requests announced, ${indices.length} in the log`);
        }
    });
    const strangers = requests.filter((each) => each.service >= header.services.length);
    if (strangers.length > 0) {
        throw new LogError(`${strangers.length} requests to a Service that the header does not name`);
    }
}
