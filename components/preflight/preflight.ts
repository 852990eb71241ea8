import * as pulumi from "@pulumi/pulumi";
import { checkAddressFamily } from "./addressFamily";
import { checkCertManager, type CertManagerSource } from "./certManagerCheck";
import { checkReachable, clusterSettings, hasKubeconfig, loadKubeconfig } from "./cluster";
import { checkOwnObjects, type NamedObjects } from "./ownObjects";
import { checkPlaces, type Places } from "./places";

/** What a cluster must have, or must not have yet, before anything is created in it. */
export interface Demands extends Places, NamedObjects {
    readonly certManager: CertManagerSource;
}

/**
 * A gate for everything that is to be created: it passes a value on when the arguments are known and the cluster of a
 * resource's provider is what they demand. A preview is possible without a kubeconfig; with one whose cluster does not
 * answer the Kubernetes provider would wait for ever. What is unknown in a preview, an argument or an explicit
 * provider's settings, must not spread to all resources.
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
    const gate = pulumi.all([clusterSettings(resource), isPreview || demands]).apply(async ([settings, demanded]) => {
        if (!isPreview || hasKubeconfig(settings)) {
            const kubeconfig = await loadKubeconfig(settings);
            await checkReachable(kubeconfig);
            if (typeof demanded !== "boolean") {
                await checkAddressFamily(kubeconfig);
                await checkPlaces(kubeconfig, demanded);
                await checkOwnObjects(kubeconfig, demanded);
                await checkCertManager(kubeconfig, demanded);
            }
        }
    });
    return pulumi.unsecret(pulumi.all([gate, value]).apply(([, passed]) => passed)) as pulumi.Output<T>;
}
