import type { PlannedService } from "../../probe/plan";
import type { ServiceFields } from "../../split/theory/context";

/** A Service that a probe calls, and the ways to it. */
export interface ProbedService extends Pick<ServiceFields, "internalTrafficPolicy" | "publishNotReadyAddresses"> {
    /** Its name, in the probe's namespace. */
    readonly name: string;
    readonly kind: "headless" | "ClusterIP";
    /** Its port at every node's address, which is called at the probe's own node too; null for none. */
    readonly nodePort: number | null;
    /** A pod that has a name of its own below the Service's name, which is called too; null for none. */
    readonly pod: string | null;
}

/** One name or address that clients call. */
export interface CalledService extends PlannedService {
    /** Name of the Service that leads there. */
    readonly service: string;
}

/** Environment variable of the probe's containers that holds the address of their node. */
export const nodeAddress = "NODE_ADDRESS";

/** What each client calls, in this order: the Services by their names, then ports of nodes, then pods. */
export function calledServices(services: readonly ProbedService[]): CalledService[] {
    return [...services.map(byName), ...services.flatMap(atNode), ...services.flatMap(ofPod)];
}

/** What logs and conditions call them. */
export function calledNames(services: readonly ProbedService[]): string[] {
    return calledServices(services).map(({ name }) => name);
}

function byName({ name, kind, internalTrafficPolicy }: ProbedService): CalledService {
    const called = { name, kind, service: name };
    return internalTrafficPolicy === "Local" ? { ...called, isLocal: true } : called;
}

function atNode({ name, nodePort }: ProbedService): CalledService[] {
    if (nodePort === null) {
        return [];
    }
    // kubelet puts the address in: the node is not known before the pod runs.
    const at = `$(${nodeAddress}):${nodePort}`;
    return [{ name: `${name}-nodeport`, kind: "NodePort", service: name, at }];
}

function ofPod({ name, pod }: ProbedService): CalledService[] {
    return pod === null ? [] : [{ name: pod, kind: "pod", service: name, at: `${pod}.${name}` }];
}
