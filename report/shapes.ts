import { z } from "zod";
import type { Assessment } from "../split/verdict/assessment";
import type { Comparison } from "../split/verdict/comparison";
import { tcpCounters, type TcpCounter } from "../split/protocol/tcpCounters";
import { disruptions } from "../split/measurement/disruption";
import type { ExpectedSplits } from "../split/theory/expectedSplits";
import { outcomes } from "../split/verdict/judgement";
import { clientResolvers } from "../split/protocol/line";

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const time = z.iso.datetime({ offset: true });
const counts = z.record(z.string(), count);
const texts = z.array(z.string());
// JSON has no Infinity, and null in its place.
const statistic = z
    .number()
    .nullable()
    .transform((value) => value ?? Infinity);

const percentiles = z.object({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number() });
const fact = z.enum(["pinned to one pod", "even", "skewed", "more even than random"]);
const draws = [
    ...(["independent", "in turns", "no more uneven than independent", "one choice", "one choice each"] as const),
    ...(["none", "unknown"] as const),
] as const;
const tags = [
    ...(["longest-prefix", "shuffled-dns", "frozen-dns", "cached-dns", "unknown-dns-order"] as const),
    ...(["repeated-dns", "rotating-dns", "uneven-dns"] as const),
    ...([
        "addresses-not-known",
        "dns-disagrees",
        "unknown-resolver",
        "own-round-robin",
        "kube-proxy-random",
        "ipvs-round-robin",
    ] as const),
    ...(["cilium-random", "unknown-proxy", "client-affinity", "placement-not-known", "kept-alive", "mesh"] as const),
    ...(["not-ready-published", "only-one-pod", "no-pod", "churn", "probes-differ"] as const),
] as const;

/** What a client saw of a Service, from one pod of the probe or from all. */
const seen = {
    dns: z.object({
        name: z.string(),
        addresses: texts,
        lookups: count,
        orders: count,
        sets: count,
        firsts: z.array(count),
        repeats: count,
        rotates: z.boolean(),
    }),
    ...{ requested: count, answered: count, connections: count },
    prediction: z.object({ compared: count, agreed: count, fallbacks: counts }).nullable(),
};

const client = z.object({
    client: z.string(),
    clientVersion: z.string(),
    engine: z.string(),
    resolver: z.enum([...clientResolvers, "unknown"]),
    connection: z.enum(["new", "kept-alive"]),
    ...seen,
    shards: z.array(z.object({ ...seen, pods: z.array(z.tuple([count, count])) })),
    pods: z.array(z.object({ pod: z.string(), count, connections: count, share, addresses: counts })),
    errors: counts,
    timeline: z
        .object({
            ...{ start: time, pods: texts },
            intervals: z.array(
                z.object({ from: z.number(), seconds: z.number(), counts: z.array(count), failed: count }),
            ),
        })
        .nullable(),
    latencyMs: z
        .object({
            dns: percentiles.nullable(),
            connect: percentiles,
            handshake: percentiles.nullable().default(null),
            total: percentiles,
        })
        .nullable(),
    retransmittedSyns: count.nullable().default(null),
    expectation: z.object({
        distribution: z.record(z.string(), share).nullable(),
        draws: z.enum(draws),
        candidates: texts.nullable(),
        reason: z.object({ tag: z.enum(tags), sentence: z.string() }),
    }),
    verdict: z.object({
        outcome: z.enum(outcomes),
        pValue: z.number().nullable(),
        fit: z
            .object({
                method: z.enum(["exact multinomial", "chi-square"]),
                ...{ statistic, degreesOfFreedom: z.number(), pValue: z.number() },
            })
            .nullable(),
        connectionsNeeded: z.number().nullable(),
        falseAlarmRate: z.number(),
        facts: z.array(fact),
        answers: count,
        sentence: z.string(),
    }),
    notes: texts,
});

const service = z.object({
    name: z.string(),
    kind: z.enum(["headless", "ClusterIP", "NodePort", "pod"]),
    clusterIP: z.string().nullable(),
    sessionAffinity: z.enum(["None", "ClientIP"]),
    internalTrafficPolicy: z.enum(["Cluster", "Local"]),
    trafficDistribution: z.enum(["PreferSameZone", "PreferSameNode", "PreferClose"]).nullable(),
    publishNotReadyAddresses: z.boolean(),
    clients: z.array(client),
});

const tcp = z.record(z.enum(tcpCounters), count.nullable());
const noneKnown = Object.fromEntries(tcpCounters.map((name) => [name, null])) as Record<TcpCounter, null>;

const place = { node: z.string().nullable(), zone: z.string().nullable() };

const changedPod = z.object({
    name: z.string(),
    address: z.string().nullable(),
    ready: time.nullable(),
    gone: time.nullable(),
});
const seconds = z.number().nullable();
const disruption = z.object({
    ...{ kind: z.enum(disruptions), service: z.string(), at: time },
    ...{ lost: z.array(changedPod), gained: z.array(changedPod) },
    clients: z.array(
        z.object({
            client: z.string(),
            seconds: z.object({
                from: z.number().int(),
                ...{ stayed: z.array(count), lost: z.array(count), gained: z.array(count), failed: z.array(count) },
            }),
            ...{ failed: count, firstGained: seconds, lastLost: seconds, lastFailed: seconds, slowestMs: seconds },
        }),
    ),
});

/** The output `trafficSplit`; what it holds besides is left out. */
export const assessment: z.ZodType<Assessment> = z.object({
    schemaVersion: z.literal(4),
    startedAt: time,
    finishedAt: time,
    job: z.string(),
    probes: z
        .array(
            z.object({
                ...{ pod: z.string(), ...place, address: z.string(), prefixLength: count },
                ...{ nameservers: texts, search: texts, options: texts },
                tcp: tcp.default(noneKnown),
            }),
        )
        .min(1),
    caCertificate: z.string().nullable().default(null),
    cluster: z.object({
        mesh: z.string().nullable(),
        proxy: z.enum(["iptables", "nftables", "ipvs", "cilium", "unknown"]),
        dns: z.object({
            coreDnsVersion: z.string().nullable(),
            loadbalance: z.enum(["round_robin", "weighted", "prefer", "none"]).nullable(),
            nodeLocalCache: z.boolean().nullable(),
            order: z.enum(["shuffled", "frozen", "unknown"]),
        }),
    }),
    pods: z.array(z.object({ name: z.string(), address: z.string().nullable(), ...place, ready: z.boolean() })),
    churn: texts,
    services: z.array(service),
    disruptions: z.array(disruption).default([]),
});

const change = z.object({
    method: z.enum(["exact", "chi-square"]),
    pValue: z.number(),
    matched: z.enum(["by name", "by rank"]),
    before: z.array(count),
    after: z.array(count),
    changed: z.boolean(),
});

/** The output `comparison`. */
export const comparison: z.ZodType<Comparison> = z.object({
    since: time,
    services: z.record(z.string(), z.record(z.string(), change)),
});

/** The output `expected`. */
export const expectedSplits: z.ZodType<ExpectedSplits> = z.record(
    z.string(),
    z.record(z.string(), z.object({ split: z.string(), reason: z.string() })),
);
