import { seenIn } from "../../split/theory/answerOrder";
import type { DnsOrder } from "../../split/theory/context";
import { seededRandom } from "./random";
import { clusterIP, headless, podsAt, table, twoNodes } from "./contexts";

const lab = { backends: podsAt("10.42.0.40", "10.42.0.41", "10.42.0.42") };
const labClient = { address: "10.42.0.43", prefixLength: 24 };
const lastOctets = (...last: string[]): string[] => last.map((octets) => `10.244.${octets}`);
const [abc, cab, ab] = [
    lastOctets("1.10", "1.20", "2.7"),
    lastOctets("2.7", "1.10", "1.20"),
    lastOctets("1.10", "1.20"),
];
const seen = (...answers: string[][]) => ({ answers: answers.slice(0, 1), seen: seenIn(answers, answers) });
const frozen = (...answers: string[][]) => ({ dns: { order: "frozen" as const, ...seen(...answers) } });
const repeated = (times: number, ...answers: string[][]) =>
    answers.flatMap((answer) => Array.from({ length: times }, () => answer));
const inOrder = (order: DnsOrder, answers: string[][]) => ({ dns: { order, ...seen(...answers) } });
const unknown = { dns: { order: "unknown" as const } };
const tieOfAB = { backends: podsAt("10.244.1.10", "10.244.1.11", "10.244.2.7") };
const near = { address: "10.244.1.2", prefixLength: 24 };
const cba = lastOctets("1.11", "1.10", "2.7");
const bca = lastOctets("1.20", "2.7", "1.10");
const cbaAll = lastOctets("2.7", "1.20", "1.10");
const acb = lastOctets("1.10", "2.7", "1.20");
const bac = lastOctets("1.20", "1.10", "2.7");
const draw = seededRandom(5);
const shuffledAnswers = Array.from(
    { length: 60 },
    () => [abc, acb, bac, bca, cab, cbaAll][Math.floor(draw() * 6)] ?? abc,
);
const favouring = Array.from(
    { length: 300 },
    () => [abc, acb, abc, acb, abc, acb, bac, bca, cab, cbaAll][Math.floor(draw() * 10)] ?? abc,
);
const java = { engine: "Java", dnsCacheSeconds: 30 };
const kept = { connection: "kept-alive" } as const;
const pickFirst = { resolver: "go", engine: "gRPC pick_first", ...kept } as const;
const roundRobin = { resolver: "own-round-robin", engine: "gRPC round_robin" } as const;

table("who picks the pod of a headless Service", [
    ["musl: all-IPv4 answers unsorted", headless({ ...near, resolver: "musl" }), "independent, a=b=c, shuffled-dns"],
    [
        "c-ares: rule 9 for IPv6 only",
        headless({ ...labClient, resolver: "c-ares" }, lab),
        "independent, a=b=c, shuffled-dns",
    ],
    [
        "a resolver not known: nothing but the pods",
        headless({ ...labClient, resolver: "unknown" }, lab),
        "unknown, a?b?c, unknown-resolver",
    ],
    ["Go: rule 9 for IPv6 only", headless({ ...labClient, resolver: "go" }, lab), "independent, a=b=c, shuffled-dns"],
    [
        "Node has the order of its libc",
        headless({ ...labClient, engine: "Node", resolver: "musl" }, lab),
        "independent, a=b=c, shuffled-dns",
    ],
    ["one order repeated: its first pod", headless({}, frozen(cab, cab)), "independent, c, frozen-dns"],
    [
        "... first among those that tie",
        headless(near, { ...tieOfAB, ...frozen(cba, cba) }),
        "independent, b, frozen-dns",
    ],
    ["one order after another: not known", headless({}, frozen(abc, cab)), "unknown, a?b?c, frozen-dns"],
    ["one order, seen once: not known if it held", headless({}, frozen(abc)), "unknown, a?b?c, frozen-dns"],
    [
        "one answer to all, whatever the Corefile",
        headless({}, inOrder("shuffled", repeated(300, cab))),
        "independent, c, frozen-dns",
    ],
    [
        "three answers of one order: too few to tell",
        headless({}, inOrder("shuffled", repeated(3, cab))),
        "independent, a=b=c, shuffled-dns",
    ],
    [
        "answers cached for a while",
        headless({}, inOrder("shuffled", repeated(60, abc, cab, bac))),
        "unknown, a?b?c, repeated-dns",
    ],
    [
        "answers that rotate",
        headless({}, inOrder("unknown", Array.from({ length: 20 }, () => [abc, bca, cab]).flat())),
        "at most multinomial spread, a=b=c, rotating-dns",
    ],
    [
        "two answers by turns",
        headless(near, {
            ...tieOfAB,
            ...inOrder(
                "shuffled",
                Array.from({ length: 20 }, () => [
                    ["10.244.1.10", "10.244.1.11"],
                    ["10.244.1.11", "10.244.1.10"],
                ]).flat(),
            ),
            backends: tieOfAB.backends.slice(0, 2),
        }),
        "at most multinomial spread, a=b, rotating-dns",
    ],
    ["answers that favour a pod", headless({}, inOrder("shuffled", favouring)), "unknown, a?b?c, uneven-dns"],
    [
        "answers at random, whatever the Corefile",
        headless({}, inOrder("frozen", shuffledAnswers)),
        "independent, a=b=c, shuffled-dns",
    ],
    [
        "answers at random, with no Corefile",
        headless({}, inOrder("unknown", shuffledAnswers)),
        "independent, a=b=c, shuffled-dns",
    ],
    ["DNS order not known", headless({}, unknown), "unknown, a?b?c, unknown-dns-order"],
    ["... rule 9 decides", headless(labClient, { ...lab, ...unknown }), "independent, c, longest-prefix"],
    ["... rule 9 ties: no third", headless(near, { ...tieOfAB, ...unknown }), "unknown, a?b, unknown-dns-order"],
    ["... kept alive: still one pod", headless(kept, unknown), "one choice, a?b?c, kept-alive"],
    ["Java caches 30 s: batches", headless(java), "unknown, a?b?c, cached-dns"],
    ["Java, rule 9 decides", headless({ ...labClient, ...java }, lab), "independent, c, longest-prefix"],
    ["gRPC pick_first keeps its connection", headless(pickFirst), "one choice, a?b?c, kept-alive"],
    ["gRPC round_robin takes turns", headless(roundRobin), "in turns, a=b=c, own-round-robin"],
    ["... over kept connections, too", headless({ ...roundRobin, ...kept }), "in turns, a=b=c, own-round-robin"],
    ["Python requests pools", headless({ engine: "Python requests", ...kept }), "one choice, a?b?c, kept-alive"],
    ["kept alive, rule 9 decides", headless({ ...labClient, ...kept }, lab), "independent, c, longest-prefix"],
    ["sessionAffinity: no effect", { service: { sessionAffinity: "ClientIP" } }, "independent, a=b=c, shuffled-dns"],
    [
        "trafficDistribution: no effect",
        { backends: twoNodes, service: { trafficDistribution: "PreferSameNode" } },
        "independent, a=b=c=d=e=f, shuffled-dns",
    ],
    [
        "internalTrafficPolicy: no effect",
        { backends: twoNodes, service: { internalTrafficPolicy: "Local" } },
        "independent, a=b=c=d=e=f, shuffled-dns",
    ],
    ["a single pod", { backends: podsAt("10.244.1.10"), ...unknown }, "independent, a, only-one-pod"],
    ["no pod", { backends: [] }, "none, nobody, no-pod"],
    ["DNS names a stranger", { dns: { answers: [[...ab, "10.244.2.8"]] } }, "unknown, anybody, dns-disagrees"],
    ["DNS names two of three pods", { dns: { answers: [abc, ab] } }, "unknown, anybody, dns-disagrees"],
]);

table("who picks the pod behind a virtual address", [
    ["iptables: uniform", clusterIP(), "independent, a=b=c, kube-proxy-random"],
    ["nftables: uniform", clusterIP({}, { proxy: "nftables" }), "independent, a=b=c, kube-proxy-random"],
    ["Cilium: uniform at connect", clusterIP({}, { proxy: "cilium" }), "independent, a=b=c, cilium-random"],
    [
        "IPVS: round robin a node",
        clusterIP({}, { proxy: "ipvs" }),
        "at most multinomial spread, a=b=c, ipvs-round-robin",
    ],
    [
        "not yet known which: equal shares, and no more",
        clusterIP({}, { proxy: "not yet known" }),
        "at most multinomial spread, a=b=c, unknown-proxy",
    ],
    ["not known which: nothing", clusterIP({}, { proxy: "unknown" }), "unknown, anybody, unknown-proxy"],
    [
        "... with affinity: nothing",
        clusterIP({ sessionAffinity: "ClientIP" }, { proxy: "unknown" }),
        "unknown, anybody, unknown-proxy",
    ],
    ["... kept alive: nothing", clusterIP({}, { proxy: "unknown", client: kept }), "unknown, anybody, unknown-proxy"],
    [
        "... a single pod",
        clusterIP({}, { proxy: "unknown", backends: podsAt("10.244.1.10") }),
        "independent, a, only-one-pod",
    ],
    ["a mesh: nothing", clusterIP({}, { mesh: "Istio" }), "unknown, anybody, mesh"],
    ["a mesh, headless: nothing", headless(labClient, { ...lab, mesh: "Istio" }), "unknown, anybody, mesh"],
    ["rule 9: no effect", clusterIP({}, { client: labClient, ...lab }), "independent, a=b=c, kube-proxy-random"],
    ["DNS order: no effect", clusterIP({}, unknown), "independent, a=b=c, kube-proxy-random"],
    ["a client's own turns: no effect", clusterIP({}, { client: roundRobin }), "independent, a=b=c, kube-proxy-random"],
    ["kept alive: one pod", clusterIP({}, { client: kept }), "one choice, a?b?c, kept-alive"],
    ["own turns, kept alive", clusterIP({}, { client: { ...roundRobin, ...kept } }), "one choice, a?b?c, kept-alive"],
    ["affinity: one pod", clusterIP({ sessionAffinity: "ClientIP" }), "one choice, a?b?c, client-affinity"],
]);

const onNode2 = { client: { node: "node-2", zone: "zone-2" }, backends: twoNodes };
const onNode3 = { client: { node: "node-3", zone: "zone-2" }, backends: twoNodes };
const inZone3 = { client: { node: "node-3", zone: "zone-3" }, backends: twoNodes };
const noZones = { client: { zone: "" }, backends: twoNodes.map((pod) => ({ ...pod, zone: "" })) };
const [nodeNotKnown, zoneNotKnown] = [{ client: { node: null } }, { client: { zone: null } }];
const local = { internalTrafficPolicy: "Local" } as const;
const sameZone = { trafficDistribution: "PreferSameZone" } as const;
const sameNode = { trafficDistribution: "PreferSameNode" } as const;
const all = "independent, a=b=c=d=e=f, kube-proxy-random";
const second = "independent, d=e=f, kube-proxy-random";

table("where a policy lets traffic go", [
    ["Local: pods of the client's node", clusterIP(local, onNode2), second],
    [
        "Local, a single pod there",
        clusterIP(local, { ...onNode2, backends: twoNodes.slice(0, 4) }),
        "independent, d, only-one-pod",
    ],
    ["Local, none there: connections fail", clusterIP(local, onNode3), "none, nobody, no-pod"],
    ["Local, node not known", clusterIP(local, nodeNotKnown), "unknown, a?b?c, placement-not-known"],
    ["Local, before trafficDistribution", clusterIP({ ...local, ...sameZone }, onNode3), "none, nobody, no-pod"],
    [
        "Local and kept alive",
        clusterIP(local, { ...onNode2, client: { ...onNode2.client, ...kept } }),
        "one choice, d?e?f, kept-alive",
    ],
    ["PreferSameZone", clusterIP(sameZone, onNode3), second],
    ["PreferClose, its old name", clusterIP({ trafficDistribution: "PreferClose" }, onNode3), second],
    ["PreferSameZone, none in the zone: all", clusterIP(sameZone, inZone3), all],
    ["PreferSameZone, nodes without zones: all", clusterIP(sameZone, noZones), all],
    ["PreferSameZone, zone not known", clusterIP(sameZone, zoneNotKnown), "unknown, a?b?c, placement-not-known"],
    [
        "PreferSameZone on Cilium, all in one zone",
        clusterIP(sameZone, { proxy: "cilium" }),
        "independent, a=b=c, cilium-random",
    ],
    ["PreferSameNode", clusterIP(sameNode, onNode2), second],
    ["PreferSameNode, none there: the zone", clusterIP(sameNode, onNode3), second],
    ["PreferSameNode, none in the zone: all", clusterIP(sameNode, inZone3), all],
    [
        "PreferSameNode on Cilium",
        clusterIP(sameNode, { ...onNode2, proxy: "cilium" }),
        "unknown, a?b?c?d?e?f, unknown-proxy",
    ],
]);
