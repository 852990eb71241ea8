import { expect } from "chai";
import { loadKubeconfig } from "../../components/cluster/kubeconfig";
import { KubeconfigSocket } from "../../components/jobLogs/kubeconfigSocket";
import { connect } from "../../components/jobLogs/api";
import { clusterFacts, zoneOf, type ToldFacts } from "../../components/jobLogs/clusterFacts";
import type { ClusterFacts } from "../../split/measurement/measurement";
import { KubernetesApi, kubeconfigOf, type Answer } from "./kubernetesApi";
import {
    ciliumConfig,
    coreDns,
    corefile,
    daemonSet,
    daemonSets,
    kubeProxy,
    kubeProxyPods,
    probeNode,
    readyPodOn,
    whole,
} from "./probedCluster";
import { proxyOf } from "../../split/theory/serviceProxy";

type Answers = Record<string, Answer>;

async function asking<T>(answers: Answers, ask: (api: Awaited<ReturnType<typeof connect>>) => Promise<T>): Promise<T> {
    const api = new KubernetesApi({ ...whole, ...answers });
    await api.start();
    try {
        const kubeconfig = await loadKubeconfig({ kubeconfig: kubeconfigOf({ test: api.url }) });
        return await ask(await connect(await new KubeconfigSocket().open(kubeconfig)));
    } finally {
        await api.stop();
    }
}

const factsWith = (answers: Answers): Promise<ToldFacts> => asking(answers, (api) => clusterFacts(api, "ns"));
const proxyWith = async (answers: Answers, isKubeProxyAlive = false): Promise<string> =>
    proxyOf((await factsWith(answers)).proxy, [{ node: "node-1", isKubeProxyAlive }]);
const proxyConfig = (text: string): Answers => ({ [kubeProxy]: { data: { "config.conf": text } } });
const corefileOf = (text: string): Answers => ({ [corefile]: { data: { Corefile: text } } });
const inBlock = (lines: string): Answers => corefileOf(`.:53 {\n kubernetes cluster.local\n ${lines}\n}`);
const prefers = { loadbalance: "prefer", order: "unknown" } as const;
const image = (name: string): Answers => ({
    [coreDns]: { spec: { template: { spec: { containers: [{ image: name }] } } } },
});

const withoutPods: Answers = { [kubeProxyPods]: { items: [] } };
const running = (name: string): Answers => ({ [daemonSets]: { items: [daemonSet("kube-proxy"), daemonSet(name)] } });
const cilium = (replacement: string, algorithm?: string): Answers => ({
    [ciliumConfig]: { data: { "kube-proxy-replacement": replacement, "bpf-lb-algorithm": algorithm } },
});

describe("the proxy of a cluster", () => {
    const proxies: [what: string, answers: Answers, proxy: string][] = [
        ["its mode", proxyConfig("mode: ipvs\n"), "ipvs"],
        ["IPVS in turns, where it says so", proxyConfig("mode: ipvs\nipvs:\n  scheduler: rr\n"), "ipvs"],
        ["not known, with another scheduler of IPVS", proxyConfig("mode: ipvs\nipvs:\n  scheduler: lc\n"), "unknown"],
        ["its default, where it says none", proxyConfig("kind: KubeProxyConfiguration\n"), "iptables"],
        ["its default, where that is empty", proxyConfig('mode: ""\n'), "iptables"],
        ["not known, in a mode of the future", proxyConfig("mode: ebpf\n"), "unknown"],
        ["not known, where its ConfigMap is not its own", { [kubeProxy]: { data: {} } }, "unknown"],
        ["not known, where its configuration is empty", proxyConfig(""), "unknown"],
        ["not known, where its configuration is no YAML", proxyConfig("mode: : ["), "unknown"],
        ["not known, without kube-proxy", { [kubeProxy]: 404 }, "unknown"],
        ["not known, where it may not be read", { [kubeProxy]: 403 }, "unknown"],
        ["not known, with only its ConfigMap", withoutPods, "unknown"],
        [
            "not known, where its pod is not ready",
            { [kubeProxyPods]: { items: [readyPodOn("node-1", false)] } },
            "unknown",
        ],
        ["not known, where it runs on another node", { [kubeProxyPods]: { items: [readyPodOn("node-2")] } }, "unknown"],
        ["not known, where its pods may not be read", { [kubeProxyPods]: 403 }, "unknown"],
        ["not known, where nobody may tell what runs beside it", { [daemonSets]: 403 }, "unknown"],
        ["not known, beside another that proxies for pods", running("antrea-agent"), "unknown"],
        ["its own beside one that has no pod", { [daemonSets]: { items: [daemonSet("kube-router", 0)] } }, "nftables"],
        ["Cilium, in its place", { ...running("cilium"), ...cilium("true"), ...withoutPods }, "cilium"],
        ["Cilium, as earlier versions said it", { ...running("cilium"), ...cilium("strict") }, "cilium"],
        ["Cilium, under another name", { ...running("anetd"), ...cilium("true", "random") }, "cilium"],
        [
            "not known, where Cilium leaves it to kube-proxy in part",
            { ...running("cilium"), ...cilium("false") },
            "unknown",
        ],
        ["not known, where Cilium chooses otherwise", { ...running("cilium"), ...cilium("true", "maglev") }, "unknown"],
        ["not known, of a Cilium that does not tell", { ...running("cilium"), [ciliumConfig]: 403 }, "unknown"],
        ["no Cilium of whom only a ConfigMap is left", cilium("true"), "nftables"],
        ...["sh", "mh", "lc", "wrr"].map((scheduler): [string, Answers, string] => [
            `not known, with IPVS's scheduler ${scheduler}`,
            proxyConfig(`mode: ipvs\nipvs: {scheduler: ${scheduler}}\n`),
            "unknown",
        ]),
    ];
    for (const [what, answers, proxy] of proxies) {
        it(`is ${what}`, async () => {
            expect(await proxyWith(answers)).to.equal(proxy);
        });
    }

    it("is kube-proxy where it has no pod, but answered the probe on its node", async () => {
        expect(await proxyWith(withoutPods, true)).to.equal("nftables");
        expect(await proxyWith({ ...withoutPods, [kubeProxy]: 404 }, true)).to.equal("unknown");
    });
});

describe("the DNS of a cluster", () => {
    const local: Answers = { [daemonSets]: { items: [{ metadata: { name: "node-local-dns" } }] } };
    const facts: [what: string, answers: Answers, dns: Partial<ClusterFacts["dns"]>][] = [
        ["shuffles, with CoreDNS's usual Corefile", {}, { loadbalance: "round_robin", order: "shuffled" }],
        ["shuffles with a named policy", inBlock("loadbalance round_robin"), { order: "shuffled" }],
        ["is not known with weights", inBlock("loadbalance weighted f {\n reload 5s\n }"), { loadbalance: "weighted" }],
        ["does not shuffle without the plugin", inBlock("# loadbalance\ncache 30"), { loadbalance: "none" }],
        ["is not known where it prefers networks", inBlock("loadbalance {\n prefer 10.0.0.0/8\n }"), prefers],
        ["is not known with a policy of the future", inBlock("loadbalance fair"), { loadbalance: null }],
        ["is not known with plugins from elsewhere", inBlock("import /etc/coredns/custom/*"), { loadbalance: null }],
        [
            "is that of the block that serves the cluster's names",
            corefileOf(
                "example.org { # other\n forward . 9.9.9.9\n loadbalance\n}\n.:53 {\n kubernetes cluster.local {\n ttl 5\n }\n}",
            ),
            { loadbalance: "none", order: "frozen" },
        ],
        ["is not known where no block serves them", corefileOf(".:53 {\n loadbalance\n}"), { loadbalance: null }],
        ["repeats itself with a cache on each node", local, { nodeLocalCache: true, order: "frozen" }],
        ["is of another version", image("rancher/mirrored-coredns-coredns:1.8.6"), { coreDnsVersion: "1.8.6" }],
        ["is of no version known", image("localhost:5000/coredns:latest"), { coreDnsVersion: null, order: "unknown" }],
        [
            "is not known where nothing may be read",
            { [corefile]: 403, [coreDns]: 403, [daemonSets]: 403 },
            { coreDnsVersion: null, loadbalance: null, nodeLocalCache: null, order: "unknown" },
        ],
        [
            "is not known where there is no CoreDNS",
            { [corefile]: 404, [coreDns]: 404 },
            { coreDnsVersion: null, loadbalance: null, nodeLocalCache: false, order: "unknown" },
        ],
    ];
    for (const [what, answers, dns] of facts) {
        it(what, async () => {
            expect((await factsWith(answers)).dns).to.deep.include(dns);
        });
    }
});

describe("the zone of a node", () => {
    const zones: [what: string, answers: Answers, zone: string | null][] = [
        ["its label", {}, "zone-1"],
        ["empty without the label", { [probeNode]: { metadata: {} } }, ""],
        ["not known where nodes may not be read", { [probeNode]: 403 }, null],
    ];
    for (const [what, answers, zone] of zones) {
        it(`is ${what}`, async () => {
            expect(await asking(answers, (api) => zoneOf(api, "node-1"))).to.equal(zone);
        });
    }

    it("is not known of no node", async () => {
        expect(await asking({}, (api) => zoneOf(api, null))).to.equal(null);
    });
});
