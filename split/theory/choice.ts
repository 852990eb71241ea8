import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import type { Backend } from "./context";

/**
 * How the connections of one run depend on each other.
 * - `independent`: each connection draws its pod at random, whatever the others drew
 * - `in turns`: one pod after the other, so that counts differ by 1 at most
 * - `at most multinomial spread`: these shares in the long run, and counts that vary no more than those of independent
 *   draws
 * - `one choice`: one pod, drawn once, gets all connections
 * - `one choice each`: the same for each of several pods of the probe
 * - `none`: no pod can answer
 * - `unknown`: theory says which pods can answer, at most, and not how often
 */
export const draws = z.enum([
    "independent",
    "in turns",
    "at most multinomial spread",
    "one choice",
    "one choice each",
    "none",
    "unknown",
]);
export type Draws = z.infer<typeof draws>;

/** Why a split is expected: a name for programs. */
export const reasonTag = z.enum([
    "longest-prefix",
    "shuffled-dns",
    "frozen-dns",
    "cached-dns",
    "repeated-dns",
    "rotating-dns",
    "uneven-dns",
    "unknown-dns-order",
    "addresses-not-known",
    "dns-disagrees",
    "unknown-resolver",
    "own-round-robin",
    "kube-proxy-random",
    "ipvs-round-robin",
    "cilium-random",
    "unknown-proxy",
    "mesh",
    "client-affinity",
    "placement-not-known",
    "kept-alive",
    "not-ready-published",
    "only-one-pod",
    "no-pod",
    "churn",
    "probes-differ",
]);
export type ReasonTag = z.infer<typeof reasonTag>;

/** Why a split is expected. */
export const reason = z.object({
    tag: reasonTag,
    /** One sentence or several, for people. */
    sentence: z.string(),
});
export type Reason = Immutable<z.infer<typeof reason>>;

/** Which pods can answer, and how one of them is chosen: at equal odds wherever it is by chance. */
export interface Choice {
    /** null where not even that is known. */
    readonly candidates: readonly Backend[] | null;
    readonly draws: Draws;
    readonly reason: Reason;
}
