import type { DnsOrder } from "./context";

/** What is known of the DNS service; null wherever it could not be read. */
export interface DnsService {
    /** e.g. "1.11.3". */
    readonly coreDnsVersion: string | null;
    /**
     * Policy of CoreDNS's loadbalance plugin; `prefer` where it puts some networks first, `none` where the Corefile
     * does not have it.
     */
    readonly loadbalance: "round_robin" | "weighted" | "prefer" | "none" | null;
    /** Whether NodeLocal DNSCache answers first. */
    readonly nodeLocalCache: boolean | null;
}

/**
 * The order of A records in the answers of a cluster's DNS. CoreDNS's loadbalance shuffles each answer uniformly,
 * cached ones too, since 1.8.7; before, it favoured some orders (coredns#4961), and how much is not modelled. Without
 * it, CoreDNS names pods in the order of their EndpointSlice, which is the same for all its replicas: over 720 look-ups
 * on the lab there was one order. NodeLocal DNSCache has no loadbalance and repeats one order for up to 30 s.
 */
export function dnsOrderOf({ coreDnsVersion, loadbalance, nodeLocalCache }: DnsService): DnsOrder {
    if (nodeLocalCache === true || (nodeLocalCache === false && loadbalance === "none")) {
        return "frozen";
    }
    const isUniform = coreDnsVersion !== null && isAtLeast(coreDnsVersion, [1, 8, 7]);
    return nodeLocalCache === false && loadbalance === "round_robin" && isUniform ? "shuffled" : "unknown";
}

function isAtLeast(version: string, minimum: readonly [number, number, number]): boolean {
    const [major = NaN, minor = NaN, patch = NaN] = version
        .replace(/^v/, "")
        .split(".")
        .map((part) => parseInt(part, 10));
    const parts = [major, minor, patch];
    const differing = parts.findIndex((part, i) => part !== minimum[i]);
    return differing === -1 || (parts[differing] ?? NaN) > (minimum[differing] ?? NaN);
}
