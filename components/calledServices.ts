import type { PlannedService } from "../probe/plan";

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
