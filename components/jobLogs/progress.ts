import type { V1Pod } from "@kubernetes/client-node";
import { withoutTimestamps } from "../../split/attempts";
import { patiently, type Api } from "./api";

/** How far a client is, from the last lines of its log. */
export interface Progress {
    /** Requests that it has sent, over all Services. */
    readonly done: number;
    /** Pods that answered the last of them. */
    readonly pods: readonly string[];
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
        pods: [...text.matchAll(/ request \[\d+,\d+,(?:\d+|null),[^,]+,"([^"]+)"/g)].map(([, pod = ""]) => pod),
        at: Math.max(0, ...times.values()),
        read,
    };
}

/** A request's number in the log is that of the requests up to it: the header is line 0. An interval ends with it. */
export function doneAt(line: string): number {
    const [, request, counted, end] =
        /^ts\d+ \S+ (?:(\d+) request |\d+ interval .*,(\d+)\]$|\d+ end \{"count":(\d+)\})/.exec(line) ?? [];
    return Number(request ?? counted ?? end ?? 0);
}
