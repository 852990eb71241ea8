import type { Answer } from "./kubernetesApi";
import { linesOf, smallLog, textOf } from "./probeLogs";

/** Paths that a collector asks for, of a Job `probe` with uid `uid-1` in namespace `ns`. */
export const jobPath = "/apis/batch/v1/namespaces/ns/jobs/probe";
export const probePods = "/api/v1/namespaces/ns/pods?labelSelector=batch.kubernetes.io/controller-uid=uid-1";
export const backends = "/api/v1/namespaces/ns/pods?labelSelector=app.kubernetes.io/name=nginx";
export const log = "/api/v1/namespaces/ns/pods/probe-x7k2p/log?container=curl";
export const tail = `${log}&tailLines=10`;

/** A Job's status as its controller writes it: what is about to be comes first, then what is. */
export function job(...conditions: [type: string, reason?: string, message?: string][]): object {
    return {
        metadata: { name: "probe", namespace: "ns", uid: "uid-1" },
        status: {
            startTime: "2024-05-01T10:00:00Z",
            completionTime: "2024-05-01T10:00:09Z",
            conditions: conditions.map(([type, reason, message]) => ({ type, status: "True", reason, message })),
        },
    };
}

export const running = job();
export const complete = job(["SuccessCriteriaMet", "CompletionsReached"], ["Complete", "CompletionsReached"]);
const tooLong: [string, string] = ["DeadlineExceeded", "Job was active longer than specified deadline"];
export const failed = job(["FailureTarget", ...tooLong], ["Failed", ...tooLong]);

/** One whole run; a collector that asks for the Job again after its end finds it gone. */
export const whole: Record<string, Answer | Answer[]> = {
    [jobPath]: [complete, 404],
    [probePods]: {
        items: [
            {
                metadata: { name: "probe-x7k2p", namespace: "ns" },
                spec: { nodeName: "node-1", containers: [{ name: "curl" }] },
                status: {
                    phase: "Running",
                    containerStatuses: [{ name: "curl", state: { terminated: { exitCode: 1, reason: "Error" } } }],
                },
            },
        ],
    },
    [log]: textOf(linesOf(smallLog)),
    [tail]: "probe: after 60 s, nginxheadless has 2 addresses in DNS instead of 3\n",
    [backends]: {
        items: [
            {
                metadata: { name: "nginx-b" },
                spec: { nodeName: "node-2" },
                status: {
                    podIPs: [{ ip: "fd00::6" }, { ip: "10.244.1.6" }],
                    conditions: [{ type: "Ready", status: "False" }],
                },
            },
            {
                metadata: { name: "nginx-a" },
                spec: { nodeName: "node-1" },
                status: { podIPs: [{ ip: "10.244.0.5" }], conditions: [{ type: "Ready", status: "True" }] },
            },
            { metadata: { name: "nginx-c" }, spec: {}, status: {} },
            {
                metadata: { name: "nginx-leaving", deletionTimestamp: "2024-05-01T10:00:00Z" },
                spec: {},
                status: { phase: "Running" },
            },
            { metadata: { name: "nginx-evicted" }, spec: {}, status: { phase: "Failed" } },
        ],
    },
    "/api/v1/namespaces/ns/services/nginxheadless": {
        metadata: { name: "nginxheadless" },
        spec: { clusterIP: "None" },
    },
    "/api/v1/namespaces/ns/services/nginxclusterip": {
        metadata: { name: "nginxclusterip" },
        spec: { clusterIP: "10.96.0.7" },
    },
};
