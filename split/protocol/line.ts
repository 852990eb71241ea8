/**
 * The log protocol of a probe, version 4. Programs write it into their containers' logs; the collector reads it from
 * there. A line is
 *
 *     ts4 <run> <sequence> <kind> <JSON>
 *
 * All lines of one process have the same token `run`, so that two interleaved logs are noticed. `sequence` counts from
 * 0 without gaps, so that a lost line is noticed. The last line is a trailer, so that a log that was cut is noticed. A
 * line without the prefix, such as a warning of the runtime, is not part of the protocol and is ignored.
 *
 * There are three kinds of log:
 * - A client that prints each request: header, requests, counters, end.
 * - A client that counts its requests, because there are too many for a line each: header, outcomes, intervals,
 *   latencies, counters, end.
 * - The resolver between all clients and the cluster's DNS: resolver, addresses, lookups, end.
 *
 * Each kind of line has one schema here. Clients in other languages write the same lines by their own means, some of
 * them as arrays: see fields.ts for the order.
 */
import { z } from "zod";
import { arrayFields } from "./fields";
import type { Immutable } from "./immutable";
import { count } from "./values";

/**
 * How clients reach the pods of a Service: by DNS answers with the addresses of all pods (headless), by one virtual
 * address (ClusterIP), by a port at the address of the client's own node (NodePort), or by the name that a headless
 * Service gives to one pod of a StatefulSet (pod).
 */
export const serviceKind = z.enum(["headless", "ClusterIP", "NodePort", "pod"]);
export type ServiceKind = z.infer<typeof serviceKind>;

/**
 * Who turns names into addresses for a client, as the client finds out at run time: the C library whose getaddrinfo it
 * calls, the c-ares that its curl is built with, Go's own resolver, or the client's own program, which resolves all
 * addresses and takes turns over them.
 */
export const clientResolver = z.enum(["glibc", "musl", "c-ares", "go", "own-round-robin"]);

/** What a client does with its connections: a new one for each request, or one that is kept for all requests. */
export const connectionMode = z.enum(["new", "kept-alive"]);
export type ConnectionMode = z.infer<typeof connectionMode>;

/** First line of a client: what it is about to do. */
export const header = z.strictObject({
    /** Name of the client, unique within the Job. */
    client: z.string().min(1),
    /** What the client says of itself, e.g. its version. */
    clientVersion: z.string(),
    /** null where the client can't find out, as a program that is linked statically. */
    resolver: clientResolver.nullable(),
    /** Services in the order in which they are called. Other lines name a Service by its position in this list. */
    services: z.array(z.string()).min(1),
    /** Requests to each Service. */
    requests: z.int().positive(),
    /**
     * Of a client that counts its requests: how many it sends at once, and how many it starts in a second, 0 for as
     * many as possible.
     */
    counted: z.strictObject({ concurrency: z.int().positive(), rate: count }).optional(),
});
export type Header = Immutable<z.infer<typeof header>>;

const seconds = z.number().nonnegative();

/** One request. Either `pod` or `error` is a string; the other is null. */
export const request = arrayLine(
    arrayFields.request,
    z
        .strictObject({
            service: count,
            /** From 0, in order, for each Service. */
            index: count,
            /**
             * Number of the connection that carried it, from 0, for each Service; null where there was no connection.
             */
            connection: count.nullable(),
            /** The address that the client connected to; null where there was no connection. */
            address: z.ipv4().nullable(),
            /** Host name in the answer: the name of the pod that answered. */
            pod: z.string().nullable(),
            /** Seconds from the start of the request until the name was resolved. */
            resolved: seconds,
            /** Seconds from the start until the connection was established. */
            connected: seconds,
            /**
             * Seconds from the start until the TLS handshake was done; null for a request without a handshake of its
             * own: without TLS, on a connection that was kept, or where the handshake failed.
             */
            secured: seconds.nullable(),
            /** Seconds from the start until the answer was read. */
            total: seconds,
            error: z.string().nullable(),
        })
        .refine(({ pod, error }) => (pod === null) !== (error === null), "needs either a pod or an error")
        .refine(({ pod, connection }) => pod === null || connection !== null, "an answer needs a connection")
        .refine(({ secured, connection }) => secured === null || connection !== null, "a handshake needs a connection"),
);
export type Request = Immutable<z.infer<typeof request>>;

/**
 * One possible result of a request, for a client that counts. Intervals name it by its position among these lines.
 * Either `pod` or `error` is a string; the other is null.
 */
export const outcome = arrayLine(
    arrayFields.outcome,
    z
        .strictObject({
            /** The address that was tried. */
            address: z.ipv4(),
            pod: z.string().nullable(),
            error: z.string().nullable(),
            /** Whether a connection was established. */
            connected: z.boolean(),
            /** Whether a TLS handshake was done on it. */
            secured: z.boolean(),
        })
        .refine(({ pod, error }) => (pod === null) !== (error === null), "needs either a pod or an error")
        .refine(({ pod, connected }) => pod === null || connected, "an answer needs a connection")
        .refine(({ secured, connected }) => !secured || connected, "a handshake needs a connection"),
);
export type Outcome = Immutable<z.infer<typeof outcome>>;

/** How often each outcome occurred in one stretch of time. */
export const interval = arrayLine(
    arrayFields.interval,
    z.strictObject({
        service: count,
        /** Milliseconds since 1970 at which the interval begins. */
        start: count,
        milliseconds: count,
        /** Pairs of the position of an outcome and its count. */
        counts: z.array(z.tuple([count, z.int().positive()])),
        /** Sum of all counts so far, over all Services. */
        done: count,
    }),
);
export type Interval = Immutable<z.infer<typeof interval>>;

/**
 * How long requests took, by phase: `connect` and `total` from the moment at which a request was to start until the
 * connection was established or the answer was read, `handshake` from the connection until the TLS handshake was done.
 */
export const latency = arrayLine(
    arrayFields.latency,
    z.strictObject({
        service: count,
        of: z.enum(["connect", "handshake", "total"]),
        /**
         * Pairs of a time in microseconds and its count. A time stands for its bucket in an HDR histogram of three
         * significant digits, or two where there are many different times.
         */
        counts: z.array(z.tuple([count, z.int().positive()])),
    }),
);
export type Latency = Immutable<z.infer<typeof latency>>;

/** Counters of the kernel by their names, at one moment; a counter that the kernel does not have is missing. */
const counterValues = z.record(z.string().regex(/^[A-Za-z0-9]+$/), count);
export type CounterValues = Immutable<z.infer<typeof counterValues>>;

/**
 * The kernel's counters in the network namespace of the client's pod, before the first request to a Service and after
 * the last. A client prints them for each Service after all of its requests, whose lines stay numbered by request.
 */
export const counters = arrayLine(
    arrayFields.counters,
    z.strictObject({
        service: count,
        before: counterValues,
        after: counterValues,
    }),
);
export type Counters = Immutable<z.infer<typeof counters>>;

/** First line of the resolver: where the probe's pod runs, and which nameservers it asks. */
export const resolverHeader = z.strictObject({
    /** Host name of the probe's pod: the name of the Job and the pod's index. */
    pod: z.string(),
    /** IPv4 address of the probe's pod. */
    address: z.ipv4(),
    /** Prefix length of the pod's interface, in bits. */
    prefixLength: z.int().min(0).max(32),
    /** From the pod's resolv.conf as the cluster wrote it. */
    nameservers: z.array(z.string()).min(1),
    search: z.array(z.string()),
    options: z.array(z.string()),
    /** Whether kube-proxy on the pod's node answered its health check. */
    kubeProxy: z.boolean(),
    /** Certificate of the authority that clients trust, in PEM; null without TLS. */
    caCertificate: z.string().nullable(),
    /** Look-ups name a client by its position in this list. */
    clients: z.array(z.string()),
    /** Fully qualified names of the Services. Look-ups name a Service by its position in this list. */
    names: z.array(z.string()),
});
export type ResolverHeader = Immutable<z.infer<typeof resolverHeader>>;

/** A set of addresses that DNS returned, in ascending order. Look-ups name it by its position among these lines. */
export const addressSet = z.array(z.ipv4());
export type AddressSet = Immutable<z.infer<typeof addressSet>>;

/** One DNS answer to one client. */
export const lookup = arrayLine(
    arrayFields.lookup,
    z.strictObject({
        client: count,
        name: count,
        set: count,
        /** The addresses of the set in the order of the answer, by their positions in the set. */
        order: z.array(count),
    }),
);
export type Lookup = Immutable<z.infer<typeof lookup>>;

/** Last line. */
export const trailer = z.strictObject({
    /** Number of requests, or of look-ups, in this log. */
    count,
});

/** What each kind of line holds. */
interface LineData {
    header: Header;
    request: Request;
    outcome: Outcome;
    interval: Interval;
    latency: Latency;
    counters: Counters;
    resolver: ResolverHeader;
    addresses: AddressSet;
    lookup: Lookup;
    end: Immutable<z.infer<typeof trailer>>;
}

/** A line before it is written. */
export type Line = { [K in keyof LineData]: { readonly kind: K; readonly data: LineData[K] } }[keyof LineData];

/** Reads a line whose JSON is an array: the values of these fields, in this order, without trailing nulls. */
function arrayLine<T extends z.ZodType<Record<string, unknown>>>(
    fields: readonly (keyof z.infer<T> & string)[],
    schema: T,
): z.ZodType<z.infer<T>> {
    const named = (values: readonly unknown[]): Record<string, unknown> =>
        Object.fromEntries(
            Array.from({ length: Math.max(fields.length, values.length) }, (_, i) => [
                fields[i] ?? `value ${i + 1}`,
                values[i] ?? null,
            ]),
        );
    return z.preprocess((content) => (Array.isArray(content) ? named(content) : content), schema);
}
