import { z } from "zod";
import { clientResolver } from "../protocol/line";

/**
 * Who turns the name of a Service into an address. Every program that calls the C library's getaddrinfo has the
 * resolver of its libc, whatever its language: curl, Python, Node's `dns.lookup`.
 */
export const resolver = z.enum([...clientResolver.options, "unknown"]);
export type Resolver = z.infer<typeof resolver>;

/** What a resolver does with the addresses of a DNS answer, and so which of them gets the connection. */
export interface ResolverTraits {
    /** What a sentence calls it. */
    readonly name: string;
    /**
     * Whether it sorts IPv4 addresses by RFC 6724 rule 9, the longest matching prefix first; if not, it keeps the order
     * of the answer. null where that is not known.
     */
    readonly sortsByPrefix: boolean | null;
    /** Whether it connects to one address after the other, instead of always to the first. */
    readonly takesTurns: boolean;
    /** For how long one process reuses an answer, in seconds. */
    readonly cacheSeconds: number;
}

/** The resolvers that clients have. A new resolver needs a row here and a name in {@link clientResolver}. */
export const resolverTraits: Readonly<Record<Resolver, ResolverTraits>> = {
    // rfc3484_sort in getaddrinfo.c.
    glibc: { name: "glibc", sortsByPrefix: true, takesTurns: false, cacheSeconds: 0 },
    // Where all addresses are IPv4, __lookup_name returns them as they came.
    musl: { name: "musl", sortsByPrefix: false, takesTurns: false, cacheSeconds: 0 },
    // Rule 9 is for IPv6 only (ares_sortaddrinfo.c).
    "c-ares": { name: "c-ares", sortsByPrefix: false, takesTurns: false, cacheSeconds: 0 },
    // Rule 9 is for IPv6 only (net/addrselect.go).
    go: { name: "Go's resolver", sortsByPrefix: false, takesTurns: false, cacheSeconds: 0 },
    // As gRPC's round_robin does; it looks the name up again only after a failure.
    "own-round-robin": { name: "the client", sortsByPrefix: false, takesTurns: true, cacheSeconds: 0 },
    unknown: { name: "its resolver", sortsByPrefix: null, takesTurns: false, cacheSeconds: 0 },
};

/**
 * For how long a curl process that opens several connections reuses a DNS answer, whatever its resolver
 * (https://curl.se/libcurl/c/CURLOPT_DNS_CACHE_TIMEOUT.html).
 */
export const curlCacheSeconds = 60;
