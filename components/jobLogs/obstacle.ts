import type { CoreV1Event, V1ContainerStatus, V1Job, V1Pod, V1PodCondition } from "@kubernetes/client-node";
import { within } from "../cluster/timeLimit";
import { messageOf } from "../cluster/apiError";
import type { Api } from "./api";
import type { CollectInputs } from "./inputs";
import { areThere, isOurs, ownStatuses, statusesOf, type ShardPods } from "./shardPods";

/** Reasons of a waiting container that pass by themselves. */
const ordinary = ["ContainerCreating", "PodInitializing"];

/**
 * What keeps a Job from its end, in the cluster's own words: the state of the Job and of its pods, and the last warning
 * about them. A pod that runs as it should is left out.
 */
export async function obstacleTo(
    api: Api,
    inputs: CollectInputs,
    job: V1Job,
    pods: readonly V1Pod[],
    shards: ShardPods,
): Promise<string> {
    if (job.spec?.suspend === true) {
        const { message = "no message" } = conditionOf(job.status?.conditions, "Suspended") ?? {};
        return `the Job is suspended: ${message}`;
    }
    const states = [pods.map(scheduleFailure), pods.map(waitingOf), pods.map((pod) => strangerIn(pod, inputs))]
        .flat()
        .find((each) => each !== undefined);
    if (states === undefined && areThere(shards) && shards.every(isRunning)) {
        return "";
    }
    const absent = pods.length === 0 ? ["the Job has no pod"] : [];
    const warning = await lastWarning(api, inputs.namespace, [job, ...pods]);
    return [...absent, ...(states === undefined ? [] : [states]), ...(warning === "" ? [] : [warning])].join("; ");
}

/** Why no node takes a pod, or undefined. */
function scheduleFailure({ status }: V1Pod): string | undefined {
    const isLeft = ({ type, reason }: V1PodCondition): boolean => type === "PodScheduled" && reason === "Unschedulable";
    const condition = status?.conditions?.find(isLeft);
    return condition === undefined ? undefined : `no node takes its pod: ${condition.message ?? "no message"}`;
}

/** The container of a pod that waits for something that may never come, and why; or undefined. */
function waitingOf(pod: V1Pod): string | undefined {
    const isStuck = ({ state }: V1ContainerStatus): boolean =>
        state?.waiting?.reason !== undefined && !ordinary.includes(state.waiting.reason);
    const { name, state } = statusesOf(pod).find(isStuck) ?? {};
    return name === undefined
        ? undefined
        : `its container ${name} waits: ${state?.waiting?.reason}: ${state?.waiting?.message ?? "no message"}`;
}

/** An injected container that still runs in a pod whose clients have all ended, and so keeps the pod from its end. */
function strangerIn(pod: V1Pod, inputs: CollectInputs): string | undefined {
    const clients = ownStatuses(pod, inputs).filter(({ name }) =>
        inputs.clients.some((client) => client.name === name),
    );
    const areDone =
        clients.length === inputs.clients.length && clients.every(({ state }) => state?.terminated !== undefined);
    const stranger = pod.status?.containerStatuses?.find(
        ({ name, state }) => !isOurs(name, inputs) && state?.terminated === undefined,
    );
    return areDone && stranger !== undefined
        ? `all clients have ended, but container ${stranger.name} (${stranger.image}), which is none of the probe's, ` +
              "runs on and keeps its pod from its end: what injects it must leave out the probe's pod"
        : undefined;
}

function isRunning({ status }: V1Pod): boolean {
    return status?.phase === "Running";
}

/** The newest warning about any of these objects, or why events can't be read; "" where there is none. */
async function lastWarning(api: Api, namespace: string, objects: readonly (V1Job | V1Pod)[]): Promise<string> {
    const uids = objects.flatMap(({ metadata }) => metadata?.uid ?? []);
    try {
        const lists = await Promise.all(
            uids.map((uid) => {
                const fieldSelector = `involvedObject.uid=${uid},type=Warning`;
                return within(10, api.core.listNamespacedEvent({ namespace, fieldSelector }));
            }),
        );
        const events = lists.flatMap(({ items }) => items).sort((a, b) => timeOf(a) - timeOf(b));
        const { reason, message } = events.at(-1) ?? {};
        return reason === undefined ? "" : `last event: ${reason}: ${message ?? "no message"}`;
    } catch (error) {
        return `its events can't be read: ${messageOf(error)}`;
    }
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1Event): number {
    return new Date(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? 0).getTime();
}

function conditionOf<T extends { readonly type: string; readonly status: string }>(
    conditions: readonly T[] | undefined,
    type: string,
): T | undefined {
    return conditions?.find((each) => each.type === type && each.status === "True");
}
