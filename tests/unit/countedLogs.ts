import type { Header, Interval, Latency, Outcome } from "../../split/protocol/line";
import { lineWriter } from "../../split/protocol/lineWriter";
import type { CountedLog } from "../../split/protocol/countedLog";
import { countersOf } from "./probeLogs";

const header: Header = {
    ...{
        client: "load",
        clientVersion: "Go 1.19.8",
        resolver: "own-round-robin",
        services: ["web", "webclusterip"],
        requests: 10,
    },
    counted: { concurrency: 8, rate: 0 },
};
const outcomes: Outcome[] = [
    { address: "10.244.0.5", pod: "a", error: null, connected: true, secured: true },
    { address: "10.244.1.4", pod: "b", error: null, connected: true, secured: true },
    { address: "10.244.1.4", pod: null, error: "dial: connect: connection refused", connected: false, secured: false },
    { address: "10.43.0.9", pod: "a", error: null, connected: true, secured: true },
    { address: "10.43.0.9", pod: null, error: "HTTP 503", connected: true, secured: true },
];
const start = Date.parse("2026-11-01T12:00:00.000Z");
const interval = (service: number, second: number, counts: Interval["counts"], done: number): Interval => ({
    ...{ service, start: start + second * 1000, milliseconds: 1000, counts, done },
});
const latency = (service: number, of: Latency["of"], counts: Latency["counts"]): Latency => ({ service, of, counts });

/** Ten requests to each of two Services: at the headless one b refuses two, at the other one answers 503 once. */
export const countedLog: CountedLog = {
    kind: "counted",
    header,
    outcomes,
    intervals: [
        interval(0, 0, [[0, 3], [1, 2]], 5), // prettier-ignore
        interval(0, 1, [[0, 3], [2, 2]], 10), // prettier-ignore
        interval(1, 2, [[3, 9], [4, 1]], 20), // prettier-ignore
    ],
    latencies: [
        latency(0, "connect", [[100, 4], [200, 4]]), // prettier-ignore
        latency(0, "handshake", [[300, 8]]),
        latency(0, "total", [[1000, 7], [2000, 1]]), // prettier-ignore
        latency(1, "connect", [[100, 10]]),
        latency(1, "handshake", [[300, 10]]),
        latency(1, "total", [[1000, 9]]),
    ],
    counters: countersOf(2, 0),
};

/** The lines that the client prints for this log. */
export function countedLines(log: CountedLog, count = 20): string[] {
    const line = lineWriter("7f3a");
    return [
        line({ kind: "header", data: log.header }),
        ...log.outcomes.map((data) => line({ kind: "outcome", data })),
        ...log.intervals.map((data) => line({ kind: "interval", data })),
        ...log.latencies.map((data) => line({ kind: "latency", data })),
        ...log.counters.map((data) => line({ kind: "counters", data })),
        line({ kind: "end", data: { count } }),
    ];
}
