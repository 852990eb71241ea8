import { expect } from "chai";
import { dnsOrderOf, type DnsService } from "../../split/theory/dnsOrder";
import { expectationOf } from "../../split/theory/expectation";
import { clusterIP, contextWith, headless, podsAt, table, twoNodes } from "./contexts";

const lab = { backends: podsAt("10.42.0.40", "10.42.0.41", "10.42.0.42") };
const labClient = { address: "10.42.0.43", prefixLength: 24 };
const onNode1 = { address: "10.42.0.2", prefixLength: 24 };
const onNode2 = { address: "10.42.1.2", prefixLength: 24, node: "node-2" };

table("measured on the lab", [
    ["30 curls from .43, all to .42", headless(labClient, lab), "independent, c, longest-prefix"],
    ["the same, prefixes tied: spread over all", headless(onNode1, lab), "independent, a=b=c, longest-prefix"],
    ["15/11/14 on the client's node", headless(onNode1, { backends: twoNodes }), "independent, a=b=c, longest-prefix"],
    ["13/20/7 on the other node", headless(onNode2, { backends: twoNodes }), "independent, d=e=f, longest-prefix"],
    [
        "ClusterIP from the same client reached all six",
        clusterIP({}, { client: onNode2, backends: twoNodes }),
        "independent, a=b=c=d=e=f, kube-proxy-random",
    ],
]);

const slash24 = { prefixLength: 24 };
const go = { resolver: "go", engine: "Go" } as const;
const offSubnet = { backends: podsAt("10.244.2.7", "10.244.3.7", "10.244.4.7") };

table("measured with 300 connections from 10.244.1.5 to .1.10 .1.20 .2.7", [
    ["Python on a /24: 300/0/0", headless({ ...slash24, engine: "Python" }), "independent, a, longest-prefix"],
    ["Node on a /24: 300/0/0", headless({ ...slash24, engine: "Node" }), "independent, a, longest-prefix"],
    ["curl on a /24: 60/0/0", headless(slash24), "independent, a, longest-prefix"],
    ["Go on a /24: 82/96/122", headless({ ...slash24, ...go }), "independent, a=b=c, shuffled-dns"],
    ["Python on a /32: 88/108/104", headless({ engine: "Python" }), "independent, a=b=c, shuffled-dns"],
    ["Node on a /32: 96/98/106", headless({ engine: "Node" }), "independent, a=b=c, shuffled-dns"],
    ["Go on a /32: 104/110/86", headless(go), "independent, a=b=c, shuffled-dns"],
    ["all off-subnet on a /24: 98/98/104", headless(slash24, offSubnet), "independent, a=b=c, shuffled-dns"],
]);

const notYet = { backends: podsAt(null, null, null).map((pod) => ({ ...pod, node: null, zone: null })) };
const nowhere = { address: null, prefixLength: null, node: null, zone: null };

table("before anything runs", [
    ["glibc depends on addresses", headless(nowhere, notYet), "unknown, a?b?c, addresses-not-known"],
    ["not on a /32", headless({ ...nowhere, prefixLength: 32 }, notYet), "independent, a=b=c, shuffled-dns"],
    ["Go does not", headless({ ...nowhere, ...go }, notYet), "independent, a=b=c, shuffled-dns"],
    [
        "kept alive: one of them",
        headless({ ...nowhere, connection: "kept-alive" }, notYet),
        "one choice, a?b?c, kept-alive",
    ],
    ["ClusterIP does not", clusterIP({}, { client: nowhere, ...notYet }), "independent, a=b=c, kube-proxy-random"],
]);

const backends = podsAt("10.244.1.10", "10.244.1.20", "10.244.2.7").map((pod, i) => ({ ...pod, ready: i < 2 }));
const published = { publishNotReadyAddresses: true };
const nearUnready = { ...slash24, address: "10.244.2.5" };

table("a pod that is not ready", [
    ["is left out", { backends }, "independent, a=b, shuffled-dns"],
    ["is left out of a ClusterIP", clusterIP({}, { backends }), "independent, a=b, kube-proxy-random"],
    ["alone: connections fail", { backends: backends.slice(2) }, "none, nobody, no-pod"],
    ["is in if published", { backends, service: published }, "unknown, a?b?c, not-ready-published"],
    ["is in a ClusterIP if published", clusterIP(published, { backends }), "unknown, a?b?c, not-ready-published"],
    [
        "is harmless where rule 9 prefers a ready one",
        { client: slash24, backends, service: published },
        "independent, a, longest-prefix",
    ],
    [
        "lets any pod answer where rule 9 prefers it",
        { client: nearUnready, backends, service: published },
        "unknown, a?b?c, not-ready-published",
    ],
]);

describe("the order of DNS records", () => {
    const orders: [fact: string, service: Partial<DnsService>, order: string][] = [
        ["CoreDNS shuffles each answer", {}, "shuffled"],
        ["CoreDNS 1.8.7 does", { coreDnsVersion: "1.8.7" }, "shuffled"],
        ["CoreDNS 2.0 does", { coreDnsVersion: "v2.0.0" }, "shuffled"],
        ["CoreDNS before 1.8.7 is biased", { coreDnsVersion: "1.8.6" }, "unknown"],
        ["CoreDNS 1.7.10 is, too", { coreDnsVersion: "1.7.10" }, "unknown"],
        ["CoreDNS of unknown version", { coreDnsVersion: null }, "unknown"],
        ["CoreDNS without loadbalance repeats one", { loadbalance: "none" }, "frozen"],
        ["CoreDNS without it, before 1.8.7 too", { loadbalance: "none", coreDnsVersion: "1.8.6" }, "frozen"],
        ["CoreDNS without it, with a cache or not", { loadbalance: "none", nodeLocalCache: null }, "unknown"],
        ["CoreDNS with weights", { loadbalance: "weighted" }, "unknown"],
        ["NodeLocal DNSCache repeats one", { nodeLocalCache: true }, "frozen"],
        ["NodeLocal DNSCache or not", { nodeLocalCache: null }, "unknown"],
    ];
    for (const [fact, service, expected] of orders) {
        it(`${fact}: ${expected}`, () => {
            const known: DnsService = { coreDnsVersion: "1.11.3", loadbalance: "round_robin", nodeLocalCache: false };
            expect(dnsOrderOf({ ...known, ...service })).to.equal(expected);
        });
    }
});

describe("the reason", () => {
    it("names the pod and the bits that decide", () => {
        expect(expectationOf(contextWith(headless(labClient, lab))).reason.sentence).to.equal(
            "By RFC 6724 rule 9, glibc puts nginx-c first in every answer: its address shares 31 leading bits with " +
                "the client's 10.42.0.43/24, more than any other pod's.",
        );
    });

    it("names the pod that is not ready", () => {
        const { sentence } = expectationOf(contextWith({ backends, service: published })).reason;
        expect(sentence).to.contain("nginx-c although not ready");
    });
});
