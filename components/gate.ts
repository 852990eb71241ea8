import type { KubeConfig } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { checkCertManager, type CertManagerSource } from "./certManagerCheck";
import { checkReachable, clusterSettings, hasKubeconfig, loadKubeconfig } from "./cluster";
import { ownerAnnotation, ownerOfNamespace } from "./ownership";
import { checkPlaces, type Places } from "./placement";
import { Refusal } from "./refusal";
import { within } from "./within";

/** What a cluster must have, or must not have yet, before anything is created in it. */
export interface Demands extends Places {
    /** Who is going to create, see {@link ownerOf}. */
    readonly owner: string;
    readonly namespace: string;
    readonly createNamespace: boolean;
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
                await checkPlaces(kubeconfig, demanded);
                await checkNamespace(kubeconfig, demanded);
                await checkCertManager(kubeconfig, demanded);
            }
        }
    });
    return pulumi.unsecret(pulumi.all([gate, value]).apply(([, passed]) => passed)) as pulumi.Output<T>;
}

/** @throws Refusal where the namespace is somebody else's, and would be removed with the stack */
async function checkNamespace(kubeconfig: KubeConfig, demands: Demands): Promise<void> {
    const { owner, namespace, createNamespace } = demands;
    if (!createNamespace) {
        return;
    }
    const { CoreV1Api } = await import("@kubernetes/client-node");
    const found = await within(10, ownerOfNamespace(kubeconfig.makeApiClient(CoreV1Api), namespace));
    if (found !== null && found !== owner) {
        throw new Refusal(
            `namespace: ${JSON.stringify(namespace)} was given, which is there, and would be removed with the stack; ` +
                "allowed with createNamespace is one that is not there yet, or that the stack made " +
                `(annotation ${ownerAnnotation}: ${owner})`,
        );
    }
}
