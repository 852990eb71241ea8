import type { ClusterApi } from "../cluster/clusterApi";
import { zoneLabel } from "../pods/placement";
import { Refusal } from "../settings/refusal";
import type { Settings } from "../settings/table";

/** Places that settings name. */
export type Places = Pick<Settings, "probeNode" | "probeZone" | "podNodes">;

/**
 * Looks up whether the cluster has these places, as far as it lets its nodes be listed.
 *
 * @throws Refusal with the setting, the place, and the places that there are
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
    const asked: [setting: string, places: readonly string[], there: readonly string[], what: string][] = [
        ["probeNode", [probeNode], nodes, "node"],
        ["probeZone", [probeZone], zones, "zone"],
        ["podNodes", podNodes, nodes, "node"],
    ];
    for (const [setting, places, there, what] of asked) {
        const missing = places.find((place) => place !== "" && !there.includes(place));
        if (missing !== undefined) {
            const got = JSON.stringify(missing);
            throw new Refusal(
                there.length === 0
                    ? `${setting}: must be empty, because the cluster has no ${what}s, got ${got}`
                    : `${setting}: must be a ${what} of the cluster (${[...there].sort().join(", ")}), got ${got}`,
            );
        }
    }
}
