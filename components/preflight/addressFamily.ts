import { messageOf } from "../cluster/apiError";
import type { ClusterApi } from "../cluster/clusterApi";
import { Refusal } from "../settings/refusal";

/**
 * Looks which address family the cluster prefers, by the Service of its own API.
 *
 * @throws Refusal where it is IPv6: kubelet asks pods whether they are ready at their first address, and what is measured is
 *     IPv4
 */
export async function checkAddressFamily(cluster: ClusterApi): Promise<void> {
    const { ApiException, CoreV1Api } = await import("@kubernetes/client-node");
    const service = { namespace: "default", name: "kubernetes" };
    const read = cluster.makeApiClient(CoreV1Api).readNamespacedService(service);
    const found = await cluster.inTime(read).catch((error: unknown) => {
        // Where nobody may ask, nothing is known.
        if (error instanceof ApiException && [403, 404].includes(error.code)) {
            return null;
        }
        throw new Refusal(`Service default/kubernetes can't be read: ${messageOf(error)}`);
    });
    if (found?.spec?.ipFamilies?.[0] === "IPv6") {
        throw new Refusal(
            `The cluster's first address family is IPv6 (Service default/kubernetes has ${found.spec.clusterIP}), and ` +
                "what is measured is IPv4; use a cluster with IPv4 alone, or with IPv4 first and IPv6 second",
        );
    }
}
