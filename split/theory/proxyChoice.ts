import type { Choice, Draws, ReasonTag } from "./choice";
import type { Backend, Context } from "./context";
import { eligiblePods } from "./eligiblePods";
import { podNames } from "./listed";

/**
 * Who answers behind a virtual address: the proxy on the client's node picks a pod for each connection.
 *
 * @param published the pods that the Service offers
 */
export function chosenByProxy(context: Context, published: readonly Backend[]): Choice {
    if (context.proxy === "unknown" && published.length > 1) {
        return {
            candidates: null,
            draws: "unknown",
            reason: {
                tag: "unknown-proxy",
                sentence: "What implements virtual addresses here, and how it chooses a pod, is not known.",
            },
        };
    }
    const eligible = eligiblePods(context, published);
    if ("draws" in eligible) {
        return eligible;
    }
    const { pods, because } = eligible;
    const choice = (draws: Draws, tag: ReasonTag, what: string): Choice => {
        const sentence = `${because}${what}.`;
        return {
            candidates: pods,
            draws,
            reason: { tag, sentence: sentence.charAt(0).toUpperCase() + sentence.slice(1) },
        };
    };
    if (pods.length === 1) {
        return choice("independent", "only-one-pod", `the only pod to choose from is ${podNames(pods)}`);
    }
    if (context.service.sessionAffinity === "ClientIP") {
        const what = `because of sessionAffinity ClientIP, all connections from one address go to one of ${pods.length} pods`;
        return choice("one choice", "client-affinity", what);
    }
    const { draws, tag, what } = proxies[context.proxy === "unknown" ? "not yet known" : context.proxy];
    return choice(draws, tag, what(`${pods.length} pods`));
}

interface ProxyTraits {
    readonly draws: Draws;
    readonly tag: ReasonTag;
    /** A main clause about these pods. */
    readonly what: (pods: string) => string;
}

/** How each proxy picks a pod with its default settings. */
const proxies: Readonly<Record<Exclude<Context["proxy"], "unknown">, ProxyTraits>> = {
    iptables: {
        draws: "independent",
        tag: "kube-proxy-random",
        what: (pods) => `for each connection, kube-proxy (iptables) draws one of ${pods} at random`,
    },
    nftables: {
        draws: "independent",
        tag: "kube-proxy-random",
        what: (pods) => `for each connection, kube-proxy (nftables) draws one of ${pods} at random`,
    },
    cilium: {
        draws: "independent",
        tag: "cilium-random",
        what: (pods) => `for each connection, Cilium by default draws one of ${pods} at random`,
    },
    // The turns are the node's: other clients there take some of them.
    ipvs: {
        draws: "at most multinomial spread",
        tag: "ipvs-round-robin",
        what: (pods) =>
            `for each connection, kube-proxy (IPVS, round robin) takes the next of ${pods} in turn, over all clients of the node`,
    },
    "not yet known": {
        draws: "at most multinomial spread",
        tag: "unknown-proxy",
        what: (pods) =>
            `by default, kube-proxy in any mode and Cilium give ${pods} equal shares, at random or in turns`,
    },
};
