import * as fc from "fast-check";
import type { ProbeLog } from "../../split/parse";
import { lineWriter, type Request } from "../../split/record";

/** The lines that a probe prints for this log, in its order: header, then each Service's DNS answer and requests. */
export function linesOf({ header, dns, requests }: ProbeLog, run = "7f3a"): string[] {
    const line = lineWriter(run);
    return [
        line({ kind: "header", data: header }),
        ...header.services.flatMap((_, position) => [
            ...dns.slice(position, position + 1).map((data) => line({ kind: "dns", data })),
            ...requests.filter(({ service }) => service === position).map((data) => line({ kind: "request", data })),
        ]),
        line({ kind: "end", data: { requests: requests.length } }),
    ];
}

export function textOf(lines: readonly string[]): string {
    return lines.map((line) => `${line}\n`).join("");
}

/** Outcomes of requests to one Service: a pod's name, or null for a refused connection; `ms` is each one's total time. */
export function requestsTo(service: number, pods: readonly (string | null)[], ms = (_index: number) => 2): Request[] {
    return pods.map((pod, index) => ({
        service,
        index,
        address: pod === null ? null : "10.96.0.7",
        pod,
        dnsMs: 0.5,
        connectMs: 0.25,
        totalMs: ms(index),
        error: pod === null ? "curl (7): Couldn't connect to server" : null,
    }));
}

/** Two Services, two requests to each; eight lines, numbered 0 to 7. */
export const smallLog: ProbeLog = {
    header: {
        client: "curl",
        clientVersion: "curl 7.88.1",
        pod: "probe-x7k2p",
        address: "10.244.0.9",
        prefixLength: 24,
        services: ["nginxheadless", "nginxclusterip"],
        requests: 2,
    },
    dns: [
        {
            service: "nginxheadless",
            name: "nginxheadless.ns.svc.cluster.local",
            addresses: ["10.244.0.5", "10.244.0.6"],
        },
        { service: "nginxclusterip", name: "nginxclusterip.ns.svc.cluster.local", addresses: ["10.96.0.7"] },
    ],
    requests: [...requestsTo(0, ["nginx-a", "nginx-b"]), ...requestsTo(1, ["nginx-a", null])],
};

// What a line protocol in JSON may trip over: line breaks of every kind, quotes, and the look of its own prefix.
const hostile = fc.constantFrom("\n", "\r", "\u2028", "\u2029", "\u0000", '"', "\\", " ", "\nts1 7f3a 0 end {}");
const text = fc.string({ unit: fc.oneof(fc.string({ unit: "binary", maxLength: 3 }), hostile), maxLength: 20 });
const ms = fc.double({ min: 0, max: 60_000, noNaN: true }).map(Math.abs);

function request(service: number, index: number): fc.Arbitrary<Request> {
    const times = { dnsMs: ms, connectMs: ms, totalMs: ms };
    const place = { service: fc.constant(service), index: fc.constant(index), address: fc.option(fc.ipV4()) };
    return fc.oneof(
        fc.record({ ...place, ...times, pod: text, error: fc.constant(null) }),
        fc.record({ ...place, ...times, pod: fc.constant(null), error: text }),
    );
}

/** Any log that a probe may print, with any text wherever there is text. */
export const anyLog: fc.Arbitrary<ProbeLog> = fc
    .record({ services: fc.array(text, { minLength: 1, maxLength: 3 }), requests: fc.integer({ min: 1, max: 6 }) })
    .chain(({ services, requests }) =>
        fc.record({
            header: fc.record({
                client: fc.string({ minLength: 1 }),
                clientVersion: text,
                pod: text,
                address: fc.ipV4(),
                prefixLength: fc.integer({ min: 0, max: 32 }),
                services: fc.constant(services),
                requests: fc.constant(requests),
            }),
            dns: fc.tuple(
                ...services.map((service) =>
                    fc.record({ service: fc.constant(service), name: text, addresses: fc.array(fc.ipV4()) }),
                ),
            ),
            requests: fc.tuple(
                ...services.flatMap((_, position) => Array.from({ length: requests }, (_, i) => request(position, i))),
            ),
        }),
    );
