import type { Answer } from "./kubernetesApi";
import { linesOf, resolverLinesOf, smallLog, smallResolverRun, textOf } from "./probeLogs";

const indexKey = "batch.kubernetes.io/job-completion-index";

/** Paths that a collector asks for, of a Job `probe` with uid `uid-1` in namespace `ns`. */
export const jobPath = "/apis/batch/v1/namespaces/ns/jobs/probe";
export const probePods = "/api/v1/namespaces/ns/pods?labelSelector=batch.kubernetes.io/controller-uid=uid-1";
export const backends = "/api/v1/namespaces/ns/pods?labelSelector=traffic-split/workload=nginx";
export const log = "/api/v1/namespaces/ns/pods/probe-x7k2p/log?container=curl";
export const resolverLog = "/api/v1/namespaces/ns/pods/probe-x7k2p/log?container=resolver";
export const tail = `${log}&tailLines=10`;
export const slices =
    "/apis/discovery.k8s.io/v1/namespaces/ns/endpointslices?" +
    "labelSelector=kubernetes.io/service-name in (nginxheadless,nginxclusterip),traffic-split/owner=owner-1";
const system = "namespaces/kube-system";
export const kubeProxy = `/api/v1/${system}/configmaps/kube-proxy`;
export const kubeProxyPods = `/api/v1/${system}/pods?labelSelector=k8s-app=kube-proxy`;
export const ciliumConfig = `/api/v1/${system}/configmaps/cilium-config`;
export const corefile = `/api/v1/${system}/configmaps/coredns`;
export const coreDns = `/apis/apps/v1/${system}/deployments/coredns`;
export const daemonSets = `/apis/apps/v1/${system}/daemonsets`;
export const probeNode = "/api/v1/nodes/node-1";

/** A Job's status as its controller writes it: what is about to be comes first, then what is. */
export function job(...conditions: [type: string, reason?: string, message?: string][]): object {
    return {
        metadata: { name: "probe", namespace: "ns", uid: "uid-1" },
        status: {
            startTime: "2024-05-01T10:00:00Z",
            conditions: conditions.map(([type, reason, message]) => ({ type, status: "True", reason, message })),
        },
    };
}

export const running = job();
export const complete = job(["SuccessCriteriaMet", "CompletionsReached"], ["Complete", "CompletionsReached"]);
const tooLong: [string, string] = ["DeadlineExceeded", "Job was active longer than specified deadline"];
export const failed = job(["FailureTarget", ...tooLong], ["Failed", ...tooLong]);

/** A slice of one Service: pods by name, each with its address, and those that are not ready. */
export function slice(
    service: string,
    pods: Record<string, string>,
    generation = 1,
    unready: Record<string, string> = {},
): object {
    const endpoints = (of: Record<string, string>, ready: boolean): object[] =>
        Object.entries(of).map(([name, address]) => ({
            ...{ addresses: [address], conditions: { ready }, zone: "zone-1" },
            targetRef: { kind: "Pod", name },
        }));
    return {
        metadata: { uid: `slice-of-${service}`, generation, labels: { "kubernetes.io/service-name": service } },
        addressType: "IPv4",
        endpoints: [...endpoints(pods, true), ...endpoints(unready, false)],
    };
}

/** The probe's pod, with the state of its containers by name; `resolver` and `wait` are init containers. */
export function probePod(
    states: Record<string, object>,
    status: object = { phase: "Running" },
    index = 0,
    name = "probe-x7k2p",
): object {
    const initial = ["resolver", "wait"];
    const statuses = (areInitial: boolean): object[] =>
        Object.entries(states)
            .filter(([name]) => initial.includes(name) === areInitial)
            .map(([name, state]) => ({ name, state, restartCount: 0 }));
    return {
        metadata: { name, namespace: "ns", annotations: { [indexKey]: String(index) } },
        spec: { nodeName: `node-${index + 1}`, containers: [] },
        status: { ...status, initContainerStatuses: statuses(true), containerStatuses: statuses(false) },
    };
}

/** A DaemonSet with as many ready pods. */
export function daemonSet(name: string, numberReady = 1): object {
    return { metadata: { name }, status: { numberReady } };
}

export function readyPodOn(node: string, isReady = true): object {
    const conditions = [{ type: "Ready", status: isReady ? "True" : "False" }];
    return { metadata: { name: `kube-proxy-on-${node}` }, spec: { nodeName: node }, status: { conditions } };
}

const ended = (exitCode: number) => ({
    terminated: { exitCode, reason: exitCode === 0 ? "Completed" : "Error", finishedAt: "2024-05-01T10:00:09Z" },
});
export const [done, crashed] = [ended(0), ended(1)];

/** One whole run; a collector that asks for the Job again after its end finds it gone. */
export const whole: Record<string, Answer | Answer[]> = {
    [jobPath]: [complete, 404],
    [probePods]: { items: [probePod({ resolver: done, wait: done, curl: done })] },
    [log]: textOf(linesOf(smallLog)),
    [tail]: "probe: not ready after 60 s: nginxheadless must have 3 addresses in DNS, got 2\n",
    [resolverLog]: textOf(resolverLinesOf(smallResolverRun)),
    [slices]: {
        items: [
            slice("nginxheadless", { "nginx-a": "10.244.0.5" }),
            slice("nginxclusterip", { "nginx-a": "10.244.0.5" }),
            { ...slice("nginxheadless", { "nginx-a": "fd00::5" }), addressType: "IPv6" },
        ],
    },
    [kubeProxy]: { data: { "config.conf": "kind: KubeProxyConfiguration\nmode: nftables\n" } },
    [corefile]: {
        data: { Corefile: ".:53 {\n    errors\n    kubernetes cluster.local\n    cache 30\n    loadbalance\n}\n" },
    },
    [coreDns]: { spec: { template: { spec: { containers: [{ image: "registry.k8s.io/coredns/coredns:v1.12.1" }] } } } },
    [daemonSets]: { items: [daemonSet("kube-proxy")] },
    [kubeProxyPods]: { items: ["node-1", "node-2", "node-3"].map((node) => readyPodOn(node)) },
    [ciliumConfig]: 404,
    "/api/v1/namespaces/ns": { metadata: { name: "ns", labels: {} } },
    [probeNode]: { metadata: { labels: { "topology.kubernetes.io/zone": "zone-1" } } },
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
        spec: {
            ...{ clusterIP: "10.96.0.7", sessionAffinity: "ClientIP", internalTrafficPolicy: "Local" },
            ...{ trafficDistribution: "PreferClose", publishNotReadyAddresses: true },
        },
    },
};
