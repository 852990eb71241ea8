import type { ServiceKind } from "../split/protocol/line";

/**
 * Longest time of one request: the name look-up, whose resolver may try twice for 5 s, the connection and the answer.
 */
export const requestTimeoutSeconds = 10;

/** A Service, and how to call it. */
export interface PlannedService {
    /** What logs call it. */
    readonly name: string;
    readonly kind: ServiceKind;
    /** Host and port to call it at, where these are not its name and the plan's port. */
    readonly at?: string;
    /** Whether it may have no endpoint for the probe's node, as internalTrafficPolicy Local has it. */
    readonly isLocal?: boolean;
}

/** What the probe's pod is to do: the one argument of `wait` and of `resolver`, as JSON. */
export interface ProbePlan {
    /** Names of the clients, which are also those of their containers. */
    readonly clients: readonly string[];
    readonly services: readonly PlannedService[];
    /** TCP port of the Services and, where clients connect to the pods themselves, of these. */
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

/** The file that says that the resolver may not listen: clients then ask the cluster's nameservers themselves. */
export function deafFile({ resolvFolder }: Pick<ProbePlan, "resolvFolder">): string {
    return `${resolvFolder}/deaf`;
}

/** Host and TCP port that a client calls a Service at. */
export function placeOf({ port }: Pick<ProbePlan, "port">, service: PlannedService): { host: string; port: number } {
    const [host = "", ownPort] = (service.at ?? service.name).split(":");
    return { host, port: Number(ownPort ?? port) };
}
