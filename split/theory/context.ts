import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { connectionMode, serviceKind, type ServiceKind } from "../protocol/line";
import type { SeenAnswers } from "./answerOrder";
import { resolver } from "./resolvers";

/** Whether DNS returns the pods' own addresses, so that no proxy chooses. */
export function isByAddressOfPod(kind: ServiceKind): boolean {
    return kind === "headless" || kind === "pod";
}

/** What theory has to know of a client's program. */
export const clientProgram = z.object({
    resolver,
    /** What a sentence calls the client: "curl", "Node". */
    engine: z.string(),
    connection: connectionMode,
});
export type ClientProgram = Immutable<z.infer<typeof clientProgram>>;

/** A client, and where it runs. */
export interface Client extends ClientProgram {
    /** For how long the client itself reuses a DNS answer, in seconds; 0 where it asks for each connection. */
    readonly dnsCacheSeconds: number;
    /** IPv4 address of its pod; null where not known (yet). */
    readonly address: string | null;
    /** Prefix length of that pod's interface, in bits; null where not known (yet). */
    readonly prefixLength: number | null;
    /** Node that it runs on; null where not known. */
    readonly node: string | null;
    /** Zone of that node: "" where the node has no such label, null where not known. */
    readonly zone: string | null;
}

/** A pod behind a Service. */
export const backend = z.object({
    /** Name of the pod. */
    name: z.string(),
    /** IPv4 address; null where not known (yet). */
    address: z.string().nullable(),
    /** Node that it runs on; null where not known. */
    node: z.string().nullable(),
    /** Zone of that node: "" where the node has no such label, null where not known. */
    zone: z.string().nullable(),
    ready: z.boolean(),
});
export type Backend = Immutable<z.infer<typeof backend>>;

/**
 * How the order of the records in one DNS answer relates to the next one's, by the configuration of the DNS service:
 * drawn at random each time, the same for a while, or not known.
 */
export const dnsOrder = z.enum(["shuffled", "frozen", "unknown"]);
export type DnsOrder = z.infer<typeof dnsOrder>;

/** What is known of the DNS answers for a Service. */
export interface Dns {
    readonly order: DnsOrder;
    /** Addresses of an answer, for each set of addresses that was recorded; empty before the run. */
    readonly answers: readonly (readonly string[])[];
    /** What the client's answers show of their order, which outranks `order`; null before the run. */
    readonly seen: SeenAnswers | null;
}

/**
 * What implements virtual addresses on the client's node: a mode of kube-proxy, or Cilium in its place. `unknown` where
 * the cluster does not say.
 */
export const serviceProxy = z.enum(["iptables", "nftables", "ipvs", "cilium", "unknown"]);
export type ServiceProxy = z.infer<typeof serviceProxy>;

/** What of a Service decides who answers, with the values of its spec. */
export const serviceFields = z.object({
    kind: serviceKind,
    sessionAffinity: z.enum(["None", "ClientIP"]),
    internalTrafficPolicy: z.enum(["Cluster", "Local"]),
    /** PreferClose is the old name of PreferSameZone. */
    trafficDistribution: z.enum(["PreferSameZone", "PreferSameNode", "PreferClose"]).nullable(),
    publishNotReadyAddresses: z.boolean(),
});
export type ServiceFields = Immutable<z.infer<typeof serviceFields>>;

/** Everything that decides which pod answers one client at one Service. */
export interface Context {
    readonly client: Client;
    readonly service: ServiceFields;
    /** Pods that the Service selects, ready or not. */
    readonly backends: readonly Backend[];
    readonly dns: Dns;
    /** `not yet known` before the cluster is asked. */
    readonly proxy: ServiceProxy | "not yet known";
    /** Service mesh between the client and the pods; null for none. */
    readonly mesh: string | null;
    /** What changed behind the Service during the run, a sentence each: it then has no single split. */
    readonly churn: readonly string[];
}
