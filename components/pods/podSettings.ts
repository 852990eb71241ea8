import type * as k8s from "@pulumi/kubernetes";
import { restrictedPod, userOfPods } from "./podSecurity";

/** What lets a pod run on a node that keeps others away, as Kubernetes takes it. */
export interface Toleration {
    readonly key?: string;
    readonly operator?: "Exists" | "Equal";
    readonly value?: string;
    readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
    readonly tolerationSeconds?: number;
}

/** What a container asks for and may use at most, by resource, as Kubernetes takes it. */
export interface Resources {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
}

/** What clusters differ in, and all pods have to suit. */
export interface PodSettings {
    /** Names of the Secrets that images are pulled with, which are in the pods' namespace. */
    readonly imagePullSecrets: readonly string[];
    /** Taints of nodes that keep no pod away. */
    readonly tolerations: readonly Toleration[];
    /** Labels that a node must have, besides `kubernetes.io/os: linux`. */
    readonly nodeSelector: Readonly<Record<string, string>>;
    /** Whether the platform chooses user and groups of the pods, as OpenShift does, which refuses those that are given. */
    readonly platformUser: boolean;
    /** Whether pods set the sysctl that lets a user who is not root listen on the ports 53, 80 and 443. */
    readonly portSysctl: boolean;
    /** Whether a service mesh may put its proxy into the pods. */
    readonly mesh: boolean;
}

/** Whether nothing is asked for, which leaves it to what programs need. */
export function isEmpty(resources: Resources): boolean {
    return Object.keys(resources).length === 0;
}

/** What suits most clusters. */
export const usualPods: PodSettings = {
    imagePullSecrets: [],
    tolerations: [],
    nodeSelector: {},
    platformUser: false,
    portSysctl: true,
    mesh: false,
};

/** Fields of a pod's specification. */
export interface Scheduling {
    nodeSelector: Record<string, string>;
    imagePullSecrets: { name: string }[];
    tolerations: Toleration[];
}

/** Where a pod may run, and what its images are pulled with. */
export function scheduling({ imagePullSecrets, tolerations, nodeSelector }: PodSettings): Scheduling {
    return {
        // Neither nginx nor any client is built for Windows.
        nodeSelector: { "kubernetes.io/os": "linux", ...nodeSelector },
        imagePullSecrets: imagePullSecrets.map((name) => ({ name })),
        tolerations: tolerations.map((each) => ({ ...each })),
    };
}

/**
 * Security context of a pod.
 *
 * @param firstPort the first port that a user who is not root has to listen on, where one has to
 * @param readsSecret whether a file of a Secret is for the pods' group alone
 */
export function securityOf(
    { platformUser, portSysctl }: PodSettings,
    firstPort: number,
    readsSecret = false,
): k8s.types.input.core.v1.PodSecurityContext {
    const user = { runAsUser: userOfPods, runAsGroup: userOfPods, ...(readsSecret ? { fsGroup: userOfPods } : {}) };
    // A safe sysctl, which the restricted level accepts.
    const sysctls = [{ name: "net.ipv4.ip_unprivileged_port_start", value: String(firstPort) }];
    return {
        ...restrictedPod,
        ...(platformUser ? {} : user),
        ...(portSysctl ? { sysctls } : {}),
    };
}

/** Labels and annotations by which injectors of service meshes leave a pod alone. */
const outOfMesh = {
    labels: {
        "sidecar.istio.io/inject": "false",
        "istio.io/dataplane-mode": "none",
        "kuma.io/sidecar-injection": "disabled",
    },
    annotations: {
        // Releases of Istio before 1.9 know no label.
        "sidecar.istio.io/inject": "false",
        "linkerd.io/inject": "disabled",
        "consul.hashicorp.com/connect-inject": "false",
        "openservicemesh.io/sidecar-injection": "disabled",
        "appmesh.k8s.aws/sidecarInjectorWebhook": "disabled",
    },
};

/** What a pod has in its metadata to be in a service mesh, or out of all. */
export function meshMetadata({ mesh }: PodSettings): {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
} {
    return mesh ? { labels: {}, annotations: {} } : outOfMesh;
}

/** Annotations by which autoscalers leave a pod's node until the pod has ended. */
export const notEvicted = {
    "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    "karpenter.sh/do-not-disrupt": "true",
};
