import type { ServiceKind } from "./record";
import type { ServiceSummary } from "./summary";

/** A pod behind the Services, as the cluster described it after the probe. */
export interface Backend {
    readonly name: string;
    /** IPv4 address; null while the pod has none. */
    readonly address: string | null;
    readonly node: string | null;
    readonly ready: boolean;
}

/** What one client saw of a Service. */
export interface ClientSummary extends Omit<ServiceSummary, "service"> {
    readonly client: string;
    readonly clientVersion: string;
}

export interface MeasuredService {
    readonly name: string;
    readonly kind: ServiceKind;
    /** The virtual address; null for a headless Service. */
    readonly clusterIP: string | null;
    readonly clients: readonly ClientSummary[];
}

/** Everything that one run of a probe tells. All of it is plain JSON. */
export interface Measurement {
    /** Version of this shape; a change that breaks a reader counts it up. */
    readonly schemaVersion: 1;
    /** When the Job started and finished, in RFC 3339, by the cluster's clock. */
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly probe: {
        readonly job: string;
        readonly pod: string;
        readonly node: string | null;
        readonly address: string;
        /** Prefix length of the pod's interface, in bits. */
        readonly prefixLength: number;
    };
    readonly pods: readonly Backend[];
    readonly services: readonly MeasuredService[];
}
