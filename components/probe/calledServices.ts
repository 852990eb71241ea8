import type { PlannedService } from "../../probe/plan";
import type { Workload } from "../workload/nginxHostname";
import type { InternalTrafficPolicy, ServiceType } from "../workload/servicePair";

/** A Service as clients call it. */
export interface CalledService extends PlannedService {
    /** Name of the Service that leads there. */
    readonly service: string;
}

/** What there is to call. */
export interface Callable {
    /** Names of the two Services. */
    readonly headless: string;
    readonly clusterIP: string;
    /** Port of the ClusterIP Service at every node's address; null where it has none. */
    readonly nodePort: number | null;
    /** Name of a pod that the headless Service gives a name of its own; null where pods have none. */
    readonly pod: string | null;
    readonly internalTrafficPolicy: "Cluster" | "Local";
}

/** The arguments that decide what is called. */
export interface CallingArgs {
    /** First part of the Services' names. */
    readonly name: string;
    readonly serviceType: ServiceType;
    readonly internalTrafficPolicy: InternalTrafficPolicy;
    readonly workload: Workload;
    readonly tls: boolean;
}

/** Name of the first pod, where pods have names that are known beforehand. */
export function firstPodOf(workload: Workload, name: string): string | null {
    return workload === "StatefulSet" ? `${name}-0` : null;
}

/** What there is to call, by its names; the number of a node's port is the cluster's to give. */
export function callableBy({ name, serviceType, internalTrafficPolicy, workload, tls }: CallingArgs): Callable {
    return {
        ...{ headless: `${name}headless`, clusterIP: `${name}clusterip`, internalTrafficPolicy },
        // The certificate names Services and pods: it can't know the addresses of nodes.
        nodePort: serviceType === "NodePort" && !tls ? 0 : null,
        pod: firstPodOf(workload, name),
    };
}

/** Environment variable of the probe's containers that has the address of their node. */
export const nodeAddress = "NODE_ADDRESS";

/** What each client calls, in this order. */
export function calledServices(callable: Callable): CalledService[] {
    const { headless, clusterIP, nodePort, pod, internalTrafficPolicy } = callable;
    const all: CalledService[] = [
        { name: headless, kind: "headless", service: headless },
        {
            ...{ name: clusterIP, kind: "ClusterIP", service: clusterIP },
            ...(internalTrafficPolicy === "Local" ? { isLocal: true } : {}),
        },
    ];
    if (nodePort !== null) {
        // kubelet puts the address in: which node it is, is not known before the pod is there.
        const at = `$(${nodeAddress}):${nodePort}`;
        all.push({ name: `${clusterIP}-nodeport`, kind: "NodePort", service: clusterIP, at });
    }
    if (pod !== null) {
        all.push({ name: pod, kind: "pod", service: headless, at: `${pod}.${headless}` });
    }
    return all;
}
