import { deflateSync, inflateSync } from "node:zlib";

/** A value as a compressed text. A measurement repeats the names of pods many times, and the stack's state keeps it. */
export function packed(value: unknown): string {
    return deflateSync(JSON.stringify(value)).toString("base64");
}

/** The value that was packed. */
export function unpacked(text: string): unknown {
    return JSON.parse(inflateSync(Buffer.from(text, "base64")).toString());
}
