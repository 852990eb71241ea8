/**
 * The log protocol of a probe, version 4: the only definition of a line, for who writes it and who reads it.
 *
 *     ts4 <run> <sequence> <kind> <JSON>
 *
 * `run` is one token for all lines of one process, so that two interleaved logs show; `sequence` counts from 0 without
 * gaps, so that a lost line shows; the last line is a trailer, so that a cut log shows. A line without the prefix is
 * not of the protocol (a warning of the runtime, say) and is ignored: losing a line of ours leaves a gap.
 *
 * Three kinds of log speak it: a client's with a line for each request (header, requests, counters, end); that of a client
 * which counts them itself, because there are too many for lines (header, outcomes, intervals, latencies, counters,
 * end); and the resolver's (resolver, addresses, lookups, end), which stands between all clients and the cluster's DNS.
 * This file has no dependencies, because it is bundled into programs that run inside the probe's pod; clients in other
 * languages write the same lines by their own means.
 */
export const PROTOCOL = "ts4";

/**
 * How clients come to the pods of a Service: by DNS answers with all their addresses, by one virtual address, by the
 * address of the client's own node and a port there, or by the name that a headless Service gives one pod of a
 * StatefulSet.
 */
export type ServiceKind = "headless" | "ClusterIP" | "NodePort" | "pod";

/**
 * Who turns names into addresses for a client, as it finds at run time: the C library whose getaddrinfo it calls, the
 * c-ares that its curl is built with, Go's own resolver, or its own program, which resolves all addresses and takes
 * turns over them.
 */
export const clientResolvers = ["glibc", "musl", "c-ares", "go", "own-round-robin"] as const;
export type ClientResolver = (typeof clientResolvers)[number];

/** First line of a client: what it is about to do. */
export interface Header {
    /** Name of the client, unique within the Job. */
    readonly client: string;
    /** What the client says of itself, e.g. its version line. */
    readonly clientVersion: string;
    /** null where it can't tell, such as a program with its C library linked in. */
    readonly resolver: ClientResolver | null;
    /** Services in the order in which they are called; a request names its Service by position in this list. */
    readonly services: readonly string[];
    /** Requests to each Service. */
    readonly requests: number;
    /** Of a client that counts: requests at once, and requests that it starts a second, 0 for as many as it goes. */
    readonly counted?: { readonly concurrency: number; readonly rate: number } | undefined;
}

/**
 * What can become of a request, where requests are counted; intervals name it by its position among these lines. Either
 * `pod` or `error` is a string, the other is null.
 */
export interface Outcome {
    /** The address that was tried. */
    readonly address: string;
    readonly pod: string | null;
    readonly error: string | null;
    /** Whether a connection came about, and whether a TLS handshake was done on it. */
    readonly connected: boolean;
    readonly secured: boolean;
}

/** How often each outcome came in one stretch of time. */
export interface Interval {
    /** Position of the Service in the header's list. */
    readonly service: number;
    /** Milliseconds since 1970 at which it began, and its length in milliseconds. */
    readonly start: number;
    readonly milliseconds: number;
    /** Pairs of an outcome's position and its count. */
    readonly counts: readonly (readonly [outcome: number, count: number])[];
    /** Sum of all counts up to here, over all Services. */
    readonly done: number;
}

/**
 * How long it took to connect, or until the answer was there, from the moment at which a request was to start; or how
 * long the TLS handshake took, from the connection on. Times are in microseconds; each stands for all that an HDR
 * histogram of three significant digits can't tell from it, or of two where there are many different ones.
 */
export interface Latency {
    readonly service: number;
    readonly of: "connect" | "handshake" | "total";
    /** Pairs of a time and how often it was taken. */
    readonly counts: readonly (readonly [microseconds: number, count: number])[];
}

/** One request. Either `pod` or `error` is a string, the other is null. */
export interface Request {
    /** Position of the Service in the header's list. */
    readonly service: number;
    /** 0 to requests - 1, in order, for each Service. */
    readonly index: number;
    /** Number of the connection that carried it, from 0, for each Service; null where none came about. */
    readonly connection: number | null;
    /** The address connected to; null where no connection came about. */
    readonly address: string | null;
    /** Host name in the answer, which is the name of the pod that answered. */
    readonly pod: string | null;
    /**
     * Seconds from the request's start until the name was resolved, the connection stood, the TLS handshake was done,
     * and the answer was there; `secured` is null for a request without a handshake of its own: without TLS, on a kept
     * connection, or where it failed.
     */
    readonly resolved: number;
    readonly connected: number;
    readonly secured: number | null;
    readonly total: number;
    readonly error: string | null;
}

/** Counters of the kernel by their names, as they stood at one moment; one that the kernel does not have is missing. */
export type CounterValues = Readonly<Record<string, number>>;

/**
 * The kernel's counters in the network namespace of the client's pod, before the first request to a Service and after
 * the last. A client prints those of each Service after all of its requests, whose lines are numbered by their own.
 */
export interface Counters {
    /** Position of the Service in the header's list. */
    readonly service: number;
    readonly before: CounterValues;
    readonly after: CounterValues;
}

/** First line of the resolver: where the probe's pod stands, and whom it asks for names. */
export interface ResolverHeader {
    /** Host name of the probe's pod, which is the Job's name and the pod's index. */
    readonly pod: string;
    /** IPv4 address of the probe's pod, and the prefix length of its interface, in bits. */
    readonly address: string;
    readonly prefixLength: number;
    /** Of the pod's resolv.conf as the cluster wrote it. */
    readonly nameservers: readonly string[];
    readonly search: readonly string[];
    readonly options: readonly string[];
    /** Whether kube-proxy said at the pod's node that it is well. */
    readonly kubeProxy: boolean;
    /** Certificate of the authority that clients trust, in PEM; null where they don't use TLS. */
    readonly caCertificate: string | null;
    /** Clients and Services (fully qualified names), which a look-up names by position in these lists. */
    readonly clients: readonly string[];
    readonly names: readonly string[];
}

/** A set of addresses that DNS named, in ascending order; look-ups name it by its position among these lines. */
export type AddressSet = readonly string[];

/** One DNS answer to one client: the order in which it named the addresses of a set, by position in it. */
export interface Lookup {
    readonly client: number;
    readonly name: number;
    readonly set: number;
    readonly order: readonly number[];
}

/** Last line. */
export interface Trailer {
    /** Number of requests, or of look-ups, in this log. */
    readonly count: number;
}

export type RequestTuple = readonly [
    service: number,
    index: number,
    connection: number | null,
    address: string | null,
    pod: string | null,
    resolved: number,
    connected: number,
    secured: number | null,
    total: number,
    error?: string,
];
export type OutcomeTuple = readonly [
    address: string,
    pod: string | null,
    error: string | null,
    connected: boolean,
    secured: boolean,
];
export type IntervalTuple = readonly [
    service: number,
    start: number,
    milliseconds: number,
    counts: Interval["counts"],
    done: number,
];
export type LatencyTuple = readonly [service: number, of: Latency["of"], counts: Latency["counts"]];
export type CountersTuple = readonly [service: number, before: CounterValues, after: CounterValues];
export type LookupTuple = readonly [client: number, name: number, set: number, order: readonly number[]];

export type Line =
    | { readonly kind: "header"; readonly data: Header }
    | { readonly kind: "request"; readonly data: RequestTuple }
    | { readonly kind: "outcome"; readonly data: OutcomeTuple }
    | { readonly kind: "interval"; readonly data: IntervalTuple }
    | { readonly kind: "latency"; readonly data: LatencyTuple }
    | { readonly kind: "counters"; readonly data: CountersTuple }
    | { readonly kind: "resolver"; readonly data: ResolverHeader }
    | { readonly kind: "addresses"; readonly data: AddressSet }
    | { readonly kind: "lookup"; readonly data: LookupTuple }
    | { readonly kind: "end"; readonly data: Trailer };

/** A request as it stands in the log: a tuple, so that 20,000 of them stay far below a log's rotation limit. */
export function requestTuple(request: Request): RequestTuple {
    const { service, index, connection, address, pod, resolved, connected, secured, total, error } = request;
    const tuple = [service, index, connection, address, pod, resolved, connected, secured, total] as const;
    return error === null ? tuple : [...tuple, error];
}

/**
 * Gives each line its place in one run's log.
 *
 * @param run token of this run: lower-case letters and digits
 * @returns a function from a line's content to its text, without a line break
 */
export function lineWriter(run: string): (line: Line) => string {
    let sequence = 0;
    return ({ kind, data }) => `${PROTOCOL} ${run} ${sequence++} ${kind} ${JSON.stringify(data)}`;
}
