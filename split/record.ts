/**
 * The log protocol of a probe, version 1: the only definition of a line, for who writes it and who reads it.
 *
 *     ts1 <run> <sequence> <kind> <JSON>
 *
 * `run` is one token for all lines of one probe process, so that two interleaved logs show; `sequence` counts from 0
 * without gaps, so that a lost line shows; the last line is a trailer, so that a cut log shows. A line without the
 * prefix is not of the protocol (a warning of the runtime, say) and is ignored: losing a line of ours leaves a gap.
 * This file has no dependencies, because it is bundled into the program that runs inside the probe's pod.
 */
export const PROTOCOL = "ts1";

/** How a Service hands out its backends: DNS answers with pod addresses, or one virtual address. */
export type ServiceKind = "headless" | "ClusterIP";

/** First line: what the probe is about to do, and from where. */
export interface Header {
    /** Name of the client, unique within the Job. */
    readonly client: string;
    /** What the client says of itself, e.g. its version line. */
    readonly clientVersion: string;
    /** Name of the probe's pod. */
    readonly pod: string;
    /** IPv4 address of the probe's pod, and the prefix length of its interface, in bits. */
    readonly address: string;
    readonly prefixLength: number;
    /** Services in the order in which they are called; a request names its Service by position in this list. */
    readonly services: readonly string[];
    /** Requests to each Service. */
    readonly requests: number;
}

/** What DNS answered for a Service's name, in the order of the answer. */
export interface DnsAnswer {
    readonly service: string;
    /** The fully qualified name that was asked for. */
    readonly name: string;
    readonly addresses: readonly string[];
}

/** One request on a connection of its own. Either `pod` or `error` is a string, the other is null. */
export interface Request {
    /** Position of the Service in the header's list. */
    readonly service: number;
    /** 0 to requests - 1, in order, for each Service. */
    readonly index: number;
    /** The address connected to; null where no connection came about. */
    readonly address: string | null;
    /** Host name in the answer, which is the name of the pod that answered. */
    readonly pod: string | null;
    /** Milliseconds for the name look-up, from there to the connection, and for everything. */
    readonly dnsMs: number;
    readonly connectMs: number;
    readonly totalMs: number;
    readonly error: string | null;
}

/** Last line. */
export interface Trailer {
    /** Number of requests in this log, over all Services. */
    readonly requests: number;
}

export type RequestTuple = readonly [
    number,
    number,
    string | null,
    string | null,
    number,
    number,
    number,
    (string | null)?,
];

export type Line =
    | { readonly kind: "header"; readonly data: Header }
    | { readonly kind: "dns"; readonly data: DnsAnswer }
    | { readonly kind: "request"; readonly data: Request }
    | { readonly kind: "end"; readonly data: Trailer };

/** A request as it stands in the log: a tuple, so that 20,000 of them stay far below a log's rotation limit. */
export function requestTuple(request: Request): RequestTuple {
    const { service, index, address, pod, dnsMs, connectMs, totalMs, error } = request;
    const tuple = [service, index, address, pod, dnsMs, connectMs, totalMs] as const;
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
    return (line) => {
        const data = line.kind === "request" ? requestTuple(line.data) : line.data;
        return `${PROTOCOL} ${run} ${sequence++} ${line.kind} ${JSON.stringify(data)}`;
    };
}
