import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { count } from "../protocol/values";
import { prediction } from "../theory/prediction";
import { timeline } from "./timeline";

/** How often one pod answered, and at which addresses. */
const podShare = z.object({
    pod: z.string(),
    /** Requests that this pod answered. */
    count,
    /** Connections whose first request it answered. */
    connections: count,
    /**
     * Its connections over those of all pods, 0 to 1. A kept connection counts once, however many requests it carried.
     */
    share: z.number().min(0).max(1),
    /** Answered requests by the address that the client connected to. */
    addresses: z.record(z.string(), count),
});
export type PodShare = Immutable<z.infer<typeof podShare>>;

/** What DNS answered to one client for one Service. */
const dnsSummary = z.object({
    /** The fully qualified name. */
    name: z.string(),
    /** The addresses of the first answer, in its order. */
    addresses: z.array(z.string()),
    /** Number of answers. */
    lookups: count,
    /** Number of different orders among the answers. */
    orders: count,
    /** Number of different sets of addresses among the answers that are not empty. */
    sets: count,
    /** How often each of `addresses` came first, in the order in which the client tries them. */
    firsts: z.array(count),
    /** Answers that have the same order as the answer before. */
    repeats: count,
    /** Whether each answer is a rotation of the answer before. */
    rotates: z.boolean(),
});
export type DnsSummary = Immutable<z.infer<typeof dnsSummary>>;

/** Percentiles in milliseconds, interpolated linearly between the two nearest ranks (Hyndman and Fan, type 7). */
const percentiles = z.object({
    p50: z.number(),
    p90: z.number(),
    p99: z.number(),
    max: z.number(),
});
export type Percentiles = Immutable<z.infer<typeof percentiles>>;

/** What one client saw of one Service. */
export const serviceSummary = z.object({
    service: z.string(),
    dns: dnsSummary,
    requested: count,
    answered: count,
    /** Connections that were established, whether a pod answered on them or not. */
    connections: count,
    /** See {@link comparePrediction}; null where look-ups do not match connections. */
    prediction: prediction.nullable(),
    /** Pods that answered, most requests first. */
    pods: z.array(podShare),
    /** Failed requests by message; beyond the most frequent messages they are counted together. */
    errors: z.record(z.string(), count),
    /** Which pod answered when; null for clients that print each request, without its time. */
    timeline: timeline.nullable(),
    /**
     * Of opened connections, and in total of answered requests; null where there were none. `dns` is null for a client
     * whose requests do not wait for a look-up, `handshake` without TLS.
     */
    latencyMs: z
        .object({
            dns: percentiles.nullable(),
            connect: percentiles,
            handshake: percentiles.nullable(),
            total: percentiles,
        })
        .nullable(),
    /** See {@link retransmittedSyns}. */
    retransmittedSyns: count.nullable(),
});
export type ServiceSummary = Immutable<z.infer<typeof serviceSummary>>;

/** What one client saw of a Service from one of several pods of the probe. */
const shard = z.object({
    dns: dnsSummary,
    requested: count,
    answered: count,
    connections: count,
    prediction: prediction.nullable(),
    /** Requests and connections by pod, in the order of the pods of all shards together. */
    pods: z.array(z.tuple([count, count])),
});
export type Shard = Immutable<z.infer<typeof shard>>;

/** What one client saw of a Service from all pods of the probe. */
export const shardedSummary = serviceSummary.extend({
    /** What it saw from each, in their order; empty where the probe is one pod. */
    shards: z.array(shard),
});
export type ShardedSummary = Immutable<z.infer<typeof shardedSummary>>;
