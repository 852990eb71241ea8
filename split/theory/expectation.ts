import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { draws, reason, type Choice } from "./choice";
import { isByAddressOfPod, type Backend, type Context } from "./context";
import { podNames } from "./listed";
import { chosenByProxy } from "./proxyChoice";
import { chosenByClient } from "./resolverChoice";
import { resolverTraits } from "./resolvers";

/** The distribution that theory expects of one client at one Service. Plain JSON. */
export const expectation = z.object({
    /** Probability of each pod of the context by name, summing to 1; null where theory does not know it. */
    distribution: z.record(z.string(), z.number().min(0).max(1)).nullable(),
    draws,
    /**
     * Pods that can answer; an answer of any other pod is a contradiction, even where `distribution` is null. null
     * where nothing is expected at all.
     */
    candidates: z.array(z.string()).nullable(),
    reason,
});
export type Expectation = Immutable<z.infer<typeof expectation>>;

/**
 * What to expect, before any count is looked at. Where the context does not settle it, `draws` is "unknown" and the
 * reason says what is missing. Where one pod gets all and it is not known which, `draws` is "one choice".
 */
export function expectationOf(context: Context): Expectation {
    const { service, backends, churn, mesh } = context;
    if (churn.length > 0) {
        return nothingExpected({
            tag: "churn",
            sentence: `The endpoints changed during the run, so no single split can be expected: ${churn.join(" ")}`,
        });
    }
    if (mesh !== null) {
        return nothingExpected({
            tag: "mesh",
            sentence: `${mesh} handles the pods' connections, and its proxies choose pods by their own rules.`,
        });
    }
    // For DNS and for every proxy, an unready pod of a Service with publishNotReadyAddresses looks like a ready one.
    const published = backends.filter(({ ready }) => ready || service.publishNotReadyAddresses);
    const choice = onOneConnection(context, withUnready(context, published));
    const pods = choice.candidates?.map(({ name }) => name) ?? null;
    const isDistributed = choice.draws !== "unknown" && choice.draws !== "one choice" && choice.draws !== "none";
    return {
        distribution: isDistributed && pods !== null ? evenOver(pods, backends) : null,
        draws: choice.draws,
        candidates: pods,
        reason: choice.reason,
    };
}

function nothingExpected(because: Expectation["reason"]): Expectation {
    return {
        distribution: null,
        draws: "unknown",
        candidates: null,
        reason: because,
    };
}

function choiceOf(context: Context, published: readonly Backend[]): Choice {
    if (published.length === 0) {
        return {
            candidates: [],
            draws: "none",
            reason: { tag: "no-pod", sentence: "The Service has no ready pod, so connections fail." },
        };
    }
    const choose = isByAddressOfPod(context.service.kind) ? chosenByClient : chosenByProxy;
    return choose(context, published);
}

/** A pod that is not ready may refuse connections; most clients then try the next address, if they have several. */
function withUnready(context: Context, published: readonly Backend[]): Choice {
    const choice = choiceOf(context, published);
    const unready = choice.candidates?.filter(({ ready }) => !ready) ?? [];
    if (unready.length === 0) {
        return choice;
    }
    const isByAddress = isByAddressOfPod(context.service.kind);
    return {
        candidates: isByAddress ? published : choice.candidates,
        draws: "unknown",
        reason: {
            tag: "not-ready-published",
            sentence:
                `Because of publishNotReadyAddresses, the Service offers ${podNames(unready)} although not ready: ` +
                `connections there may be answered${isByAddress ? ", fail, or go on to the next address." : " or fail."}`,
        },
    };
}

function onOneConnection({ client, service }: Context, choice: Choice): Choice {
    const takesTurns = resolverTraits[client.resolver].takesTurns && service.kind === "headless";
    const pods = choice.candidates?.length ?? 0;
    const isSettled = pods < 2 || choice.reason.tag === "not-ready-published";
    if (client.connection === "new" || takesTurns || isSettled) {
        return choice;
    }
    return {
        ...choice,
        draws: "one choice",
        reason: {
            tag: "kept-alive",
            sentence: `All requests of ${client.engine} use one connection that is kept, so one of ${pods} pods answers all of them.`,
        },
    };
}

function evenOver(pods: readonly string[], backends: readonly Backend[]): Record<string, number> {
    return Object.fromEntries(backends.map(({ name }) => [name, pods.includes(name) ? 1 / pods.length : 0]));
}
