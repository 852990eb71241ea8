import type * as k8s from "@pulumi/kubernetes";

/** Security context of a container that the restricted Pod Security level accepts. */
export const restrictedContainer: k8s.types.input.core.v1.SecurityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    readOnlyRootFilesystem: true,
};

/** An arbitrary user without a name, and its group. */
export const userOfPods = 65532;

/** Security context of a pod that the restricted Pod Security level accepts, as whatever user that is not root. */
export const restrictedPod: k8s.types.input.core.v1.PodSecurityContext = {
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};
