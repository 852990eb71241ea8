import type { Endpoint } from "./context";

/**
 * How the connections of one run hang together.
 * - `independent`: each draws its pod at random, whatever the others drew
 * - `in turns`: one pod after the other, so that counts differ by 1 at most
 * - `no more uneven than independent`: these shares in the long run, drawn or in turns
 * - `one choice`: one pod, drawn once, gets all
 * - `one choice each`: the same for each of several pods of the probe
 * - `none`: no pod can answer
 * - `unknown`: theory says who can answer, at most, and not how often
 */
export type Draws =
    | "independent"
    | "in turns"
    | "no more uneven than independent"
    | "one choice"
    | "one choice each"
    | "none"
    | "unknown";

/** Why: a name for programs, and a sentence for people. */
export type ReasonTag =
    | "longest-prefix"
    | "shuffled-dns"
    | "frozen-dns"
    | "cached-dns"
    | "repeated-dns"
    | "rotating-dns"
    | "uneven-dns"
    | "unknown-dns-order"
    | "addresses-not-known"
    | "dns-disagrees"
    | "unknown-resolver"
    | "own-round-robin"
    | "kube-proxy-random"
    | "ipvs-round-robin"
    | "cilium-random"
    | "unknown-proxy"
    | "mesh"
    | "client-affinity"
    | "placement-not-known"
    | "kept-alive"
    | "not-ready-published"
    | "only-one-pod"
    | "no-pod"
    | "churn"
    | "probes-differ";

export interface Reason {
    readonly tag: ReasonTag;
    /** One sentence, with its full stop. */
    readonly sentence: string;
}

/** Who can answer, and how one of them is chosen: at equal odds wherever it is by chance. */
export interface Choice {
    /** null where not even that is known. */
    readonly candidates: readonly Endpoint[] | null;
    readonly draws: Draws;
    readonly reason: Reason;
}

/** "nginx-a", "nginx-a and nginx-b", "nginx-a, nginx-b and nginx-c", "6 pods". */
export function podNames(endpoints: readonly Endpoint[]): string {
    const names = endpoints.map(({ pod }) => pod);
    if (names.length > 4) {
        return `${names.length} pods`;
    }
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
