import { orderSeen, type SeenAnswers } from "./answerOrder";
import type { Choice, Draws, ReasonTag } from "./choice";
import type { Backend, Client, Context } from "./context";
import { allPods, podNames } from "./listed";
import { longestPrefix } from "./longestPrefix";
import { resolverTraits } from "./resolvers";

/**
 * Who answers behind a headless Service: DNS returns every pod's address, the client's resolver may sort them, and the
 * client connects to the first.
 *
 * @param published the pods whose addresses DNS returns
 */
export function chosenByClient(context: Context, published: readonly Backend[]): Choice {
    const { client, dns } = context;
    const { takesTurns, sortsByPrefix, name } = resolverTraits[client.resolver];
    if (dns.answers.some((answer) => !agrees(answer, published))) {
        return {
            candidates: null,
            draws: "unknown",
            reason: {
                tag: "dns-disagrees",
                sentence:
                    "DNS did not return exactly the pods that the Service publishes, so no split can be expected.",
            },
        };
    }
    if (takesTurns && published.length > 1) {
        return {
            candidates: published,
            draws: "in turns",
            reason: {
                tag: "own-round-robin",
                sentence: `The client resolves the addresses of ${allPods(published.length)} and connects to them in turns.`,
            },
        };
    }
    if (sortsByPrefix === null && published.length > 1) {
        return {
            candidates: published,
            draws: "unknown",
            reason: {
                tag: "unknown-resolver",
                sentence: `Which resolver ${client.engine} uses here, and in which order it tries addresses, is not known.`,
            },
        };
    }
    const preferred = preferredBy(client, published);
    if (preferred === null) {
        return {
            candidates: published,
            draws: "unknown",
            reason: {
                tag: "addresses-not-known",
                sentence:
                    `By RFC 6724 rule 9, ${name} first tries the address that shares the most leading bits with the ` +
                    "client's; the addresses are not all known.",
            },
        };
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

function agrees(answer: readonly string[], published: readonly Backend[]): boolean {
    const addresses = published.map(({ address }) => address);
    const isComplete = !addresses.includes(null);
    return (
        !isComplete || (answer.length === addresses.length && addresses.every((each) => answer.includes(each ?? "")))
    );
}

interface Preferred {
    readonly pods: readonly Backend[];
    readonly tag: ReasonTag;
    /** Beginning of a sentence, or all of it but the full stop. */
    readonly because: string;
}

function preferredBy(client: Client, published: readonly Backend[]): Preferred | null {
    const { name, sortsByPrefix } = resolverTraits[client.resolver];
    if (published.length === 1) {
        return {
            pods: published,
            tag: "only-one-pod",
            because: `The only pod that DNS returns is ${podNames(published)}`,
        };
    }
    if (sortsByPrefix !== true) {
        return {
            pods: published,
            tag: "shuffled-dns",
            because: `The first address of the DNS answer gets the connection, because ${name} does not sort IPv4 addresses`,
        };
    }
    const best = longestPrefix(client, published);
    if (best === null) {
        return null;
    }
    const subnet = client.address === null ? `a /${client.prefixLength}` : `${client.address}/${client.prefixLength}`;
    if (best.bits === 0) {
        return {
            pods: published,
            tag: "shuffled-dns",
            because:
                `No pod's address is in the client's subnet, ${subnet}, so RFC 6724 rule 9 prefers none and ${name} ` +
                "keeps the order of the DNS answer",
        };
    }
    if (best.pods.length === published.length) {
        return {
            pods: published,
            tag: "longest-prefix",
            because:
                `The addresses of ${allPods(published.length)} share ${best.bits} leading bits with the client's ${subnet}, ` +
                `so RFC 6724 rule 9 prefers none and ${name} keeps the order of the DNS answer`,
        };
    }
    const whose = best.pods.length === 1 ? "its address shares" : "their addresses share";
    return {
        pods: best.pods,
        tag: "longest-prefix",
        because:
            `By RFC 6724 rule 9, ${name} puts ${podNames(best.pods)} first in every answer: ${whose} ${best.bits} ` +
            `leading bits with the client's ${subnet}, more than any other pod's`,
    };
}

/** The pods tie for the client, so that the first of them in the DNS answer gets the connection. */
function inDnsOrder({ client, dns }: Context, published: number, preferred: Preferred): Choice {
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
            return choice("unknown", "unknown-dns-order", "the order of DNS answers here is not known");
        case "uneven":
            return choice("unknown", "uneven-dns", "DNS returned some of them first more often than others");
        case "repeated":
            return choice(
                "unknown",
                "repeated-dns",
                "DNS repeated each answer for a while, so connections come in batches to one pod each",
            );
        case "frozen": {
            const first = firstInEvery(dns.seen, pods);
            return first === null
                ? choice("unknown", "frozen-dns", "DNS repeats one order for a while, and which one is not known")
                : choice("independent", "frozen-dns", `DNS returned ${first.name} first at every look-up`, [first]);
        }
        case "shuffled":
        case "rotating":
            if (client.dnsCacheSeconds > 0) {
                return choice(
                    "unknown",
                    "cached-dns",
                    `DNS ${order === "shuffled" ? "shuffles" : "rotates"} its answers, but ${client.engine} reuses an answer ` +
                        `for ${client.dnsCacheSeconds} s, so connections come in batches to one pod each`,
                );
            }
            return order === "shuffled"
                ? choice(
                      "independent",
                      preferred.tag,
                      `DNS shuffles each answer, so each connection draws one of ${pods.length} pods`,
                  )
                : choice(
                      "at most multinomial spread",
                      "rotating-dns",
                      `DNS rotates its answers, so ${pods.length} pods come first in turns, over all that ask it`,
                  );
    }
}

/** The pod that every answer has first. It takes two look-ups at least to say so. */
function firstInEvery(seen: SeenAnswers | null, pods: readonly Backend[]): Backend | null {
    const [only, ...others] = Object.keys(seen?.firsts ?? {});
    const isOne = seen !== null && seen.lookups >= 2 && others.length === 0;
    return isOne ? (pods.find(({ address }) => address === only) ?? null) : null;
}
