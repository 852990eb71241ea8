import * as fc from "fast-check";
import {
    clientResolver,
    type Counters,
    type Line,
    type Lookup,
    type Request,
    type ResolverHeader,
} from "../../split/protocol/line";
import { lineWriter } from "../../split/protocol/lineWriter";
import type { RequestLog } from "../../split/protocol/requestLog";

/** The lines that a client prints for this log, in its order. */
export function linesOf({ header, requests, counters }: RequestLog, run = "7f3a"): string[] {
    return written(run, [
        { kind: "header", data: header },
        ...requests.map((data): Line => ({ kind: "request", data })),
        ...counters.map((data): Line => ({ kind: "counters", data })),
        { kind: "end", data: { count: requests.length } },
    ]);
}

/** What a resolver saw: sets of addresses, and look-ups that name them. */
export interface ResolverRun {
    readonly header: ResolverHeader;
    readonly sets: readonly (readonly string[])[];
    readonly lookups: readonly Lookup[];
}

/** The lines that a resolver prints; each set comes before the first look-up that names it. */
export function resolverLinesOf({ header, sets, lookups }: ResolverRun, run = "c0de"): string[] {
    return written(run, [
        { kind: "resolver", data: header },
        ...sets.map((data): Line => ({ kind: "addresses", data })),
        ...lookups.map((data): Line => ({ kind: "lookup", data })),
        { kind: "end", data: { count: lookups.length } },
    ]);
}

function written(run: string, lines: readonly Line[]): string[] {
    const line = lineWriter(run);
    return lines.map((each) => line(each));
}

export function textOf(lines: readonly string[]): string {
    return lines.map((line) => `${line}\n`).join("");
}

/**
 * Outcomes of requests to one Service, each on a connection of its own: a pod's name, or null for a refused connection.
 *
 * @param seconds each one's total time
 */
export function requestsTo(
    service: number,
    pods: readonly (string | null)[],
    seconds = (_index: number) => 2,
): Request[] {
    let connections = 0;
    return pods.map((pod, index) => ({
        ...{ service, index, pod },
        connection: pod === null ? null : connections++,
        address: pod === null ? null : "10.96.0.7",
        ...{ resolved: 0.0005, connected: 0.00075, secured: null, total: seconds(index) },
        error: pod === null ? "curl (7): Couldn't connect to server" : null,
    }));
}

/**
 * Counters of a pod at each of some Services.
 *
 * @param syns how many SYNs were sent again at each
 */
export function countersOf(...syns: readonly number[]): Counters[] {
    let sum = 7;
    return syns.map((each, service) => {
        const before = { TCPSynRetrans: sum, RetransSegs: 2 * sum };
        sum += each;
        return { service, before, after: { TCPSynRetrans: sum, RetransSegs: 2 * sum } };
    });
}

/** Two Services, two requests to each; eight lines, numbered 0 to 7. */
export const smallLog: RequestLog = {
    kind: "requests",
    header: {
        client: "curl",
        clientVersion: "curl 7.88.1",
        resolver: "glibc",
        services: ["nginxheadless", "nginxclusterip"],
        requests: 2,
    },
    requests: [...requestsTo(0, ["nginx-a", "nginx-b"]), ...requestsTo(1, ["nginx-a", null])],
    counters: countersOf(0, 3),
};

/** What that client was answered: three pods in two orders, then one virtual address twice; eight lines. */
export const smallResolverRun: ResolverRun = {
    header: {
        ...{ pod: "probe-x7k2p", address: "10.244.0.9", prefixLength: 24 },
        ...{ nameservers: ["10.96.0.10"], search: ["ns.svc.cluster.local"], options: ["ndots:5"] },
        kubeProxy: false,
        caCertificate: null,
        clients: ["curl"],
        names: ["nginxheadless.ns.svc.cluster.local", "nginxclusterip.ns.svc.cluster.local"],
    },
    sets: [["10.244.0.5", "10.244.0.6", "10.244.1.4"], ["10.96.0.7"]],
    lookups: [
        { client: 0, name: 0, set: 0, order: [1, 0, 2] },
        { client: 0, name: 0, set: 0, order: [2, 1, 0] },
        { client: 0, name: 1, set: 1, order: [0] },
        { client: 0, name: 1, set: 1, order: [0] },
    ],
};

// What a line protocol in JSON may trip over: line breaks of every kind, quotes, and the look of its own prefix.
const hostile = fc.constantFrom("\n", "\r", "\u2028", "\u2029", "\u0000", '"', "\\", " ", "\nts4 7f3a 0 end {}");
const text = fc.string({ unit: fc.oneof(fc.string({ unit: "binary", maxLength: 3 }), hostile), maxLength: 20 });
const seconds = fc.double({ min: 0, max: 60, noNaN: true }).map(Math.abs);

function request(service: number, index: number): fc.Arbitrary<Request> {
    const place = { service: fc.constant(service), index: fc.constant(index), address: fc.option(fc.ipV4()) };
    const times = { resolved: seconds, connected: seconds, total: seconds };
    const secured = fc.option(seconds);
    const connection = fc.nat({ max: 10_000 });
    const none = fc.constant(null);
    return fc.oneof(
        fc.record({ ...place, ...times, secured, connection, pod: text, error: none }),
        fc.record({ ...place, ...times, secured, connection, pod: none, error: text }),
        fc.record({ ...place, ...times, secured: none, connection: none, pod: none, error: text }),
    );
}

const values = fc.dictionary(fc.stringMatching(/^[A-Za-z0-9]{1,20}$/), fc.nat());
const counters = (service: number): fc.Arbitrary<Counters> =>
    fc.tuple(values, fc.nat()).map(([before, rise]) => ({
        ...{ service, before },
        after: Object.fromEntries(Object.entries(before).map(([name, value]) => [name, value + rise])),
    }));

/** Any log that a client may print, with any text wherever there is text. */
export const anyLog: fc.Arbitrary<RequestLog> = fc
    .record({ services: fc.array(text, { minLength: 1, maxLength: 3 }), requests: fc.integer({ min: 1, max: 6 }) })
    .chain(({ services, requests }) =>
        fc.record({
            kind: fc.constant("requests"),
            header: fc.record({
                client: fc.string({ minLength: 1 }),
                clientVersion: text,
                resolver: fc.constantFrom(...clientResolver.options, null),
                services: fc.constant(services),
                requests: fc.constant(requests),
            }),
            requests: fc.tuple(
                ...services.flatMap((_, position) => Array.from({ length: requests }, (_, i) => request(position, i))),
            ),
            counters: fc.tuple(...services.map((_, position) => counters(position))),
        }),
    );

/** Any log that a resolver may print: its sets, and look-ups that name them. */
export const anyResolverRun: fc.Arbitrary<ResolverRun> = fc
    .record({
        clients: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
        names: fc.subarray(["api.ns.svc.x", "web.ns.svc.x", "webb.ns.svc.x"], { minLength: 1 }),
        sets: fc.array(fc.uniqueArray(fc.ipV4(), { maxLength: 4 }), { minLength: 1, maxLength: 3 }),
    })
    .chain(({ clients, names, sets }) => {
        const lookup = fc.nat({ max: sets.length - 1 }).chain((set) => {
            const size = sets[set]?.length ?? 0;
            const order = fc.shuffledSubarray([...Array(size).keys()], { minLength: size });
            const [client, name] = [fc.nat({ max: clients.length - 1 }), fc.nat({ max: names.length - 1 })];
            return fc.record({ client, name, set: fc.constant(set), order });
        });
        return fc.record({
            header: fc.record({
                ...{ pod: text, address: fc.ipV4(), prefixLength: fc.integer({ min: 0, max: 32 }) },
                ...{ kubeProxy: fc.boolean(), caCertificate: fc.option(text) },
                nameservers: fc.array(text, { minLength: 1, maxLength: 2 }),
                ...{ search: fc.array(text, { maxLength: 2 }), options: fc.array(text, { maxLength: 2 }) },
                ...{ clients: fc.constant(clients), names: fc.constant(names) },
            }),
            sets: fc.constant(sets),
            lookups: fc.array(lookup, { maxLength: 5 }),
        });
    });
