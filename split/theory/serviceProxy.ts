import type { ServiceProxy } from "./context";

/** What a cluster tells of who implements virtual addresses; null wherever it could not be read. */
export interface ProxyInventory {
    /** Of kube-proxy's configuration, its own defaults filled in. */
    readonly kubeProxy: { readonly mode: string; readonly scheduler: string } | null;
    /** Nodes on which a pod of kube-proxy is ready. */
    readonly kubeProxyNodes: readonly string[];
    /** Names of the DaemonSets of kube-system that have a ready pod. */
    readonly daemonSets: readonly string[] | null;
    /** Of Cilium's configuration; "" for what it leaves to its defaults. */
    readonly cilium: { readonly kubeProxyReplacement: string; readonly algorithm: string } | null;
}

/** Where a pod of the probe runs, and whether it heard from kube-proxy there. */
export interface ProxySeen {
    readonly node: string | null;
    readonly isKubeProxyAlive: boolean;
}

/** DaemonSets of Cilium, by its own name and as GKE has it. */
const ciliumAgents = ["cilium", "anetd"];
/** DaemonSets that implement virtual addresses for pods by themselves, whether kube-proxy runs as well or not. */
const otherProxies = [...ciliumAgents, "kube-router", "antrea-agent", "ovnkube-node"];

/**
 * Who implements virtual addresses for the probe's pods: only what is positively known. Configuration alone is no sign
 * of life: kube-proxy counts where its pod is ready on the node of each of the probe's pods, or where it answered there
 * itself, as it also does where it runs beside the cluster's pods; and it does not count where another agent that does
 * its work runs. How it chooses has to be known, too: at random, or in turns.
 */
export function proxyOf(
    { kubeProxy, kubeProxyNodes, daemonSets, cilium }: ProxyInventory,
    seen: readonly ProxySeen[],
): ServiceProxy {
    if (daemonSets === null) {
        return "unknown";
    }
    if (daemonSets.some((name) => ciliumAgents.includes(name))) {
        const { kubeProxyReplacement = "", algorithm = "" } = cilium ?? {};
        const isInPlace = ["true", "strict"].includes(kubeProxyReplacement);
        return isInPlace && ["", "random"].includes(algorithm) ? "cilium" : "unknown";
    }
    const isAlive = seen.every(
        ({ node, isKubeProxyAlive }) => isKubeProxyAlive || (node !== null && kubeProxyNodes.includes(node)),
    );
    if (kubeProxy === null || !isAlive || daemonSets.some((name) => otherProxies.includes(name))) {
        return "unknown";
    }
    switch (kubeProxy.mode) {
        case "iptables":
        case "nftables":
            return kubeProxy.mode;
        case "ipvs":
            // Of its schedulers, round robin is the default, and the one whose shares are known.
            return kubeProxy.scheduler === "rr" ? "ipvs" : "unknown";
        default:
            return "unknown";
    }
}
