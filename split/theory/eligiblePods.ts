import type { Choice } from "./choice";
import type { Backend, Context } from "./context";
import { podNames } from "./listed";

/** The pods that a Service's traffic policies leave to choose from. */
export interface Eligible {
    readonly pods: readonly Backend[];
    /** Beginning of a sentence on the policy that left these pods, up to its main clause; "" without a policy. */
    readonly because: string;
}

/**
 * Applies the policies on where traffic to a virtual address may go, as kube-proxy does (CategorizeEndpoints in
 * pkg/proxy/topology.go, Kubernetes 1.37).
 *
 * @param published the pods that the Service offers
 * @returns the pods that are left, or the choice where the policy settles it
 */
export function eligiblePods({ service, client, proxy }: Context, published: readonly Backend[]): Eligible | Choice {
    // For a proxy, traffic to a node's port comes from outside the cluster, wherever it comes from.
    if (service.internalTrafficPolicy === "Local" && service.kind !== "NodePort") {
        return localPods(client.node, published);
    }
    const { trafficDistribution } = service;
    if (trafficDistribution === null) {
        return { pods: published, because: "" };
    }
    const policy = `With trafficDistribution ${trafficDistribution}`;
    const nearby = trafficDistribution === "PreferSameNode" ? sameNode(client, published) : sameZone(client, published);
    if (nearby === null) {
        return placementNotKnown(policy, published);
    }
    if (nearby.length === published.length) {
        return { pods: published, because: `${policy}, all pods are eligible here, and ` };
    }
    if (proxy !== "iptables" && proxy !== "nftables" && proxy !== "ipvs") {
        const switchedOn = "Cilium prefers it only with its service topology switched on";
        const sentence =
            proxy === "cilium"
                ? `${policy}, ${podNames(nearby)} would be preferred, but ${switchedOn}, which is not known here.`
                : `${policy}, kube-proxy prefers ${podNames(nearby)}; ${switchedOn}. Which of them runs here is not known.`;
        return {
            candidates: published,
            draws: "unknown",
            reason: { tag: "unknown-proxy", sentence },
        };
    }
    return { pods: nearby, because: `${policy}, only pods nearby are eligible, and ` };
}

function localPods(node: string | null, published: readonly Backend[]): Eligible | Choice {
    const policy = "With internalTrafficPolicy Local";
    const local = on("node", node, published);
    if (local === null) {
        return placementNotKnown(policy, published);
    }
    if (local.length === 0) {
        return {
            candidates: [],
            draws: "none",
            reason: {
                tag: "no-pod",
                sentence: `${policy}, only pods on the client's node ${node} are eligible; there is none, so connections fail.`,
            },
        };
    }
    return { pods: local, because: `${policy}, only pods on the client's node are eligible, and ` };
}

/** Where no pod is on the node, PreferSameNode falls back to the zone. */
function sameNode(client: Context["client"], published: readonly Backend[]): readonly Backend[] | null {
    const local = on("node", client.node, published);
    return local?.length === 0 ? sameZone(client, published) : local;
}

/** The preference is ignored where one pod is on a node without a zone, or no pod is in the client's zone. */
function sameZone(client: Context["client"], published: readonly Backend[]): readonly Backend[] | null {
    if (published.some(({ zone }) => zone === "")) {
        return published;
    }
    const near = on("zone", client.zone, published);
    return near?.length === 0 ? published : near;
}

function on(place: "node" | "zone", name: string | null, pods: readonly Backend[]): readonly Backend[] | null {
    const isKnown = name !== null && pods.every((pod) => pod[place] !== null);
    return isKnown ? pods.filter((pod) => pod[place] === name) : null;
}

function placementNotKnown(policy: string, candidates: readonly Backend[]): Choice {
    return {
        candidates,
        draws: "unknown",
        reason: {
            tag: "placement-not-known",
            sentence: `${policy}, nodes and zones decide; where the client and all pods run is not known.`,
        },
    };
}
