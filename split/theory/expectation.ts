import { podNames, type Choice, type Draws, type Reason } from "./choice";
import { chosenByProxy } from "./proxyChoice";
import { isByAddressOfPod, type Context, type Endpoint } from "./context";
import { chosenByClient } from "./resolverChoice";

/** What distribution theory expects of one client at one Service. Plain JSON. */
export interface Expectation {
    /** Probability of each pod of the context by name, summing to 1; null where theory does not know it. */
    readonly distribution: Readonly<Record<string, number>> | null;
    readonly draws: Draws;
    /**
     * Pods that can answer; one of any other name contradicts, even where `distribution` is null. null where nothing is
     * claimed at all.
     */
    readonly candidates: readonly string[] | null;
    readonly reason: Reason;
}

/**
 * What to expect, before any count is looked at. It claims nothing that the context does not settle: then `draws` is
 * "unknown", and the reason says what is missing. That one pod gets all, and not which, is "one choice".
 */
export function expectationOf(context: Context): Expectation {
    const { service, endpoints, churn, mesh } = context;
    if (churn.length > 0) {
        const sentence = `the endpoints changed during the run, so that no one split was to be expected: ${churn.join(" ")}`;
        return { distribution: null, draws: "unknown", candidates: null, reason: { tag: "churn", sentence } };
    }
    if (mesh !== null) {
        const sentence = `${mesh} has the pods' connections, and its proxies choose by rules of their own.`;
        return { distribution: null, draws: "unknown", candidates: null, reason: { tag: "mesh", sentence } };
    }
    // To DNS and to every proxy, an unready pod of such a Service looks like a ready one.
    const published = endpoints.filter(({ ready }) => ready || service.publishNotReadyAddresses);
    const { draws, candidates, reason } = onOneConnection(context, withUnready(context, published));
    const pods = candidates?.map(({ pod }) => pod) ?? null;
    const isDistributed = draws !== "unknown" && draws !== "one choice" && draws !== "none";
    return {
        distribution: isDistributed && pods !== null ? evenOver(pods, context) : null,
        draws,
        candidates: pods,
        reason,
    };
}

function choiceOf(context: Context, published: readonly Endpoint[]): Choice {
    if (published.length === 0) {
        const sentence = "the Service has no ready pod, so that connections fail.";
        return { candidates: [], draws: "none", reason: { tag: "no-pod", sentence } };
    }
    const choose = isByAddressOfPod(context.service.kind) ? chosenByClient : chosenByProxy;
    return choose(context, published);
}

/** A pod that is not ready may refuse, and then most clients go on to the next address, where they have several. */
function withUnready(context: Context, published: readonly Endpoint[]): Choice {
    const choice = choiceOf(context, published);
    const unready = choice.candidates?.filter(({ ready }) => !ready) ?? [];
    if (unready.length === 0) {
        return choice;
    }
    const headless = isByAddressOfPod(context.service.kind);
    const sentence =
        `publishNotReadyAddresses offers ${podNames(unready)} though not ready: connections there may be answered` +
        (headless ? ", fail, or go on to the next address." : " or fail.");
    const candidates = headless ? published : choice.candidates;
    return { candidates, draws: "unknown", reason: { tag: "not-ready-published", sentence } };
}

function onOneConnection({ client, service }: Context, choice: Choice): Choice {
    const takesTurns = client.resolver === "own-round-robin" && service.kind === "headless";
    const pods = choice.candidates?.length ?? 0;
    const isSettled = pods < 2 || choice.reason.tag === "not-ready-published";
    if (client.connection === "new" || takesTurns || isSettled) {
        return choice;
    }
    const sentence = `${client.engine} keeps one connection for all requests, and with it one of ${pods} pods.`;
    return { ...choice, draws: "one choice", reason: { tag: "kept-alive", sentence } };
}

function evenOver(pods: readonly string[], { endpoints }: Context): Record<string, number> {
    return Object.fromEntries(endpoints.map(({ pod }) => [pod, pods.includes(pod) ? 1 / pods.length : 0]));
}
