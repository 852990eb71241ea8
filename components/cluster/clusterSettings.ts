import * as pulumi from "@pulumi/pulumi";
import { messageOf } from "./apiError";
import type { ClusterApi } from "./clusterApi";
import type { ClusterSettings } from "./kubeconfig";
import { Refusal } from "../settings/refusal";

type ProviderProperties = { readonly [key in keyof ClusterSettings]: pulumi.Output<string | undefined> };

/**
 * The settings of the Kubernetes provider that a child of this resource gets: the explicit one where there is one,
 * else the default one, which reads the `kubernetes` section of the stack's config.
 */
export function clusterSettings(resource: pulumi.Resource): pulumi.Output<ClusterSettings> {
    const provider = resource.getProvider("kubernetes:core/v1:Pod");
    if (provider === undefined) {
        const config = new pulumi.Config("kubernetes");
        return pulumi.output({
            kubeconfig: config.getSecret("kubeconfig"),
            context: config.get("context"),
            cluster: config.get("cluster"),
            kubeClientSettings: config.get("kubeClientSettings"),
        });
    }
    // The provider's class does not declare them, but every input of a resource is also one of its properties.
    const { kubeconfig, context, cluster, kubeClientSettings } = provider as pulumi.ProviderResource &
        ProviderProperties;
    return pulumi.output({ kubeconfig, context, cluster, kubeClientSettings });
}

/** What Node.js says of a certificate whose authority it does not know. */
const unknownAuthority = [
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** @throws Refusal where there are no credentials to be had, or the cluster's API does not answer in time */
export async function checkReachable(cluster: ClusterApi): Promise<void> {
    const { ApiException, VersionApi } = await import("@kubernetes/client-node");
    const { context, server, proxyUrl, ca } = cluster.access;
    const what = `kubernetes:context: ${context} at ${withoutUserinfo(server)}`;
    await cluster.authenticate().catch((error: unknown) => {
        throw new Refusal(`${what} has no credentials: ${messageOf(error)}`);
    });
    try {
        await cluster.inTime(cluster.makeApiClient(VersionApi).getCode());
    } catch (error) {
        if (error instanceof ApiException && [401, 403].includes(error.code)) {
            throw new Refusal(`${what} refuses these credentials: ${messageOf(error)}`);
        }
        const through = proxyUrl === null ? "" : ` through the proxy ${new URL(proxyUrl).host}`;
        const isForeign = ca === null && unknownAuthority.includes(String((error as NodeJS.ErrnoException).code));
        const advice = isForeign
            ? "; set certificate-authority in the kubeconfig, or NODE_EXTRA_CA_CERTS to the authority's file"
            : "";
        throw new Refusal(`${what} can't be reached${through}: ${withoutUserinfo(messageOf(error))}${advice}`);
    }
}

/** What is before the @ of a URL may be a password. */
function withoutUserinfo(text: string): string {
    return text.replace(/\/\/[^/?#\s]*@/g, "//");
}
