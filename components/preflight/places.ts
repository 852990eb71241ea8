import type { ClusterApi } from "../cluster/clusterApi";
import { zoneLabel } from "../pods/placement";
import { Refusal } from "../settings/refusal";

/** Places that arguments name. */
export interface Places {
    readonly probeNode: string;
    readonly probeZone: string;
    readonly podNodes: readonly string[];
}

/**
 * Looks up whether the cluster has these places, as far as it lets its nodes be listed.
 *
 * @throws Refusal with the argument, the place, and the places that there are
 */
export async function checkPlaces(cluster: ClusterApi, { probeNode, probeZone, podNodes }: Places): Promise<void> {
    if ([probeNode, probeZone, ...podNodes].every((place) => place === "")) {
        return;
    }
    const { ApiException, CoreV1Api } = await import("@kubernetes/client-node");
    const listed = await cluster.inTime(cluster.makeApiClient(CoreV1Api).listNode()).catch((error: unknown) => {
        if (error instanceof ApiException && error.code === 403) {
            return null;
        }
        throw error;
    });
    if (listed === null) {
        return;
    }
    const nodes = listed.items.flatMap(({ metadata }) => metadata?.name ?? []);
    const zones = [...new Set(listed.items.flatMap(({ metadata }) => metadata?.labels?.[zoneLabel] ?? []))];
    const asked: [argument: string, places: readonly string[], there: readonly string[], what: string][] = [
        ["probeNode", [probeNode], nodes, "nodes"],
        ["probeZone", [probeZone], zones, "zones"],
        ["podNodes", podNodes, nodes, "nodes"],
    ];
    for (const [argument, places, there, what] of asked) {
        const missing = places.find((place) => place !== "" && !there.includes(place));
        if (missing !== undefined) {
            const known = there.length === 0 ? `has no ${what}` : `has the ${what} ${[...there].sort().join(", ")}`;
            throw new Refusal(`${argument}: ${JSON.stringify(missing)} was given; the cluster ${known}`);
        }
    }
}
