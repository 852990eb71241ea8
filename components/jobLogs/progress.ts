import type { V1Pod } from "@kubernetes/client-node";
import { withoutTimestamps } from "../../split/measurement/attempts";
import { patiently, type Api } from "./api";

/** How far a client is, from the last lines of its log. */
export interface Progress {
    /** Requests that it has sent, over all Services. */
    readonly done: number;
    /** Pods that answered the last of them; null for a client that counts. */
    readonly pods: readonly string[] | null;
    /** When the last line was written by the node's clock, and read by ours, in milliseconds since 1970. */
    readonly at: number;
    readonly read: number;
}

const lines = 20;

/** Nothing was sent yet where its container does not run. */
export async function clientProgress(api: Api, { metadata, status }: V1Pod, container: string): Promise<Progress> {
    const state = status?.containerStatuses?.find(({ name }) => name === container)?.state;
    const isThere = state?.running !== undefined || state?.terminated !== undefined;
    const { name = "", namespace = "" } = metadata ?? {};
    const log = { namespace, name, container, tailLines: lines, timestamps: true };
    const { text, times } = withoutTimestamps(isThere ? await patiently(() => api.core.readNamespacedPodLog(log)) : "");
    const read = Date.now();
    return {
        done: text.split("\n").reduce((most, line) => Math.max(most, doneAt(line)), 0),
        pods: / (outcome|interval) \[/.test(text)
            ? null
            : [...text.matchAll(/ request \[\d+,\d+,(?:\d+|null),[^,]+,"([^"]+)"/g)].map(([, pod = ""]) => pod),
        at: Math.max(0, ...times.values()),
        read,
    };
}

/**
 * How often each pod answered in the last interval of a client that counts. It tells of a pod once, and then by its
 * position: its log, which is small, is read whole.
 */
export async function countedLately(api: Api, { metadata }: V1Pod, container: string): Promise<[string, number][]> {
    const { name = "", namespace = "" } = metadata ?? {};
    const text = await patiently(() => api.core.readNamespacedPodLog({ namespace, name, container }));
    const pods = [...text.matchAll(/ outcome \["[^"]*",(?:"([^"]+)"|null)/g)].map(([, pod]) => pod);
    const [, pairs = ""] = [...text.matchAll(/ interval \[\d+,\d+,\d+,(\S+),\d+\]\n/g)].at(-1) ?? [];
    return [...pairs.matchAll(/\[(\d+),(\d+)\]/g)].flatMap(([, position, count]): [string, number][] => {
        const pod = pods[Number(position)];
        return pod === undefined ? [] : [[pod, Number(count)]];
    });
}

/** A request's number in the log is that of the requests up to it: the header is line 0. An interval ends with it. */
export function doneAt(line: string): number {
    const [, request, counted, end] =
        /^ts\d+ \S+ (?:(\d+) request |\d+ interval .*,(\d+)\]$|\d+ end \{"count":(\d+)\})/.exec(line) ?? [];
    return Number(request ?? counted ?? end ?? 0);
}
