import type { ClientSummary, Measurement } from "./measurement";
import type { ServiceKind } from "./record";

function clientsOf({ services }: Measurement, kind: ServiceKind): ClientSummary[] {
    return services.filter((service) => service.kind === kind).flatMap(({ clients }) => clients);
}

/** How many different pods answered at Services of this kind, over all clients. */
export function podsReached(measurement: Measurement, kind: ServiceKind): number {
    return new Set(clientsOf(measurement, kind).flatMap(({ pods }) => pods.map(({ pod }) => pod))).size;
}

/** The largest share of a client's connections that one pod got, 0 to 1; 0 where nothing was answered. */
export function largestShare(measurement: Measurement, kind: ServiceKind): number {
    return Math.max(0, ...clientsOf(measurement, kind).flatMap(({ pods }) => pods.map(({ share }) => share)));
}

/** Requests that no pod answered, over all Services and clients. */
export function failedRequests({ services }: Measurement): number {
    const clients = services.flatMap((service) => service.clients);
    return clients.reduce((sum, { requested, answered }) => sum + requested - answered, 0);
}
