import { podNames, type Choice, type Draws, type ReasonTag } from "./choice";
import type { Context, Endpoint, ServiceProxy } from "./context";
import { eligiblePods } from "./eligiblePods";

/**
 * Who answers behind a virtual address: the proxy on the client's node picks a pod as the connection is made.
 *
 * @param published the pods that the Service offers
 */
export function chosenByProxy(context: Context, published: readonly Endpoint[]): Choice {
    if (context.proxy === "unknown" && published.length > 1) {
        const sentence = "what proxies virtual addresses here, and how it chooses, is not known.";
        return { candidates: null, draws: "unknown", reason: { tag: "unknown-proxy", sentence } };
    }
    const eligible = eligiblePods(context, published);
    if ("draws" in eligible) {
        return eligible;
    }
    const { pods, because } = eligible;
    const choice = (draws: Draws, tag: ReasonTag, what: string): Choice => ({
        candidates: pods,
        draws,
        reason: { tag, sentence: `${because}${what}.` },
    });
    if (pods.length === 1) {
        return choice("independent", "only-one-pod", `${podNames(pods)} is the only pod to choose from`);
    }
    if (context.service.sessionAffinity === "ClientIP") {
        const what = `sessionAffinity ClientIP gives all connections from one address to one of ${pods.length} pods`;
        return choice("one choice", "client-affinity", what);
    }
    const { draws, tag, what } = proxies[context.proxy === "unknown" ? "not yet known" : context.proxy];
    return choice(draws, tag, what.replace("{}", `${pods.length} pods`));
}

const random = { draws: "independent", tag: "kube-proxy-random" } as const;
const even = "no more uneven than independent";

/** How each picks, its own defaults kept; `{}` stands for the pods. */
const proxies: Readonly<Record<Exclude<ServiceProxy, "unknown">, { draws: Draws; tag: ReasonTag; what: string }>> = {
    iptables: { ...random, what: "kube-proxy (iptables) draws one of {} at random for each connection" },
    nftables: { ...random, what: "kube-proxy (nftables) draws one of {} at random for each connection" },
    cilium: {
        draws: "independent",
        tag: "cilium-random",
        what: "Cilium, by default, draws one of {} at random as the client connects",
    },
    // The turns are the node's: other clients there take some of them.
    ipvs: {
        draws: even,
        tag: "ipvs-round-robin",
        what: "kube-proxy (IPVS, by default round robin) gives {} their turns, counted over all clients of the node",
    },
    "not yet known": {
        draws: even,
        tag: "unknown-proxy",
        what: "kube-proxy in any mode, and Cilium, gives each of {} the same share by default, at random or in turns",
    },
};
