import type { V1ContainerStatus, V1Job, V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../cluster/apiError";
import { isNotFound, patiently, type Api } from "./api";
import { within } from "../cluster/timeLimit";
import { unless } from "./cancellation";
import { doneAt } from "./progress";
import type { CollectInputs } from "./inputs";
import { obstacleTo } from "./obstacle";
import {
    areThere,
    byIndex,
    hasEndedWell,
    missingShards,
    ofShard,
    ownStatuses,
    statusesOf,
    type ShardPods,
} from "./shardPods";
import { stageOf, Standstill } from "./standstill";

const pollMs = 250;
const progressEveryMs = 5_000;
const pullFailures = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ErrInvalidImage"];

/** A probe that came to its end. */
export interface EndedJob {
    /** Its pods by their index. */
    readonly pods: readonly V1Pod[];
    /** When the Job began and when the last of its clients ended, as ISO 8601. */
    readonly startedAt: string;
    readonly finishedAt: string;
}

/**
 * Waits until all containers of the probe have ended without an error. The Job's own condition comes two seconds later,
 * and never where an injected container keeps running in a pod.
 *
 * @param progress called every few seconds with one line for a person: how far it is, and what it waits for
 * @param look called again and again with the Job's pods while all of them run, or have ended
 * @param cancelled ends the waiting
 * @throws Error where the Job failed, with its own reason and the last lines of its logs; where it is gone, or not the Job
 *     asked for; where an image can't be pulled, naming it; where it stands still for `standstillSeconds`, with what the
 *     cluster says to that; where it takes longer than `timeoutSeconds`; and where it is cancelled
 */
export async function waitForJob(
    api: Api,
    inputs: CollectInputs,
    progress: (line: string) => void,
    look: (pods: readonly V1Pod[]) => Promise<void> = () => Promise.resolve(),
    cancelled = new AbortController().signal,
): Promise<EndedJob> {
    const standstill = new Standstill(inputs.standstillSeconds);
    let pullingSince = NaN;
    let nextProgress = Date.now() + progressEveryMs;
    const deadline = Date.now() + inputs.timeoutSeconds * 1000;
    let last = "nothing was seen of it";
    let requests = 0;
    for (;;) {
        const { job, pods } = await unless(cancelled, readJob(api, inputs));
        const condition = (type: string) =>
            job.status?.conditions?.find((each) => each.type === type && each.status === "True");
        const shards = byIndex(pods, inputs);
        // Only the resolver restarts by itself, and what it wrote before is lost then.
        const restarted = pods.flatMap((pod) => ownStatuses(pod, inputs)).find(({ restartCount }) => restartCount > 0);
        if (restarted !== undefined) {
            throw new Error(
                await failure(api, inputs, shards, `Its container ${restarted.name} ended too early; ${last}`),
            );
        }
        const isComplete = condition("Complete") !== undefined;
        if (areThere(shards)) {
            if (isComplete || shards.every((pod) => hasEndedWell(pod, inputs))) {
                return { pods: shards, ...timesOf(job, shards, inputs) };
            }
        } else if (isComplete) {
            const gone = `${ofShard(shards.indexOf(undefined), inputs)}its pod is gone, and its logs with it`;
            throw new Error(`Job ${inputs.namespace}/${inputs.job} is complete, but ${gone}`);
        }
        const failed = condition("Failed");
        if (failed !== undefined) {
            const missing = missingShards(shards, inputs);
            throw new Error(
                await failure(api, inputs, shards, `${failed.reason}: ${failed.message}${missing}; ${last}`),
            );
        }
        const unpulled = pods.map(pullFailure).find((each) => each !== undefined);
        pullingSince = unpulled === undefined ? NaN : pullingSince || Date.now();
        if (unpulled !== undefined && Date.now() - pullingSince > inputs.pullTimeoutSeconds * 1000) {
            throw new Error(`Job ${inputs.namespace}/${inputs.job}: ${unpulled}`);
        }
        const phases = shards.map((pod) => pod?.status?.phase);
        const isUnderWay = phases.every((phase) => phase === "Running" || phase === "Succeeded");
        if (areThere(shards) && isUnderWay && phases.includes("Running")) {
            await unless(cancelled, look(shards));
        }
        const isTold = Date.now() > nextProgress;
        if (isTold) {
            nextProgress = Date.now() + progressEveryMs;
            const seen = await unless(cancelled, progressOf(api, shards, inputs));
            requests = Math.max(requests, seen.requests);
            const obstacle = await unless(cancelled, obstacleTo(api, inputs, job, pods, shards));
            last = `last seen: ${[seen.text, ...(obstacle === "" ? [] : [obstacle])].join("; ")}`;
            progress(`${inputs.job}: ${last}`);
        }
        const stoodFor = standstill.tooLong(stageOf(shards, inputs, requests));
        if (stoodFor !== null) {
            const obstacle = await unless(cancelled, obstacleTo(api, inputs, job, pods, shards));
            const why = obstacle === "" ? last : obstacle;
            throw new Error(`Job ${inputs.namespace}/${inputs.job} stood still for ${stoodFor} s: ${why}`);
        }
        if (Date.now() > deadline) {
            throw new Error(`Job ${inputs.namespace}/${inputs.job} did not end in ${inputs.timeoutSeconds} s; ${last}`);
        }
        await unless(cancelled, sleep(pollMs));
    }
}

function timesOf(
    { status }: V1Job,
    pods: readonly V1Pod[],
    { clients: asked }: CollectInputs,
): Pick<EndedJob, "startedAt" | "finishedAt"> {
    const clients = pods
        .flatMap((pod) => pod.status?.containerStatuses ?? [])
        .filter(({ name }) => asked.some((client) => client.name === name));
    const ends = clients.flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
    const last = ends.sort((a, b) => a.getTime() - b.getTime()).at(-1);
    return { startedAt: status?.startTime?.toISOString() ?? "", finishedAt: last?.toISOString() ?? "" };
}

async function readJob(api: Api, inputs: CollectInputs): Promise<{ job: V1Job; pods: V1Pod[] }> {
    const { namespace, job: name, jobUid } = inputs;
    const job = await patiently(() => api.batch.readNamespacedJob({ namespace, name })).catch((error: unknown) => {
        throw isNotFound(error)
            ? new Error(`Job ${namespace}/${name} is gone: somebody else deleted it (${messageOf(error)})`)
            : error;
    });
    if (job.metadata?.uid !== jobUid) {
        throw new Error(`Job ${namespace}/${name} was made anew by somebody else: its uid is not ${jobUid}`);
    }
    const labelSelector = `batch.kubernetes.io/controller-uid=${jobUid}`;
    const { items } = await patiently(() => api.core.listNamespacedPod({ namespace, labelSelector }));
    return { job, pods: items };
}

/** The image of a pod's container that can't be pulled, and why; or undefined. */
export function pullFailure(pod: V1Pod): string | undefined {
    const failing = (status: V1ContainerStatus): boolean => pullFailures.includes(status.state?.waiting?.reason ?? "");
    const status = statusesOf(pod).find(failing);
    const waiting = status?.state?.waiting;
    return waiting === undefined
        ? undefined
        : `the image ${status?.image} can't be pulled: ${waiting.reason}: ${waiting.message ?? "no message"}`;
}

async function failure(
    api: Api,
    { namespace, job }: CollectInputs,
    shards: ShardPods,
    reason: string,
): Promise<string> {
    // Pods that were stopped because another one failed are terminating.
    const pods = shards.filter((pod) => pod !== undefined && (shards.length === 1 || !isStopped(pod))) as V1Pod[];
    const tails = pods.flatMap((pod) =>
        statusesOf(pod)
            // Containers that succeeded do not explain the failure.
            .map(({ name, state, lastState }) => ({ name, ended: state?.terminated ?? lastState?.terminated }))
            .filter(({ ended }) => ended !== undefined && ended.exitCode !== 0)
            .map(async ({ name, ended }) => {
                const { reason: why = "ended", exitCode } = ended ?? {};
                const tail = await lastLines(api, pod, name, 10);
                return `last lines of ${pod.metadata?.name}/${name} (${why}, exit code ${exitCode}):\n${tail}`;
            }),
    );
    // Such as an eviction, which its containers do not know of.
    const causes = pods.flatMap(({ metadata, status }) =>
        status?.reason === undefined ? [] : [`${metadata?.name}: ${status.reason}: ${status.message ?? "no message"}`],
    );
    return [`Job ${namespace}/${job} failed. ${reason}`, ...causes, ...(await Promise.all(tails))].join("\n");
}

function isStopped({ metadata }: V1Pod): boolean {
    return metadata?.deletionTimestamp !== undefined;
}

/** How far a probe is, as a line for a person, and how many requests the client in that line has sent. */
interface Seen {
    readonly text: string;
    readonly requests: number;
}

/** Of the pod that is the furthest behind. */
async function progressOf(api: Api, shards: ShardPods, inputs: CollectInputs): Promise<Seen> {
    const order = [undefined, "Pending", "Running"];
    const ranks = shards.map((pod) => order.indexOf(pod?.status?.phase)).map((rank) => (rank < 0 ? Infinity : rank));
    const behind = ranks.indexOf(Math.min(...ranks));
    const { text, requests } = await podProgress(api, shards[behind], inputs);
    return { text: `${ofShard(behind, inputs)}${text}`, requests };
}

async function podProgress(api: Api, pod: V1Pod | undefined, inputs: CollectInputs): Promise<Seen> {
    const containers = (pod?.status?.containerStatuses ?? []).filter(({ name }) =>
        inputs.clients.some((client) => client.name === name),
    );
    const slowest = containers.find(({ state }) => state?.terminated === undefined)?.name;
    if (pod?.status?.phase !== "Running" || slowest === undefined) {
        // Such as that no node has room for it.
        const why = pod?.status?.conditions?.find(({ status, message }) => status === "False" && message)?.message;
        return { text: [pod?.status?.phase ?? "no pod", ...(why === undefined ? [] : [why])].join(": "), requests: 0 };
    }
    const requests = doneAt(await lastLines(api, pod, slowest, 1));
    const done = containers.filter(({ state }) => state?.terminated !== undefined).length;
    return {
        text: `${done} of ${containers.length} clients are done, ${slowest} has sent ${requests || "no"} requests`,
        requests,
    };
}

/** Log lines for a person. If they can't be read, the reason takes their place. */
async function lastLines(api: Api, pod: V1Pod, container: string, tailLines: number): Promise<string> {
    const { name = "", namespace = "" } = pod.metadata ?? {};
    try {
        return (await within(10, api.core.readNamespacedPodLog({ namespace, name, container, tailLines }))).trimEnd();
    } catch (error) {
        return `(log unavailable: ${messageOf(error)})`;
    }
}
