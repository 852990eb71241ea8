/**
 * How lines of the log are written, in plain values: programs that run inside the probe's pod are bundled with this
 * file, and not with the schemas of line.ts.
 */

/** First word of each line: the name of the protocol and its version. */
export const PROTOCOL = "ts4";

/**
 * Kinds of lines whose JSON is an array, and the fields in its order: 20,000 requests stay far below the size at which
 * kubelet rotates a log. Trailing nulls are left out. The JSON of other kinds is the data itself.
 */
export const arrayFields = {
    request: ["service", "index", "connection", "address", "pod", "resolved", "connected", "secured", "total", "error"],
    outcome: ["address", "pod", "error", "connected", "secured"],
    interval: ["service", "start", "milliseconds", "counts", "done"],
    latency: ["service", "of", "counts"],
    counters: ["service", "before", "after"],
    lookup: ["client", "name", "set", "order"],
} as const;
