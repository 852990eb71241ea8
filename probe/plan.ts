import type { ServiceKind } from "../split/record";

/** Longest time of one request: the name look-up, whose resolver may try twice for 5 s, the connection and the answer. */
export const requestTimeoutSeconds = 10;

/** What the probe's pod is to do: the one argument of `wait` and of `resolver`, as JSON. */
export interface ProbePlan {
    /** Names of the clients, which are also those of their containers. */
    readonly clients: readonly string[];
    readonly services: readonly {
        readonly name: string;
        readonly kind: ServiceKind;
        /** Whether it may have no endpoint for the probe's node, as internalTrafficPolicy Local has it. */
        readonly isLocal?: boolean;
    }[];
    /** TCP port of the Services and, for the headless one, of the pods. */
    readonly port: number;
    /** Ready endpoints to wait for before the first request. */
    readonly endpoints: number;
    /** Whether DNS and proxies offer pods that are not ready, which nobody can wait for. */
    readonly publishNotReadyAddresses: boolean;
    /** Seconds to wait for the endpoints. */
    readonly readyTimeoutSeconds: number;
    /** File with the certificate of the authority that clients trust, in PEM; null where they don't use TLS. */
    readonly caFile: string | null;
    /** Folder in which each client finds its `<client>.conf`, a resolv.conf of its own. */
    readonly resolvFolder: string;
}
