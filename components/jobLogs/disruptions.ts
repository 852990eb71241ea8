import { ApiException, PatchStrategy, setHeaderOptions, type V1ObjectMeta, type V1Pod } from "@kubernetes/client-node";
import { patiently, type Api } from "./api";
import type { DisruptionKind } from "../../split/measurement/disruption";
import type { DisruptionInputs } from "./inputs";

/** Field manager of what a disruption sets, by which it can be given up again. */
const fieldManager = "traffic-split-disruption";
const merge = setHeaderOptions("Content-Type", PatchStrategy.StrategicMergePatch);
const json = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);

/** A disruption other than `none`. */
export type Disruption = DisruptionInputs & { readonly kind: DisruptionKind };

export function isDisrupting(inputs: DisruptionInputs | null): inputs is Disruption {
    return inputs !== null && inputs.kind !== "none";
}

/** Restarts the pods of a Deployment one after the other, as `kubectl rollout restart` does. */
export async function restart(api: Api, namespace: string, { deployment: name, uid }: Disruption): Promise<void> {
    const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
    const body = { metadata: { uid }, spec: { template: { metadata: { annotations } } } };
    await patiently(() => api.apps.patchNamespacedDeployment({ namespace, name, fieldManager, body }, merge));
}

/** Scales a Deployment to twice as many pods. */
export async function double(api: Api, namespace: string, plan: Disruption): Promise<void> {
    await patiently(() => scaled(api, namespace, plan, 2 * plan.replicas));
}

/** With the uid the API refuses the change for another Deployment of the same name. */
function scaled(
    api: Api,
    namespace: string,
    { deployment: name, uid }: DisruptionInputs,
    replicas: number,
): Promise<unknown> {
    const patch = { namespace, name, fieldManager, body: { metadata: { uid }, spec: { replicas } } };
    return api.apps.patchNamespacedDeploymentScale(patch, merge);
}

/**
 * The pod of this Deployment that answered most lately; undefined where all of them terminate.
 *
 * @param pods all that its labels find
 * @param hits by name, how often each pod answered lately
 */
export async function mostMissed(
    api: Api,
    { namespace, selector, uid }: { readonly namespace: string; readonly selector: string; readonly uid: string },
    pods: readonly V1Pod[],
    hits: ReadonlyMap<string, number>,
): Promise<V1Pod | undefined> {
    const list = { namespace, labelSelector: selector };
    const { items } = await patiently(() => api.apps.listNamespacedReplicaSet(list));
    const ofDeployment = items
        .filter(({ metadata }) => controllerOf(metadata) === uid)
        .flatMap(({ metadata }) => metadata?.uid ?? []);
    const hitsOf = ({ metadata }: V1Pod): number => hits.get(metadata?.name ?? "") ?? 0;
    return pods
        .filter(({ metadata }) => metadata?.deletionTimestamp === undefined)
        .filter(({ metadata }) => ofDeployment.includes(controllerOf(metadata) ?? ""))
        .sort((a, b) => hitsOf(b) - hitsOf(a) || nameOf(a).localeCompare(nameOf(b)))[0];
}

function controllerOf(metadata: V1ObjectMeta | undefined): string | undefined {
    return metadata?.ownerReferences?.find(({ controller }) => controller)?.uid;
}

/**
 * Deletes this pod, and no other of the same name.
 *
 * @throws Error where its name is empty, because the call would then delete all pods of the namespace, or its uid is
 */
export async function kill(api: Api, { metadata }: V1Pod): Promise<void> {
    const { name = "", namespace = "", uid = "" } = metadata ?? {};
    if (name === "" || namespace === "" || uid === "") {
        throw new Error(`pod "${namespace}/${name}" with uid "${uid}" can't be killed: it must have all three`);
    }
    const body = { gracePeriodSeconds: 0, preconditions: { uid } };
    // A call whose answer was lost may have deleted it. Then it is gone, or another pod has its name.
    await patiently(() => unless([404, 409], api.core.deleteNamespacedPod({ namespace, name, body })));
}

/** What a call answers; null where the API refuses it by one of these codes. */
async function unless<T>(codes: readonly number[], call: Promise<T>): Promise<T | null> {
    try {
        return await call;
    } catch (error) {
        if (error instanceof ApiException && codes.includes(error.code)) {
            return null;
        }
        throw error;
    }
}

/**
 * Scales back and gives up the ownership of `replicas`, because otherwise Pulumi could not change it any more. Nothing is
 * left to undo if the Deployment is gone or another one has its name.
 */
export async function restore(api: Api, namespace: string, inputs: DisruptionInputs): Promise<void> {
    const { deployment: name, uid, replicas } = inputs;
    if ((await patiently(() => unless([404, 409], scaled(api, namespace, inputs, replicas)))) === null) {
        return;
    }
    for (let attempt = 1; attempt <= 10; attempt++) {
        const now = await read(api, namespace, inputs);
        if (now === null || !isChanged(now)) {
            return;
        }
        const body = [
            { op: "test", path: "/metadata/uid", value: uid },
            // A field manager added since the read would be lost. In that case the API answers with a conflict.
            { op: "replace", path: "/metadata/resourceVersion", value: now.resourceVersion },
            {
                op: "replace",
                path: "/metadata/managedFields",
                value: now.managedFields?.filter(({ manager }) => manager !== fieldManager),
            },
        ];
        const given = { namespace, name, body };
        if ((await patiently(() => unless([404, 409], api.apps.patchNamespacedDeployment(given, json)))) !== null) {
            return;
        }
    }
    throw new Error(`Deployment ${namespace}/${name} was changed by others each time that it was to be given back`);
}

/** Undoes the disruption of a run that was ended in the middle of it. */
export async function restoreLeft(api: Api, namespace: string, inputs: DisruptionInputs): Promise<void> {
    const ours = (await read(api, namespace, inputs))?.managedFields?.filter(({ manager }) => manager === fieldManager);
    if (ours?.some(({ subresource }) => subresource === "scale")) {
        await restore(api, namespace, inputs);
    }
}

function isChanged({ managedFields }: V1ObjectMeta): boolean {
    return managedFields?.some(({ manager }) => manager === fieldManager) ?? false;
}

/** Metadata of the Deployment; null where it is gone, or another has its name. */
async function read(api: Api, namespace: string, inputs: DisruptionInputs): Promise<V1ObjectMeta | null> {
    const given = { namespace, name: inputs.deployment };
    const found = await patiently(() => unless([404], api.apps.readNamespacedDeployment(given)));
    return found?.metadata?.uid === inputs.uid ? found.metadata : null;
}

function nameOf({ metadata }: V1Pod): string {
    return metadata?.name ?? "";
}
