import type { V1ContainerStatus, V1Job, V1Pod, V1PodCondition } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../apiError";
import { patiently, type Api } from "./api";
import { within } from "../within";
import { doneAt } from "./progress";
import type { CollectInputs } from "./inputs";
import { areThere, byIndex, hasEndedWell, missingShards, ofShard, statusesOf, type ShardPods } from "./shardPods";

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
 * Waits until all that the Job's pods run has ended well; that the Job is complete is told two seconds later.
 *
 * @param progress called every few seconds with one line for a person
 * @param look called again and again with the Job's pods while all of them run, or have ended
 * @throws Error where the Job failed, with its own reason and the last lines of its logs; where it is not the Job
 *     asked for; where an image can't be pulled, naming it; where no node has room for a pod; and where it takes longer
 *     than `timeoutSeconds`
 */
export async function waitForJob(
    api: Api,
    inputs: CollectInputs,
    progress: (line: string) => void,
    look: (pods: readonly V1Pod[]) => Promise<void> = () => Promise.resolve(),
): Promise<EndedJob> {
    const stuckSince = { pulling: NaN, scheduling: NaN };
    let nextProgress = Date.now() + progressEveryMs;
    const deadline = Date.now() + inputs.timeoutSeconds * 1000;
    let last = "nothing was seen of it";
    for (;;) {
        const { job, pods } = await readJob(api, inputs);
        const condition = (type: string) =>
            job.status?.conditions?.find((each) => each.type === type && each.status === "True");
        const shards = byIndex(pods, inputs);
        // Only the resolver is started again by itself; what it wrote before is lost then, if it can run at all.
        const restarted = pods.flatMap(statusesOf).find(({ restartCount }) => restartCount > 0);
        if (restarted !== undefined) {
            throw new Error(
                await failure(api, inputs, shards, `Its container ${restarted.name} ended too early; ${last}`),
            );
        }
        const isComplete = condition("Complete") !== undefined;
        if (areThere(shards)) {
            if (isComplete || shards.every((pod) => hasEndedWell(pod, inputs))) {
                return { pods: shards, ...timesOf(job, shards) };
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
        for (const [what, stuck, timeoutSeconds] of [
            ["pulling", pods.map(pullFailure), inputs.pullTimeoutSeconds],
            ["scheduling", pods.map(scheduleFailure), inputs.scheduleTimeoutSeconds],
        ] as const) {
            const why = stuck.find((each) => each !== undefined);
            stuckSince[what] = why === undefined ? NaN : stuckSince[what] || Date.now();
            if (why !== undefined && Date.now() - stuckSince[what] > timeoutSeconds * 1000) {
                throw new Error(`Job ${inputs.namespace}/${inputs.job}: ${why}`);
            }
        }
        const phases = shards.map((pod) => pod?.status?.phase);
        const isUnderWay = phases.every((phase) => phase === "Running" || phase === "Succeeded");
        if (areThere(shards) && isUnderWay && phases.includes("Running")) {
            await look(shards);
        }
        if (Date.now() > nextProgress) {
            nextProgress = Date.now() + progressEveryMs;
            last = `last seen: ${await progressOf(api, shards, inputs)}`;
            progress(`${inputs.job}: ${last}`);
        }
        if (Date.now() > deadline) {
            throw new Error(`Job ${inputs.namespace}/${inputs.job} did not end in ${inputs.timeoutSeconds} s; ${last}`);
        }
        await sleep(pollMs);
    }
}

function timesOf({ status }: V1Job, pods: readonly V1Pod[]): Pick<EndedJob, "startedAt" | "finishedAt"> {
    const clients = pods.flatMap((pod) => pod.status?.containerStatuses ?? []);
    const ends = clients.flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
    const last = ends.sort((a, b) => a.getTime() - b.getTime()).at(-1);
    return { startedAt: status?.startTime?.toISOString() ?? "", finishedAt: last?.toISOString() ?? "" };
}

async function readJob(api: Api, inputs: CollectInputs): Promise<{ job: V1Job; pods: V1Pod[] }> {
    const { namespace, job: name, jobUid } = inputs;
    const job = await patiently(() => api.batch.readNamespacedJob({ namespace, name }));
    if (job.metadata?.uid !== jobUid) {
        throw new Error(`Job ${namespace}/${name} was made anew by somebody else: its uid is not ${jobUid}`);
    }
    const labelSelector = `batch.kubernetes.io/controller-uid=${jobUid}`;
    const { items } = await patiently(() => api.core.listNamespacedPod({ namespace, labelSelector }));
    return { job, pods: items };
}

/** The image that a pod's container can't have and why, or undefined. */
export function pullFailure(pod: V1Pod): string | undefined {
    const failing = (status: V1ContainerStatus): boolean => pullFailures.includes(status.state?.waiting?.reason ?? "");
    const status = statusesOf(pod).find(failing);
    const waiting = status?.state?.waiting;
    return waiting === undefined
        ? undefined
        : `the image ${status?.image} can't be pulled: ${waiting.reason}: ${waiting.message ?? "no message"}`;
}

/** Why no node takes a pod, or undefined. */
function scheduleFailure({ status }: V1Pod): string | undefined {
    const isLeft = ({ type, reason }: V1PodCondition): boolean => type === "PodScheduled" && reason === "Unschedulable";
    const condition = status?.conditions?.find(isLeft);
    return condition === undefined ? undefined : `no node takes its pod: ${condition.message ?? "no message"}`;
}

async function failure(
    api: Api,
    { namespace, job }: CollectInputs,
    shards: ShardPods,
    reason: string,
): Promise<string> {
    // Those that were stopped because another failed are on their way out.
    const pods = shards.filter((pod) => pod !== undefined && (shards.length === 1 || !isStopped(pod))) as V1Pod[];
    const tails = pods.flatMap((pod) =>
        statusesOf(pod)
            // Those that did their part are not what the reader looks for.
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

/** Of the pod that is the furthest behind. */
async function progressOf(api: Api, shards: ShardPods, inputs: CollectInputs): Promise<string> {
    const order = [undefined, "Pending", "Running"];
    const ranks = shards.map((pod) => order.indexOf(pod?.status?.phase)).map((rank) => (rank < 0 ? Infinity : rank));
    const behind = ranks.indexOf(Math.min(...ranks));
    return `${ofShard(behind, inputs)}${await podProgress(api, shards[behind])}`;
}

async function podProgress(api: Api, pod: V1Pod | undefined): Promise<string> {
    const containers = pod?.status?.containerStatuses ?? [];
    const slowest = containers.find(({ state }) => state?.terminated === undefined)?.name;
    if (pod?.status?.phase !== "Running" || slowest === undefined) {
        // Such as that no node has room for it.
        const why = pod?.status?.conditions?.find(({ status, message }) => status === "False" && message)?.message;
        return [pod?.status?.phase ?? "no pod", ...(why === undefined ? [] : [why])].join(": ");
    }
    const last = await lastLines(api, pod, slowest, 1);
    const done = containers.filter(({ state }) => state?.terminated !== undefined).length;
    return `${done} of ${containers.length} clients are done, ${slowest} has sent ${doneAt(last) || "no"} requests`;
}

/** Only ever shown to a person, so that a failure to read them is shown instead of them. */
async function lastLines(api: Api, pod: V1Pod, container: string, tailLines: number): Promise<string> {
    const { name = "", namespace = "" } = pod.metadata ?? {};
    try {
        return (await within(10, api.core.readNamespacedPodLog({ namespace, name, container, tailLines }))).trimEnd();
    } catch (error) {
        return `(not to be had: ${messageOf(error)})`;
    }
}
