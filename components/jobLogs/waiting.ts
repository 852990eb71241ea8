import type { V1ContainerStatus, V1Job, V1Pod } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, patiently, type Api } from "./api";
import { within } from "../within";
import { doneAt } from "./progress";
import type { CollectInputs } from "./inputs";

const pollMs = 250;
const progressEveryMs = 5_000;
const pullFailures = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ErrInvalidImage"];

/** A probe that came to its end. */
export interface EndedJob {
    readonly pod: V1Pod;
    /** When the Job began and when the last of its clients ended, as ISO 8601. */
    readonly startedAt: string;
    readonly finishedAt: string;
}

/**
 * Waits until all that the Job's pod runs has ended well; that the Job is complete is told two seconds later.
 *
 * @param progress called every few seconds with one line for a person
 * @param look called again and again with the Job's pod while it runs
 * @throws Error where the Job failed, with its own reason and the last lines of its logs; where it is not the Job
 *   asked for; where an image can't be pulled, naming it; and where it takes longer than `timeoutSeconds`
 */
export async function waitForJob(
    api: Api,
    inputs: CollectInputs,
    progress: (line: string) => void,
    look: (pod: V1Pod) => Promise<void> = () => Promise.resolve(),
): Promise<EndedJob> {
    let pullFailsSince: number | undefined;
    let nextProgress = Date.now() + progressEveryMs;
    const deadline = Date.now() + inputs.timeoutSeconds * 1000;
    let last = "nothing was seen of it";
    for (;;) {
        const { job, pods } = await readJob(api, inputs);
        const condition = (type: string) =>
            job.status?.conditions?.find((each) => each.type === type && each.status === "True");
        const [pod] = pods;
        // Only the resolver is started again by itself; what it wrote before is lost then, if it can run at all.
        const restarted = pods.flatMap(statusesOf).find(({ restartCount }) => restartCount > 0);
        if (restarted !== undefined) {
            throw new Error(
                await failure(api, inputs, pods, `Its container ${restarted.name} ended too early; ${last}`),
            );
        }
        const isComplete = condition("Complete") !== undefined;
        if (isComplete && pod === undefined) {
            throw new Error(
                `Job ${inputs.namespace}/${inputs.job} is complete, but its pod is gone, and its logs with it`,
            );
        }
        if (pod !== undefined && (isComplete || hasEndedWell(pod, inputs))) {
            return { pod, ...timesOf(job, pod) };
        }
        const failed = condition("Failed");
        if (failed !== undefined) {
            throw new Error(await failure(api, inputs, pods, `${failed.reason}: ${failed.message}; ${last}`));
        }
        const stuck = pods.map(pullFailure).find((each) => each !== undefined);
        pullFailsSince = stuck === undefined ? undefined : (pullFailsSince ?? Date.now());
        if (stuck !== undefined && Date.now() - (pullFailsSince ?? 0) > inputs.pullTimeoutSeconds * 1000) {
            throw new Error(`Job ${inputs.namespace}/${inputs.job}: ${stuck}`);
        }
        if (pod?.status?.phase === "Running") {
            await look(pod);
        }
        if (Date.now() > nextProgress) {
            nextProgress = Date.now() + progressEveryMs;
            last = `last seen: ${await progressOf(api, pod)}`;
            progress(`${inputs.job}: ${last}`);
        }
        if (Date.now() > deadline) {
            throw new Error(`Job ${inputs.namespace}/${inputs.job} did not end in ${inputs.timeoutSeconds} s; ${last}`);
        }
        await sleep(pollMs);
    }
}

/** Whether every container, the resolver included, has ended without an error. */
function hasEndedWell(pod: V1Pod, { clients }: CollectInputs): boolean {
    const clientsTold = (pod.status?.containerStatuses ?? []).length === clients.length;
    return clientsTold && statusesOf(pod).every(({ state }) => state?.terminated?.exitCode === 0);
}

function timesOf({ status }: V1Job, pod: V1Pod): Pick<EndedJob, "startedAt" | "finishedAt"> {
    const ends = (pod.status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
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

function statusesOf({ status }: V1Pod): V1ContainerStatus[] {
    return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

async function failure(api: Api, { namespace, job }: CollectInputs, pods: V1Pod[], reason: string): Promise<string> {
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
    return [`Job ${namespace}/${job} failed. ${reason}`, ...(await Promise.all(tails))].join("\n");
}

async function progressOf(api: Api, pod: V1Pod | undefined): Promise<string> {
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
