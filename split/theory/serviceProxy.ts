import type { ServiceProxy } from "./context";

/** What a cluster says about what implements virtual addresses; null wherever it could not be read. */
export interface ProxyInventory {
    /** From kube-proxy's configuration, with kube-proxy's own defaults. */
    readonly kubeProxy: { readonly mode: string; readonly scheduler: string } | null;
    /** Nodes on which a pod of kube-proxy is ready. */
    readonly kubeProxyNodes: readonly string[];
    /** Names of the DaemonSets in kube-system that have a ready pod. */
    readonly daemonSets: readonly string[] | null;
    /** From Cilium's configuration; "" for what it leaves to Cilium's defaults. */
    readonly cilium: { readonly kubeProxyReplacement: string; readonly algorithm: string } | null;
}

/** Node of a pod of the probe, and whether kube-proxy answered it there. */
export interface ProxySeen {
    readonly node: string | null;
    readonly isKubeProxyAlive: boolean;
}

/** DaemonSets of Cilium, by its own name and by that on GKE. */
const ciliumAgents = ["cilium", "anetd"];
/** DaemonSets that implement virtual addresses for pods themselves, whether or not kube-proxy runs too. */
const otherProxies = [...ciliumAgents, "kube-router", "antrea-agent", "ovnkube-node"];

/**
 * What implements virtual addresses for the probe's pods, if that is certain; else `unknown`. A configuration alone
 * does not show that kube-proxy runs: its pod must be ready on the node of each of the probe's pods, or it must have
 * answered its health check there, as it also does where it runs outside of pods. No other agent that does its work may
 * run. And it must be known how it chooses a pod: at random, or in turns.
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
            // Round robin is the default scheduler, and the only one whose shares are known.
            return kubeProxy.scheduler === "rr" ? "ipvs" : "unknown";
        default:
            return "unknown";
    }
}
