/** What shows that a service mesh handles the traffic of a pod. */
export interface MeshedPod {
    /** Names of all its containers, init containers included. */
    readonly containers: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

/** Containers that meshes inject to handle a pod's connections. */
const sidecars = new Map([
    ["istio-proxy", "Istio"],
    ["linkerd-proxy", "Linkerd"],
    ["kuma-sidecar", "Kuma"],
    ["consul-dataplane", "Consul"],
]);
const ambientMode = "istio.io/dataplane-mode";

/**
 * The service mesh between the probe's pods and those behind the Services; null for none.
 *
 * @param pods of the probe, and behind the Services
 * @param namespaceLabels labels of their namespace
 */
export function meshOf(pods: readonly MeshedPod[], namespaceLabels: Readonly<Record<string, string>>): string | null {
    const injected = pods.flatMap(({ containers }) => containers.flatMap((name) => sidecars.get(name) ?? []));
    const isAmbient = ({ labels, annotations }: MeshedPod): boolean =>
        annotations["ambient.istio.io/redirection"] === "enabled" ||
        (labels[ambientMode] ?? namespaceLabels[ambientMode]) === "ambient";
    return injected[0] ?? (pods.some(isAmbient) ? "Istio's ambient mesh" : null);
}
