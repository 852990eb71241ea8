import type * as k8s from "@pulumi/kubernetes";
import type { Resources, Toleration } from "../settings/kubernetesRules";
import type { SettingName, Settings } from "../settings/table";
import { restrictedPod, userOfPods } from "./podSecurity";

/** Settings that all pods share, because clusters differ in them. */
export const podSettings = [
    "imagePullSecrets",
    "tolerations",
    "nodeSelector",
    "platformUser",
    "portSysctl",
    "mesh",
] as const satisfies SettingName[];

export type PodSettingName = (typeof podSettings)[number];
export type PodSettings = Pick<Settings, PodSettingName>;

/** Whether nothing is asked for, which leaves it to what programs need. */
export function isEmpty(resources: Resources): boolean {
    return Object.keys(resources).length === 0;
}

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
    const context = { ...restrictedPod };
    if (!platformUser) {
        context.runAsUser = userOfPods;
        context.runAsGroup = userOfPods;
        if (readsSecret) {
            context.fsGroup = userOfPods;
        }
    }
    if (portSysctl) {
        // A safe sysctl, which the restricted level accepts.
        context.sysctls = [{ name: "net.ipv4.ip_unprivileged_port_start", value: String(firstPort) }];
    }
    return context;
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
