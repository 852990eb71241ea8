/** What tells of a pod that a mesh has its traffic. */
export interface MeshedPod {
    /** Names of all its containers, those that start first included. */
    readonly containers: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

/** Containers that meshes inject, which take a pod's connections over. */
const sidecars = new Map([
    ["istio-proxy", "Istio"],
    ["linkerd-proxy", "Linkerd"],
    ["kuma-sidecar", "Kuma"],
    ["consul-dataplane", "Consul"],
]);
const ambientMode = "istio.io/dataplane-mode";

/**
 * The mesh that stands between the probe's pods and those behind the Services, or null. Its proxies choose pods by
 * rules of their own.
 *
 * @param pods of the probe, and behind the Services
 * @param namespaceLabels of their namespace
 */
export function meshOf(pods: readonly MeshedPod[], namespaceLabels: Readonly<Record<string, string>>): string | null {
    const injected = pods.flatMap(({ containers }) => containers.flatMap((name) => sidecars.get(name) ?? []));
    const isAmbient = ({ labels, annotations }: MeshedPod): boolean =>
        annotations["ambient.istio.io/redirection"] === "enabled" ||
        (labels[ambientMode] ?? namespaceLabels[ambientMode]) === "ambient";
    return injected[0] ?? (pods.some(isAmbient) ? "Istio's ambient mesh" : null);
}
