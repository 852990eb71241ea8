import type * as k8s from "@pulumi/kubernetes";

/** Security context of a container that the restricted Pod Security level accepts. */
export const restrictedContainer: k8s.types.input.core.v1.SecurityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
};

/** The group of such a pod's user. */
export const groupOfPods = 65532;

/** Security context of a pod that the restricted Pod Security level accepts, as an arbitrary user without a name. */
export const restrictedPod: k8s.types.input.core.v1.PodSecurityContext = {
    runAsNonRoot: true,
    runAsUser: 65532,
    runAsGroup: groupOfPods,
    seccompProfile: { type: "RuntimeDefault" },
};
