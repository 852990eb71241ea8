import type { ClientLog } from "../protocol/clientLog";
import type { CountedLog } from "../protocol/countedLog";
import { LogError } from "../protocol/decodeLine";
import type { RequestLog } from "../protocol/requestLog";
import type { ResolverLog } from "../protocol/resolverLog";
import type { Prediction, Sorting } from "../theory/prediction";
import { addCounts } from "./addCounts";
import { mergeCounted, mergeRequests } from "./mergedLogs";
import type { ServiceSummary, Shard, ShardedSummary } from "./serviceSummary";
import { summarise, type Answers } from "./summarise";

/**
 * How many requests each of the probe's pods sends. They add up to all requests; the first pods send one more where the
 * requests can't be divided evenly.
 *
 * @param requests whole number
 * @param shards 1 or more
 */
export function partsOf(requests: number, shards: number): number[] {
    return Array.from({ length: shards }, (_, i) => Math.floor(requests / shards) + (i < requests % shards ? 1 : 0));
}

/** The log of one client from one of the probe's pods, and the log of that pod's resolver. */
export interface ShardLogs {
    readonly log: ClientLog;
    readonly resolverLog: ResolverLog;
    readonly sorting: Sorting;
}

/**
 * What one client saw from all pods of the probe: counts, errors and times as if one log held all.
 *
 * @throws LogError where the logs are of different clients or Services
 */
export function summariseShards(shards: readonly [ShardLogs, ...ShardLogs[]]): ShardedSummary[] {
    const own = shards.map(({ log, resolverLog, sorting }) => summarise(log, resolverLog, sorting));
    const [{ sorting }] = shards;
    if (shards.length === 1) {
        return (own[0] ?? []).map((summary) => ({ ...summary, shards: [] }));
    }
    const all = summarise(mergeLogs(shards.map(({ log }) => log)), mergeAnswers(shards), sorting);
    return all.map((summary, position) => {
        const parts = own.flatMap((each) => each[position] ?? []);
        return {
            ...summary,
            // Each pod has its own address, and its clients sort by that.
            dns: { ...summary.dns, firsts: addFirsts(summary.dns.addresses, parts) },
            // Each connection was predicted from the answers to its own pod.
            prediction: addPredictions(parts.map(({ prediction }) => prediction)),
            shards: parts.map((part) => shardOf(part, summary)),
        };
    });
}

function shardOf(part: ServiceSummary, { pods }: ServiceSummary): Shard {
    return {
        dns: part.dns,
        requested: part.requested,
        answered: part.answered,
        connections: part.connections,
        prediction: part.prediction,
        pods: pods.map(({ pod }) => {
            const own = part.pods.find((each) => each.pod === pod);
            return [own?.count ?? 0, own?.connections ?? 0];
        }),
    };
}

function mergeLogs(logs: readonly ClientLog[]): ClientLog {
    const [first] = logs;
    const stranger = logs.find(
        ({ header }) =>
            header.client !== first?.header.client || header.services.join() !== first.header.services.join(),
    );
    if (stranger !== undefined) {
        const { client, services } = stranger.header;
        throw new LogError(`the probe's pods logged different runs; one is ${client} calling ${services.join(", ")}`);
    }
    const printed = logs.filter((log): log is RequestLog => log.kind === "requests");
    const counted = logs.filter((log): log is CountedLog => log.kind === "counted");
    if (printed.length > 0 && counted.length > 0) {
        throw new LogError(`${first?.header.client} counted its requests in one pod and printed them in another`);
    }
    return counted.length > 0 ? mergeCounted(counted) : mergeRequests(printed);
}

function mergeAnswers(shards: readonly [ShardLogs, ...ShardLogs[]]): Answers {
    return {
        header: shards[0].resolverLog.header,
        answersTo: (client, service) => shards.flatMap(({ resolverLog }) => resolverLog.answersTo(client, service)),
    };
}

function addFirsts(addresses: readonly string[], parts: readonly ServiceSummary[]): number[] {
    return addresses.map((address) =>
        parts.reduce((sum, { dns }) => sum + (dns.firsts[dns.addresses.indexOf(address)] ?? 0), 0),
    );
}

function addPredictions(predictions: readonly (Prediction | null)[]): Prediction | null {
    return predictions.reduce((sum, each) =>
        sum === null || each === null
            ? null
            : {
                  compared: sum.compared + each.compared,
                  agreed: sum.agreed + each.agreed,
                  fallbacks: addCounts([sum.fallbacks, each.fallbacks]),
              },
    );
}
