import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import { resolverContainer, waitContainer } from "../probe/containerNames";
import type { CollectInputs } from "./inputs";

const indexKey = "batch.kubernetes.io/job-completion-index";

/** The pods of a Job by their index; undefined where there is none. */
export type ShardPods = readonly (V1Pod | undefined)[];

export function byIndex(pods: readonly V1Pod[], { shards }: CollectInputs): ShardPods {
    return shards.map((_, i) => pods.find(({ metadata }) => metadata?.annotations?.[indexKey] === String(i)));
}

export function areThere(pods: ShardPods): pods is readonly V1Pod[] {
    return !pods.includes(undefined);
}

/** The statuses of all containers of a pod, init containers included. */
export function statusesOf({ status }: V1Pod): V1ContainerStatus[] {
    return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

/** Whether a container of a probe's pod is the probe's: admission may inject others. */
export function isOurs(container: string, { clients }: CollectInputs): boolean {
    return [resolverContainer, waitContainer, ...clients.map(({ name }) => name)].includes(container);
}

/** The statuses of what the probe runs in its pod. */
export function ownStatuses(pod: V1Pod, inputs: CollectInputs): V1ContainerStatus[] {
    return statusesOf(pod).filter(({ name }) => isOurs(name, inputs));
}

/** Whether every container of the probe's, the resolver included, has ended without an error. */
export function hasEndedWell(pod: V1Pod, inputs: CollectInputs): boolean {
    const statuses = ownStatuses(pod, inputs);
    const areTold = [resolverContainer, ...inputs.clients.map(({ name }) => name)].every((container) =>
        statuses.some(({ name }) => name === container),
    );
    return areTold && statuses.every(({ state }) => state?.terminated?.exitCode === 0);
}

/** Beginning of a sentence about one of several pods; empty where there is one. */
export function ofShard(index: number, { shards }: CollectInputs): string {
    return shards.length === 1 ? "" : `shard ${index} of ${shards.length}: `;
}

/**
 * The shards that a failed Job lacks for reasons of their own, for a sentence: those that failed, and those whose pods
 * are gone. The others were only stopped with it, or had ended.
 */
export function missingShards(pods: ShardPods, inputs: CollectInputs): string {
    const failed = (pod: V1Pod | undefined): boolean =>
        pod?.status?.phase === "Failed" && pod.metadata?.deletionTimestamp === undefined;
    const indices = pods.flatMap((pod, i) => (failed(pod) ? [i] : []));
    const lacking = indices.length > 0 ? indices : pods.flatMap((pod, i) => (pod === undefined ? [i] : []));
    const names = lacking.map((i) => {
        const { metadata, spec } = pods[i] ?? {};
        return `shard ${i} of ${inputs.shards.length} (${metadata === undefined ? "its pod is gone" : `${metadata.name} on ${spec?.nodeName}`})`;
    });
    if (inputs.shards.length === 1) {
        return pods[0] === undefined ? "; its pod is gone" : "";
    }
    return names.length === 0 ? "" : `; missing: ${new Intl.ListFormat("en").format(names)}`;
}
