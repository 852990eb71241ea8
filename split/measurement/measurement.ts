import type { DisruptionReport } from "./disruption";
import type { Client, DnsOrder, Endpoint, ServiceFields, ServiceProxy } from "../theory/context";
import type { TcpCounts } from "../protocol/tcpCounters";
import type { DnsService } from "../theory/dnsOrder";
import type { ShardedSummary } from "./shards";

/** A pod behind the Services, as the cluster described it after the probe. */
export interface Backend extends Omit<Endpoint, "pod"> {
    readonly name: string;
}

/** What one client saw of a Service. */
export interface ClientSummary
    extends Omit<ShardedSummary, "service">, Pick<Client, "engine" | "resolver" | "connection"> {
    readonly client: string;
    readonly clientVersion: string;
}

export interface MeasuredService extends ServiceFields {
    readonly name: string;
    /** The virtual address; null for a headless Service. */
    readonly clusterIP: string | null;
    readonly clients: readonly ClientSummary[];
}

/** What of the cluster decides who answers. */
export interface ClusterFacts {
    readonly proxy: ServiceProxy;
    /** Mesh whose proxies have the pods' traffic; null where none was seen. */
    readonly mesh: string | null;
    readonly dns: DnsService & { readonly order: DnsOrder };
}

/** A pod of the probe: all clients call from it, each as many requests as is its part. */
export interface Probe {
    readonly pod: string;
    readonly node: string | null;
    /** Zone of that node: "" where the node has no such label, null where it could not be read. */
    readonly zone: string | null;
    readonly address: string;
    /** Prefix length of the pod's interface, in bits. */
    readonly prefixLength: number;
    /** Of the pod's resolv.conf. */
    readonly nameservers: readonly string[];
    readonly search: readonly string[];
    readonly options: readonly string[];
    /** What its kernel counted, from the first request of any client to the last. */
    readonly tcp: TcpCounts;
}

/** Everything that one run of a probe tells. All of it is plain JSON. */
export interface Measurement {
    /** Version of this shape; a change that breaks a reader counts it up. */
    readonly schemaVersion: 4;
    /** When the Job started and finished, in RFC 3339, by the cluster's clock. */
    readonly startedAt: string;
    readonly finishedAt: string;
    /** The Job, and its pods by their index in it: one or more. */
    readonly job: string;
    readonly probes: readonly Probe[];
    /** Certificate of the authority that the clients trusted, in PEM; null where they called without TLS. */
    readonly caCertificate: string | null;
    readonly cluster: ClusterFacts;
    readonly pods: readonly Backend[];
    /** What changed behind the Services during the run, a sentence each; empty where nothing did. */
    readonly churn: readonly string[];
    readonly services: readonly MeasuredService[];
    /**
     * What was done to the pods in the middle, for each Service in the order called; empty where they were left alone.
     */
    readonly disruptions: readonly DisruptionReport[];
}
