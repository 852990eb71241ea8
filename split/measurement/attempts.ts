import type { CountedLog } from "../protocol/countedLog";
import type { ProbeLog } from "../protocol/parse";

/** Requests that ended at one moment with one outcome. */
export interface Attempt {
    /** Milliseconds since 1970 by the clock of the probe's node. */
    readonly ended: number;
    /** null where no pod answered. */
    readonly pod: string | null;
    readonly count: number;
    /** How long it took; null where requests are counted. */
    readonly milliseconds: number | null;
}

/**
 * Takes the times apart that the Kubernetes API puts before each line of a log.
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
 * What became of a client's requests to one Service, in the order in which they ended.
 *
 * @param times of the log's lines by number; a client that counts its requests tells the time itself, to the end of an
 *   interval
 */
export function attemptsOf(
    log: ProbeLog | CountedLog,
    times: ReadonlyMap<number, number>,
    service: number,
): readonly Attempt[] {
    const attempts =
        "requests" in log
            ? log.requests.flatMap(({ pod, total, ...request }): Attempt[] => {
                  // The header is line 0, and each request one of the lines after it.
                  const ended = times.get(1 + request.service * log.header.requests + request.index) ?? NaN;
                  return request.service === service ? [{ ended, pod, count: 1, milliseconds: total * 1000 }] : [];
              })
            : log.intervals
                  .filter((interval) => interval.service === service)
                  .flatMap(({ start, milliseconds, counts }) =>
                      counts.map(([outcome, count]) => ({
                          ended: start + milliseconds,
                          pod: log.outcomes[outcome]?.pod ?? null,
                          count,
                          milliseconds: null,
                      })),
                  );
    return inOrder(attempts);
}

/** By the moments at which they ended. */
export function inOrder(attempts: readonly Attempt[]): Attempt[] {
    return [...attempts].sort((a, b) => a.ended - b.ended);
}
