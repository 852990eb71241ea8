import type { ClientLog } from "../protocol/clientLog";

/** Requests that ended at one moment in one way. */
export interface Attempt {
    /** Milliseconds since 1970 by the clock of the probe's node. */
    readonly ended: number;
    /** null where no pod answered. */
    readonly pod: string | null;
    readonly count: number;
    /** How long the request took; null where requests are counted. */
    readonly milliseconds: number | null;
}

/**
 * Splits off the timestamps that the Kubernetes API puts before each line of a log.
 *
 * @param text a log as it is with `timestamps`: each line begins with a moment in RFC 3339, and a space
 * @returns the log without them, and when each numbered line of the protocol was written, in milliseconds since 1970
 */
export function withoutTimestamps(text: string): { text: string; times: ReadonlyMap<number, number> } {
    const times = new Map<number, number>();
    const lines = text.split("\n").map((line) => {
        const [, time = "", rest = line, sequence] = /^(\d{4}-\S+) ((?:ts\d+ \S+ (\d+) )?.*)$/s.exec(line) ?? [];
        if (sequence !== undefined) {
            times.set(Number(sequence), Date.parse(time));
        }
        return rest;
    });
    return { text: lines.join("\n"), times };
}

/**
 * How a client's requests to one Service ended, in that order.
 *
 * @param times when each line of the log was written, by its number. A client that counts its requests logs the time
 *     itself, to the end of an interval
 */
export function attemptsOf(log: ClientLog, times: ReadonlyMap<number, number>, service: number): readonly Attempt[] {
    if (log.kind === "counted") {
        const intervals = log.intervals.filter((interval) => interval.service === service);
        return inOrder(
            intervals.flatMap(({ start, milliseconds, counts }) =>
                counts.map(([outcome, count]) => ({
                    ended: start + milliseconds,
                    pod: log.outcomes[outcome]?.pod ?? null,
                    count,
                    milliseconds: null,
                })),
            ),
        );
    }
    const requests = log.requests.filter((request) => request.service === service);
    return inOrder(
        requests.map(({ index, pod, total }) => ({
            // The header is line 0, and each request is one of the lines after it.
            ended: times.get(1 + service * log.header.requests + index) ?? NaN,
            pod,
            count: 1,
            milliseconds: total * 1000,
        })),
    );
}

/** By the moments at which they ended. */
export function inOrder(attempts: readonly Attempt[]): Attempt[] {
    return [...attempts].sort((a, b) => a.ended - b.ended);
}
