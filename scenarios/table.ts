import type { ReasonTag } from "../split/theory/choice";
import { iptables, nodeLocalCache, unreadyPod, withoutLoadbalance } from "./clusterChanges";
import type { Facts, Reasons, Scenario } from "./scenario";
import { scenarioLayout } from "./scenarioLab";

const [first = "", second = "", third = ""] = scenarioLayout.nodes.map(({ name }) => name);

/** What config of the stack all scenarios share: four clients on the first node, and a pod on each. */
export const shared = {
    clients: ["curl", "curl-musl", "round-robin", "curl-kept-alive"],
    replicas: 3,
    // Of the 18 scenarios of a run, chance makes one contradict in fewer than 2 of 10,000 runs; with twelve verdicts each,
    // three pods then take 356 requests.
    falseAlarmRate: 0.00001,
    requests: 360,
    probeNode: first,
    podSpread: "nodes",
} as const;

const facts: Facts = { proxy: "nftables", loadbalance: "round_robin", nodeLocalCache: false };

/** The same reasons for each client, but for the one that keeps a connection, and for those given. */
function reasons(usual: ReasonTag, kept: ReasonTag, others: Reasons = {}): Reasons {
    const each = Object.fromEntries(shared.clients.map((client): [string, ReasonTag[]] => [client, [usual]]));
    return { ...each, "curl-kept-alive": [kept], ...others };
}

const turns: Reasons = { "round-robin": ["own-round-robin"] };
/** One pod in the client's subnet: glibc goes there, and keeps to it. */
const near = reasons("longest-prefix", "longest-prefix", { "curl-musl": ["shuffled-dns"], ...turns });
const random = reasons("kube-proxy-random", "kept-alive");
/** No pod in the client's subnet. */
const far = reasons("shuffled-dns", "kept-alive", turns);
const frozen = reasons("frozen-dns", "kept-alive", turns);
/** The same, but that the cache may ask anew in the middle of a run. */
const cached = { ...frozen, ...repeatedFor("curl", "curl-musl") };

/** Two pods on the client's node, and one on another. */
const twoNear = { podNodes: [first, second] } as const;
/** Pods on the other nodes alone. */
const elsewhere = { podNodes: [second, third] } as const;

/** Every traffic policy, every kind of proxy and DNS that the lab has, and every place of the probe that decides. */
export const scenarios: readonly Scenario[] = [
    {
        name: "as-it-comes",
        sentence: "Without any policy: one pod on each node, one of them in the client's own subnet.",
        config: {},
        ...{ reasons: { headless: near, ClusterIP: random }, facts },
    },
    {
        name: "article",
        sentence: "The cluster of 2019: the client in one /24, two of the pods in it, one outside, and ten requests.",
        config: {
            ...{ podNodes: [second, first], probeNode: second, podSpread: "none" },
            ...{ requests: 10, clients: ["curl"], falseAlarmRate: 0.001 },
        },
        foretoldOn: second,
        reasons: { headless: { curl: ["longest-prefix"] }, ClusterIP: { curl: ["kube-proxy-random"] } },
        facts,
    },
    {
        name: "session-affinity",
        sentence: "sessionAffinity ClientIP gives a client's address one pod; a headless Service has no affinity.",
        config: { sessionAffinity: "ClientIP" },
        reasons: { headless: near, ClusterIP: reasons("client-affinity", "kept-alive") },
        facts,
    },
    {
        name: "node-port",
        sentence: "The Service is called at its port of the client's own node, too, and reaches the pods of all nodes.",
        config: { serviceType: "NodePort" },
        ...{ reasons: { headless: near, ClusterIP: random, NodePort: random }, facts },
    },
    {
        name: "keep-alive",
        sentence: "Clients that keep their connection keep its pod; one that balances by itself keeps one to each pod.",
        config: { clients: ["curl-kept-alive", "curl-musl-kept-alive", "node-kept-alive", "round-robin-kept-alive"] },
        reasons: {
            headless: {
                ...{ "curl-kept-alive": ["longest-prefix"], "node-kept-alive": ["longest-prefix"] },
                ...{ "curl-musl-kept-alive": ["kept-alive"], "round-robin-kept-alive": ["own-round-robin"] },
            },
            ClusterIP: {
                ...{ "curl-kept-alive": ["kept-alive"], "node-kept-alive": ["kept-alive"] },
                ...{ "curl-musl-kept-alive": ["kept-alive"], "round-robin-kept-alive": ["kept-alive"] },
            },
        },
        facts,
    },
    {
        name: "not-ready-published",
        sentence:
            "publishNotReadyAddresses offers a pod that is not ready: who balances by itself, or through a proxy, hits it.",
        config: { publishNotReadyAddresses: true },
        change: unreadyPod(third),
        reasons: {
            // It is on another node than the client: glibc prefers the one of its own.
            headless: { ...near, "curl-musl": ["not-ready-published"], "round-robin": ["not-ready-published"] },
            ClusterIP: reasons("not-ready-published", "not-ready-published"),
        },
        facts,
    },
    {
        name: "stateful-set",
        sentence:
            "Each pod of a StatefulSet has a name of its own below the headless Service, which leads to no other.",
        config: { workload: "StatefulSet" },
        reasons: { headless: near, ClusterIP: random, pod: reasons("only-one-pod", "only-one-pod") },
        facts,
    },
    {
        name: "local",
        sentence: "internalTrafficPolicy Local keeps to the two pods of the client's node; a third is on another.",
        config: { ...twoNear, internalTrafficPolicy: "Local" },
        reasons: { headless: nearOrTied(), ClusterIP: random },
        facts,
    },
    {
        name: "prefer-same-node",
        sentence: "trafficDistribution PreferSameNode keeps to the two pods of the client's node.",
        config: { ...twoNear, trafficDistribution: "PreferSameNode" },
        reasons: { headless: nearOrTied(), ClusterIP: random },
        facts,
    },
    {
        name: "prefer-same-zone",
        sentence: "trafficDistribution PreferSameZone keeps to the two pods of the client's zone.",
        config: { ...twoNear, trafficDistribution: "PreferSameZone" },
        reasons: { headless: nearOrTied(), ClusterIP: random },
        facts,
    },
    {
        name: "within-a-subnet",
        sentence:
            "All pods are on the client's node, in its subnet: who shares the longest prefix with it, decides for glibc.",
        config: { podNodes: [first] },
        reasons: { headless: nearOrTied(), ClusterIP: random },
        facts,
    },
    {
        name: "across-subnets",
        sentence: "No pod is in the client's subnet: glibc keeps the order of DNS, and all split evenly.",
        config: elsewhere,
        ...{ reasons: { headless: far, ClusterIP: random }, facts },
    },
    {
        name: "zone-without-pod",
        sentence: "With trafficDistribution PreferSameZone and no pod in the client's zone, all pods are taken.",
        config: { ...elsewhere, trafficDistribution: "PreferSameZone" },
        ...{ reasons: { headless: far, ClusterIP: random }, facts },
    },
    {
        name: "local-without-pod",
        sentence:
            "With internalTrafficPolicy Local and no pod on the client's node, nobody answers: each request waits for 10 s.",
        config: { ...elsewhere, internalTrafficPolicy: "Local", requests: 2 },
        reasons: { headless: far, ClusterIP: reasons("no-pod", "no-pod") },
        facts,
    },
    {
        name: "without-loadbalance",
        sentence: "DNS names the pods in one order, and whoever keeps it calls the first of them alone.",
        config: elsewhere,
        change: withoutLoadbalance,
        reasons: { headless: frozen, ClusterIP: random },
        facts: { ...facts, loadbalance: "none" },
    },
    {
        name: "node-local-cache",
        sentence: "A cache on the client's node repeats one answer for up to 30 s, though CoreDNS shuffles each.",
        config: elsewhere,
        change: nodeLocalCache,
        reasons: { headless: cached, ClusterIP: random },
        facts: { ...facts, nodeLocalCache: true },
    },
    {
        name: "iptables",
        sentence: "In its iptables mode, kube-proxy draws as in its nftables mode.",
        config: {},
        change: iptables,
        reasons: { headless: near, ClusterIP: random },
        facts: { ...facts, proxy: "iptables" },
    },
];

function repeatedFor(...clients: readonly string[]): Reasons {
    return Object.fromEntries(clients.map((client): [string, ReasonTag[]] => [client, ["frozen-dns", "repeated-dns"]]));
}

/** Several pods in the client's subnet: one that shares the longest prefix, or some that tie, of which one is kept. */
function nearOrTied(): Reasons {
    return { ...near, "curl-kept-alive": ["longest-prefix", "kept-alive"] };
}
