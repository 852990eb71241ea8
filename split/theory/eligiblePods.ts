import { podNames, type Choice } from "./choice";
import type { Context, Endpoint } from "./context";

/** The pods that a Service's traffic policies leave to choose from. */
export interface Eligible {
    readonly pods: readonly Endpoint[];
    /** Beginning of a sentence on the policy that left these, with what joins it to the rest; "" without a policy. */
    readonly because: string;
}

/**
 * Applies the policies on where traffic to a virtual address may go, as kube-proxy does (CategorizeEndpoints in
 * pkg/proxy/topology.go, Kubernetes 1.37).
 *
 * @param published the pods that the Service offers
 * @returns the pods left, or what there is to say where that settles it
 */
export function eligiblePods({ service, client, proxy }: Context, published: readonly Endpoint[]): Eligible | Choice {
    // To a proxy, what comes to a node's port comes from outside the cluster, from wherever it does.
    if (service.internalTrafficPolicy === "Local" && service.kind !== "NodePort") {
        return localPods(client.node, published);
    }
    const { trafficDistribution } = service;
    if (trafficDistribution === null) {
        return { pods: published, because: "" };
    }
    const policy = `trafficDistribution ${trafficDistribution}`;
    const nearby = trafficDistribution === "PreferSameNode" ? sameNode(client, published) : sameZone(client, published);
    if (nearby === null) {
        return placementNotKnown(policy, published);
    }
    if (nearby.length === published.length) {
        return { pods: published, because: `${policy} leaves all pods here, and ` };
    }
    if (proxy !== "iptables" && proxy !== "nftables" && proxy !== "ipvs") {
        const prefers = `${policy} prefers ${podNames(nearby)}, which`;
        const sentence =
            proxy === "cilium"
                ? `${prefers} Cilium follows only with its service topology switched on; whether it is, is not known.`
                : `${prefers} kube-proxy follows but Cilium only with its service topology switched on; which of ` +
                  "them holds here is not known.";
        return { candidates: published, draws: "unknown", reason: { tag: "unknown-proxy", sentence } };
    }
    return { pods: nearby, because: `${policy} keeps traffic to pods nearby, and ` };
}

function localPods(node: string | null, published: readonly Endpoint[]): Eligible | Choice {
    const policy = "internalTrafficPolicy Local";
    const local = on("node", node, published);
    if (local === null) {
        return placementNotKnown(policy, published);
    }
    if (local.length === 0) {
        const sentence = `${policy} allows only pods of the client's node ${node}, and none is there, so that connections fail.`;
        return { candidates: [], draws: "none", reason: { tag: "no-pod", sentence } };
    }
    return { pods: local, because: `${policy} keeps traffic on the client's node, and ` };
}

/** Where no pod is on the node, PreferSameNode falls back to the zone. */
function sameNode(client: Context["client"], published: readonly Endpoint[]): readonly Endpoint[] | null {
    const local = on("node", client.node, published);
    return local?.length === 0 ? sameZone(client, published) : local;
}

/** One pod on a node without a zone, or none in the client's zone, and the preference is ignored. */
function sameZone(client: Context["client"], published: readonly Endpoint[]): readonly Endpoint[] | null {
    if (published.some(({ zone }) => zone === "")) {
        return published;
    }
    const near = on("zone", client.zone, published);
    return near?.length === 0 ? published : near;
}

function on(place: "node" | "zone", name: string | null, pods: readonly Endpoint[]): readonly Endpoint[] | null {
    const isKnown = name !== null && pods.every((pod) => pod[place] !== null);
    return isKnown ? pods.filter((pod) => pod[place] === name) : null;
}

function placementNotKnown(policy: string, candidates: readonly Endpoint[]): Choice {
    const sentence = `${policy} decides by node and zone, and where the client and all pods run is not known.`;
    return { candidates, draws: "unknown", reason: { tag: "placement-not-known", sentence } };
}
