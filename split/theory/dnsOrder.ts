import gte from "semver/functions/gte";
import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import type { DnsOrder } from "./context";

/** What is known of the DNS service; null wherever it could not be read. */
export const dnsService = z.object({
    /** e.g. "1.11.3". */
    coreDnsVersion: z.string().nullable(),
    /**
     * Policy of CoreDNS's loadbalance plugin; `prefer` where it puts some networks first, `none` where the Corefile
     * does not have the plugin.
     */
    loadbalance: z.enum(["round_robin", "weighted", "prefer", "none"]).nullable(),
    /** Whether NodeLocal DNSCache answers first. */
    nodeLocalCache: z.boolean().nullable(),
});
export type DnsService = Immutable<z.infer<typeof dnsService>>;

/**
 * The order of A records in the answers of a cluster's DNS. CoreDNS's loadbalance shuffles each answer uniformly,
 * cached ones too, since 1.8.7; earlier versions favoured some orders (coredns/coredns#4961), and how much is not
 * modelled. Without the plugin, CoreDNS returns pods in the order of their EndpointSlice, the same on all its replicas:
 * one order was measured over 720 look-ups. NodeLocal DNSCache has no loadbalance and repeats one order for up to 30 s.
 */
export function dnsOrderOf({ coreDnsVersion, loadbalance, nodeLocalCache }: DnsService): DnsOrder {
    if (nodeLocalCache === true || (nodeLocalCache === false && loadbalance === "none")) {
        return "frozen";
    }
    const isUniform = coreDnsVersion !== null && gte(coreDnsVersion, "1.8.7");
    return nodeLocalCache === false && loadbalance === "round_robin" && isUniform ? "shuffled" : "unknown";
}
