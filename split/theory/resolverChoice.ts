import { orderSeen, type SeenAnswers } from "./answerOrder";
import { podNames, type Choice, type Draws, type ReasonTag } from "./choice";
import type { Client, Context, Endpoint, Resolver } from "./context";
import { longestPrefix } from "./prefix";

/**
 * Who answers behind a headless Service: DNS gives every pod's address, the client's resolver may sort them, and the
 * client connects to the first.
 *
 * @param published the pods that DNS names
 */
export function chosenByClient(context: Context, published: readonly Endpoint[]): Choice {
    const { client, dns } = context;
    if (dns.answers.some((answer) => !agrees(answer, published))) {
        return {
            candidates: null,
            draws: "unknown",
            reason: {
                tag: "dns-disagrees",
                sentence:
                    "DNS did not name exactly the pods that the Service publishes, so that nothing can be said of them.",
            },
        };
    }
    if (client.resolver === "own-round-robin" && published.length > 1) {
        const sentence = `${client.engine} resolves the addresses of all ${published.length} pods and takes turns over them.`;
        return { candidates: published, draws: "in turns", reason: { tag: "own-round-robin", sentence } };
    }
    if (client.resolver === "unknown" && published.length > 1) {
        const sentence = `which resolver ${client.engine} has here is not known, nor in which order it tries addresses.`;
        return { candidates: published, draws: "unknown", reason: { tag: "unknown-resolver", sentence } };
    }
    const preferred = preferredBy(client, published);
    if (preferred === null) {
        const sentence =
            "glibc puts the address first that shares most leading bits with the client's own, " +
            "and the addresses are not all known.";
        return { candidates: published, draws: "unknown", reason: { tag: "addresses-not-known", sentence } };
    }
    if (preferred.pods.length === 1) {
        return {
            candidates: preferred.pods,
            draws: "independent",
            reason: { tag: preferred.tag, sentence: `${preferred.because}.` },
        };
    }
    return inDnsOrder(context, published.length, preferred);
}

function agrees(answer: readonly string[], published: readonly Endpoint[]): boolean {
    const addresses = published.map(({ address }) => address);
    const isComplete = !addresses.includes(null);
    return (
        !isComplete || (answer.length === addresses.length && addresses.every((each) => answer.includes(each ?? "")))
    );
}

interface Preferred {
    readonly pods: readonly Endpoint[];
    readonly tag: ReasonTag;
    /** Beginning of a sentence. */
    readonly because: string;
}

/** Resolvers that keep the order of DNS for IPv4. */
const unsorting: Partial<Record<Resolver, string>> = {
    musl: "musl sorts no IPv4 addresses",
    "c-ares": "c-ares sorts only IPv6 addresses by their prefix",
    go: "Go's resolver sorts only IPv6 addresses",
};

function preferredBy(client: Client, published: readonly Endpoint[]): Preferred | null {
    if (published.length === 1) {
        return {
            pods: published,
            tag: "only-one-pod",
            because: `${podNames(published)} is the only pod that DNS names`,
        };
    }
    if (client.resolver !== "glibc") {
        const habit = unsorting[client.resolver] ?? "the client sorts no addresses";
        return { pods: published, tag: "shuffled-dns", because: `${habit} and keeps the order of DNS` };
    }
    const best = longestPrefix(client, published);
    if (best === null) {
        return null;
    }
    if (best.bits === 0) {
        const subnet =
            client.address === null ? `a /${client.prefixLength}` : `${client.address}/${client.prefixLength}`;
        const because = `glibc keeps the order of DNS, because no pod's address lies in the subnet of the client, ${subnet}`;
        return { pods: published, tag: "shuffled-dns", because };
    }
    if (best.pods.length === published.length) {
        const because =
            `all ${published.length} pods share ${best.bits} leading bits with the client's ` +
            `${client.address}/${client.prefixLength}, so that RFC 6724 rule 9 prefers none and glibc keeps the order of DNS`;
        return { pods: published, tag: "longest-prefix", because };
    }
    const they = best.pods.length === 1 ? "it shares" : "they share";
    return {
        pods: best.pods,
        tag: "longest-prefix",
        because:
            `glibc puts ${podNames(best.pods)} first in every answer by RFC 6724 rule 9, as ${they} ${best.bits} ` +
            `leading bits with the client's ${client.address}/${client.prefixLength} and no other pod as many`,
    };
}

/** The pods tie for the client, so that the first of them in the DNS answer gets the connection. */
function inDnsOrder({ client, dns, runSeconds }: Context, published: number, preferred: Preferred): Choice {
    const { pods, because } = preferred;
    const addresses = pods.flatMap(({ address }) => address ?? []);
    const seen = dns.seen === null ? null : orderSeen(dns.seen, addresses, published);
    const order = seen ?? dns.order;
    const choice = (draws: Draws, tag: ReasonTag, what: string, candidates = pods): Choice => ({
        candidates,
        draws,
        reason: { tag, sentence: `${because}; ${what}.` },
    });
    switch (order) {
        case "unknown":
            return choice("unknown", "unknown-dns-order", "in which order DNS gives them is not known here");
        case "uneven":
            return choice("unknown", "uneven-dns", "DNS named some of them first more often than others");
        case "repeated":
            return choice(
                "unknown",
                "repeated-dns",
                "DNS repeated each answer for a while, so that connections come in batches to one pod each",
            );
        case "frozen": {
            const first = firstInEvery(dns.seen, pods);
            return first === null
                ? choice("unknown", "frozen-dns", "DNS repeats one order for a while, and which is not known")
                : choice("independent", "frozen-dns", `DNS named ${first.pod} first at every look-up`, [first]);
        }
        case "shuffled":
        case "rotating": {
            if (client.dnsCacheSeconds > 0) {
                const isOneAnswer = runSeconds !== null && runSeconds <= client.dnsCacheSeconds;
                const habit = `DNS ${order === "shuffled" ? "shuffles" : "rotates"}, but ${client.engine} reuses an answer for ${client.dnsCacheSeconds} s`;
                return isOneAnswer
                    ? choice("one choice", "cached-dns", `${habit}, so that one pod gets the whole run`)
                    : choice("unknown", "cached-dns", `${habit}, so that connections come in batches to one pod each`);
            }
            return order === "shuffled"
                ? choice(
                      "independent",
                      preferred.tag,
                      `DNS shuffles at each answer, so that each connection draws one of ${pods.length} pods`,
                  )
                : choice(
                      "no more uneven than independent",
                      "rotating-dns",
                      `DNS gives ${pods.length} pods their turns to be first, counted over all that ask it`,
                  );
        }
    }
}

/** The pod that every answer names first. Two look-ups at least, or it may have changed meanwhile. */
function firstInEvery(seen: SeenAnswers | null, pods: readonly Endpoint[]): Endpoint | null {
    const [only, ...others] = Object.keys(seen?.firsts ?? {});
    const isOne = seen !== null && seen.lookups >= 2 && others.length === 0;
    return isOne ? (pods.find(({ address }) => address === only) ?? null) : null;
}
