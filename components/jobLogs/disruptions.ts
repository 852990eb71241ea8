import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { patiently, type Api } from "./api";
import type { DisruptionKind } from "../../split/disruption";
import type { DisruptionInputs } from "./inputs";

/** Names what we set, so that it can be given up again. */
const fieldManager = "traffic-split-disruption";
const merge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);

/** A disruption that is one. */
export type Disruption = DisruptionInputs & { readonly kind: DisruptionKind };

export function isDisrupting(inputs: DisruptionInputs | null): inputs is Disruption {
    return inputs !== null && inputs.kind !== "none";
}

/**
 * Disrupts the pods of a Deployment.
 *
 * @param pods names of those that are there
 * @param hits how often each pod answered lately: the one that clients would miss most is killed
 */
export async function disrupt(
    api: Api,
    namespace: string,
    { kind, deployment, replicas }: Disruption,
    pods: readonly string[],
    hits: ReadonlyMap<string, number>,
): Promise<void> {
    switch (kind) {
        case "kill-one-pod": {
            const hitsOf = (pod: string): number => hits.get(pod) ?? 0;
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

/** Undoes what a run left that was ended in the middle of its disruption. */
export async function restoreLeft(api: Api, namespace: string, inputs: DisruptionInputs): Promise<void> {
    const name = inputs.deployment;
    const { metadata } = await patiently(() => api.apps.readNamespacedDeployment({ namespace, name }));
    const ours = metadata?.managedFields?.filter(({ manager }) => manager === fieldManager) ?? [];
    if (ours.some(({ subresource }) => subresource === "scale")) {
        await restore(api, namespace, inputs);
    }
}

async function scale(api: Api, namespace: string, name: string, replicas: number): Promise<void> {
    const patch = { namespace, name, fieldManager, body: { spec: { replicas } } };
    await patiently(() => api.apps.patchNamespacedDeploymentScale(patch, merge));
}
