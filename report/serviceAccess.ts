import type { MeasuredService } from "../split/measurement/measurement";

/** How clients reach the pods of a Service, e.g. "headless" or "ClusterIP 10.96.0.7". */
export function serviceAccess({ kind, clusterIP }: Pick<MeasuredService, "kind" | "clusterIP">): string {
    switch (kind) {
        case "headless":
            return "headless";
        case "ClusterIP":
            return `ClusterIP ${clusterIP}`;
        case "NodePort":
            return "NodePort of the client's own node";
        case "pod":
            return "name of one pod";
    }
}
