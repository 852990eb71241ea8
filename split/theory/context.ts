import type { SeenAnswers } from "./answerOrder";
import type { ClientResolver, ServiceKind } from "../protocol/line";

/** Whether DNS names the pods' own addresses, and no proxy stands between. */
export function isByAddressOfPod(kind: ServiceKind): boolean {
    return kind === "headless" || kind === "pod";
}

/**
 * Who turns the Service's name into an address. Everything that calls the C library's getaddrinfo has its libc's
 * resolver, whatever its language: curl, Python, Node's `dns.lookup`, Java. `own-round-robin` resolves all addresses
 * and takes turns over them itself, as gRPC's round_robin does.
 */
export type Resolver = ClientResolver | "unknown";

export interface Client {
    readonly resolver: Resolver;
    /** What a sentence calls it: "curl", "Node", "gRPC pick_first". */
    readonly engine: string;
    /** A connection for each request, or one for all of them. */
    readonly connection: "new" | "kept-alive";
    /** How long the client itself reuses a DNS answer, in seconds: 0 for nearly all, 30 for Java whatever the TTL. */
    readonly dnsCacheSeconds: number;
    /** IPv4 address of its pod, and the prefix length of that pod's interface in bits; null where not known (yet). */
    readonly address: string | null;
    readonly prefixLength: number | null;
    /** Node it runs on; null where not known. */
    readonly node: string | null;
    /** Zone of that node: "" where the node has no such label, null where not known. */
    readonly zone: string | null;
}

/** A pod behind the Service. */
export interface Endpoint {
    readonly pod: string;
    /** IPv4 address; null where not known (yet). */
    readonly address: string | null;
    readonly node: string | null;
    /** As for the client. */
    readonly zone: string | null;
    readonly ready: boolean;
}

/**
 * How one DNS answer's records stand to the next one's, as the DNS service is configured: in an order drawn at random
 * each time, in the same order for a while, or nobody knows.
 */
export type DnsOrder = "shuffled" | "frozen" | "unknown";

export interface Dns {
    readonly order: DnsOrder;
    /** Addresses of an answer, for each set of them that was recorded; empty before anything ran. */
    readonly answers: readonly (readonly string[])[];
    /** What the client's answers show of their order, which counts before `order`; null before anything ran. */
    readonly seen: SeenAnswers | null;
}

/**
 * What implements virtual addresses on the client's node: a mode of kube-proxy, or Cilium in its place; `unknown` where
 * the cluster was asked and did not tell, `not yet known` before it is asked.
 */
export type ServiceProxy = "iptables" | "nftables" | "ipvs" | "cilium" | "unknown" | "not yet known";

/** The fields of a Service that decide who answers; values as in its spec. */
export interface ServiceFields {
    readonly kind: ServiceKind;
    readonly sessionAffinity: "None" | "ClientIP";
    readonly internalTrafficPolicy: "Cluster" | "Local";
    /** PreferClose is the old name of PreferSameZone. */
    readonly trafficDistribution: "PreferSameZone" | "PreferSameNode" | "PreferClose" | null;
    readonly publishNotReadyAddresses: boolean;
}

/** All that decides which pod answers one client at one Service. */
export interface Context {
    readonly client: Client;
    readonly service: ServiceFields;
    /** Pods that the Service selects, ready or not. */
    readonly endpoints: readonly Endpoint[];
    readonly dns: Dns;
    readonly proxy: ServiceProxy;
    /** Mesh between the client and the pods; null for none. */
    readonly mesh: string | null;
    /** How long the run takes, in seconds; null where not known. */
    readonly runSeconds: number | null;
    /** What changed behind the Service during the run, a sentence each: what it decided is then not one thing. */
    readonly churn: readonly string[];
}
