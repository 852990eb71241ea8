import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { patiently, type Api } from "./api";
import type { DisruptionInputs } from "./inputs";

/** Names what we set, so that it can be given up again. */
const fieldManager = "traffic-split-disruption";
const merge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

/**
 * Disrupts the pods of a Deployment.
 *
 * @param pods names of those that are there
 * @param hits names of pods that answered lately, as often as they did: the one that most clients would miss is killed
 */
export async function disrupt(
    api: Api,
    namespace: string,
    { kind, deployment, replicas }: DisruptionInputs,
    pods: readonly string[],
    hits: readonly string[],
): Promise<void> {
    switch (kind) {
        case "kill-one-pod": {
            const hitsOf = (pod: string): number => hits.filter((each) => each === pod).length;
            const [name = ""] = [...pods].sort((a, b) => hitsOf(b) - hitsOf(a) || a.localeCompare(b));
            await patiently(() => api.core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 }));
            return;
        }
        case "rolling-restart": {
            // As `kubectl rollout restart` does.
            const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
            const body = { spec: { template: { metadata: { annotations } } } };
            const patch = { namespace, name: deployment, fieldManager, body };
            await patiently(() => api.apps.patchNamespacedDeployment(patch, merge));
            return;
        }
        case "scale":
            await scale(api, namespace, deployment, 2 * replicas);
    }
}

/** Scales back, and gives the number of replicas up to who declared it: Pulumi could not change it any more. */
export async function restore(api: Api, namespace: string, { deployment, replicas }: DisruptionInputs): Promise<void> {
    await scale(api, namespace, deployment, replicas);
    const { metadata } = await patiently(() => api.apps.readNamespacedDeployment({ namespace, name: deployment }));
    const value = metadata?.managedFields?.filter(({ manager }) => manager !== fieldManager);
    const body = [{ op: "replace", path: "/metadata/managedFields", value }];
    const json = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);
    await patiently(() => api.apps.patchNamespacedDeployment({ namespace, name: deployment, body }, json));
}

async function scale(api: Api, namespace: string, name: string, replicas: number): Promise<void> {
    const patch = { namespace, name, fieldManager, body: { spec: { replicas } } };
    await patiently(() => api.apps.patchNamespacedDeploymentScale(patch, merge));
}
