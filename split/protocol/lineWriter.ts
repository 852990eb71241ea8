import { arrayFields, PROTOCOL } from "./fields";
import type { Line } from "./line";

/**
 * Gives each line its place in the log of one run.
 *
 * @param run token of this run: lower-case letters and digits
 * @returns a function from a line to its text, without a line break
 */
export function lineWriter(run: string): (line: Line) => string {
    let sequence = 0;
    return (line) => `${PROTOCOL} ${run} ${sequence++} ${line.kind} ${JSON.stringify(contentOf(line))}`;
}

function contentOf({ kind, data }: Line): unknown {
    if (!isArrayKind(kind)) {
        return data;
    }
    const values = arrayFields[kind].map((field) => (data as Readonly<Record<string, unknown>>)[field]);
    return values.slice(0, 1 + values.findLastIndex((value) => value !== null));
}

function isArrayKind(kind: string): kind is keyof typeof arrayFields {
    return Object.hasOwn(arrayFields, kind);
}
