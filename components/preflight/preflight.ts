import * as pulumi from "@pulumi/pulumi";
import { checkAddressFamily } from "./addressFamily";
import { checkCertManager, type CertManagerSource } from "./certManagerCheck";
import { checkReachable, clusterSettings } from "../cluster/clusterSettings";
import { clusterApi, type ClusterApi } from "../cluster/clusterApi";
import { hasKubeconfig, loadKubeconfig, type ClusterSettings } from "../cluster/kubeconfig";
import { checkOwnObjects, type NamedObjects } from "./ownObjects";
import { checkPlaces, type Places } from "./places";
import { Refusal } from "../settings/refusal";

/** What a cluster must have, or must not have yet, before anything is created in it. */
export interface Demands extends Places, NamedObjects {
    readonly certManager: CertManagerSource;
}

/**
 * A gate for everything that is to be created. It passes a value on when the arguments are known and the cluster of the
 * resource's provider is what they demand. In a preview it always passes: a preview works without a kubeconfig, and only
 * warns of a cluster that can't be reached. An argument or a provider setting that a preview does not know must not make
 * all resources unknown.
 *
 * @param demands known when the arguments are
 * @throws Refusal where the context does not exist, the cluster can't be reached, or it is not what is demanded
 */
export function onFitCluster<T>(
    resource: pulumi.Resource,
    value: pulumi.Input<T>,
    demands: pulumi.Input<Demands>,
): pulumi.Output<T> {
    const isPreview = pulumi.runtime.isDryRun();
    if (isPreview && resource.getProvider("kubernetes:core/v1:Pod") !== undefined) {
        return pulumi.output(value) as pulumi.Output<T>;
    }
    const gate = isPreview
        ? clusterSettings(resource).apply((settings) => warnUnlessReachable(resource, settings))
        : pulumi.all([clusterSettings(resource), demands]).apply(([settings, demanded]) => check(settings, demanded));
    return pulumi.unsecret(pulumi.all([gate, value]).apply(([, passed]) => passed)) as pulumi.Output<T>;
}

async function check(settings: ClusterSettings, demands: Demands): Promise<void> {
    await withCluster(settings, async (cluster) => {
        await checkReachable(cluster);
        await checkAddressFamily(cluster);
        await checkPlaces(cluster, demands);
        await checkOwnObjects(cluster, demands);
        await checkCertManager(cluster, demands);
    });
}

/** Without a kubeconfig there is no warning: a preview needs none. */
async function warnUnlessReachable(resource: pulumi.Resource, settings: ClusterSettings): Promise<void> {
    if (!hasKubeconfig(settings)) {
        return;
    }
    try {
        await withCluster(settings, checkReachable);
    } catch (error) {
        if (!(error instanceof Refusal)) {
            throw error;
        }
        const rest = "The preview shows what config decides; whether the cluster takes it, `pulumi up` will check.";
        await pulumi.log.warn(`${error.message}. ${rest}`, resource);
    }
}

async function withCluster(settings: ClusterSettings, look: (cluster: ClusterApi) => Promise<void>): Promise<void> {
    const cluster = await clusterApi(await loadKubeconfig(settings));
    try {
        await look(cluster);
    } finally {
        cluster.close();
    }
}
