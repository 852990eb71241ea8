import type { MeasuredService } from "../split/measurement/measurement";

/** By what clients came to a Service's pods, e.g. "headless" or "ClusterIP 10.96.0.7". */
export function reachedBy({ kind, clusterIP }: Pick<MeasuredService, "kind" | "clusterIP">): string {
    switch (kind) {
        case "headless":
            return "headless";
        case "ClusterIP":
            return `ClusterIP ${clusterIP}`;
        case "NodePort":
            return "NodePort of the client's own node";
        case "pod":
            return "a pod's own name";
    }
}
