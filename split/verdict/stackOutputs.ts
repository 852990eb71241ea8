import type { ClientSummary, Measurement } from "../measurement/measurement";
import type { ServiceKind } from "../protocol/line";

function clientsOf({ services }: Measurement, kind: ServiceKind): ClientSummary[] {
    return services.filter((service) => service.kind === kind).flatMap(({ clients }) => clients);
}

/** The number of different pods that answered at Services of this kind, over all clients. */
export function podsReached(measurement: Measurement, kind: ServiceKind): number {
    return new Set(clientsOf(measurement, kind).flatMap(({ pods }) => pods.map(({ pod }) => pod))).size;
}

/** The largest share of a client's answered connections that one pod got, 0 to 1; null where no pod answered. */
export function largestShareOf({ pods }: Pick<ClientSummary, "pods">): number | null {
    return pods.length === 0 ? null : Math.max(...pods.map(({ share }) => share));
}

/** The same over all clients of Services of this kind. */
export function largestShare(measurement: Measurement, kind: ServiceKind): number | null {
    return largestShareOf({ pods: clientsOf(measurement, kind).flatMap(({ pods }) => pods) });
}

/** Requests that no pod answered, over all Services and clients. */
export function failedRequests({ services }: Measurement): number {
    const clients = services.flatMap((service) => service.clients);
    return clients.reduce((sum, { requested, answered }) => sum + requested - answered, 0);
}
