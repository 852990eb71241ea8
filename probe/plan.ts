import type { ServiceKind } from "../split/protocol/line";

/**
 * The longest time that one request may take: look-up, for which a resolver may try twice for 5 s, connection and
 * answer.
 */
export const requestTimeoutSeconds = 10;

/** A Service, and how to call it. */
export interface PlannedService {
    /** Its name in logs. */
    readonly name: string;
    readonly kind: ServiceKind;
    /** Host and port to call. @default its name and the port of the plan */
    readonly at?: string;
    /** Whether it may have no endpoint for the probe's node, because of internalTrafficPolicy Local. @default false */
    readonly isLocal?: boolean;
}

/** What the probe's pod does: the only argument of the programs wait.ts and resolver.ts, as JSON. */
export interface ProbePlan {
    /** Names of the clients, which are also those of their containers. */
    readonly clients: readonly string[];
    readonly services: readonly PlannedService[];
    /** TCP port of the Services, and of the pods where clients connect to these. */
    readonly port: number;
    /** Ready endpoints to wait for before the first request. */
    readonly endpoints: number;
    /** Whether DNS and proxies offer pods that are not ready; these need not accept connections. */
    readonly publishNotReadyAddresses: boolean;
    /** Seconds to wait for the endpoints. */
    readonly readyTimeoutSeconds: number;
    /** File with the certificate of the authority that clients trust, in PEM; null without TLS. */
    readonly caFile: string | null;
    /** Folder with a file `<client>.conf` for each client, its resolv.conf. */
    readonly resolvFolder: string;
}

/** File that exists if the resolver may not listen. Clients then ask the cluster's nameservers themselves. */
export function notListeningFile({ resolvFolder }: Pick<ProbePlan, "resolvFolder">): string {
    return `${resolvFolder}/not-listening`;
}

/** Host and TCP port at which clients call a Service. */
export function placeOf({ port }: Pick<ProbePlan, "port">, service: PlannedService): { host: string; port: number } {
    const [host = "", ownPort] = (service.at ?? service.name).split(":");
    return { host, port: Number(ownPort ?? port) };
}
