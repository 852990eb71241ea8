import type { CountedLog } from "../protocol/countedLog";
import { added } from "./counts";
import { LogError } from "../protocol/rawLine";
import { mergeCounted, mergeRequests } from "./mergedLogs";
import type { ProbeLog } from "../protocol/parse";
import type { Prediction, Sorting } from "../theory/prediction";
import type { ResolverLog } from "../protocol/resolverLog";
import { summarise, type Answers, type ServiceSummary } from "./summary";

/**
 * How many requests each of the probe's pods sends: they add up to all, and the first send the remainder.
 *
 * @param requests natural number
 * @param shards 1 or more
 */
export function partsOf(requests: number, shards: number): number[] {
    return Array.from({ length: shards }, (_, i) => Math.floor(requests / shards) + (i < requests % shards ? 1 : 0));
}

/** What one client saw of a Service from one of several pods of the probe. */
export interface Shard extends Pick<ServiceSummary, "dns" | "requested" | "answered" | "connections" | "prediction"> {
    /** Requests and connections by pod, in the order of the pods of all shards together. */
    readonly pods: readonly (readonly [count: number, connections: number])[];
}

/** What one client saw of a Service from all pods of the probe. */
export interface ShardedSummary extends ServiceSummary {
    /** What it saw from each, in their order; empty where the probe is one pod. */
    readonly shards: readonly Shard[];
}

/** The logs of one client from one of the probe's pods, and of that pod's resolver. */
export interface ShardLogs {
    readonly log: ProbeLog | CountedLog;
    readonly resolverLog: ResolverLog;
    readonly sorting: Sorting;
}

/**
 * What one client saw, over all pods of the probe: counts, errors and times as if one log held all.
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
            // Each pod has an address of its own, by which its client may sort otherwise.
            dns: { ...summary.dns, firsts: addFirsts(summary.dns.addresses, parts) },
            // Each connection was foretold from what its own pod was answered.
            prediction: addPredictions(parts.map(({ prediction }) => prediction)),
            shards: parts.map((part) => shardOf(part, summary)),
        };
    });
}

function shardOf(part: ServiceSummary, { pods }: ServiceSummary): Shard {
    const { dns, requested, answered, connections, prediction } = part;
    const counts = pods.map(({ pod }) => {
        const own = part.pods.find((each) => each.pod === pod);
        return [own?.count ?? 0, own?.connections ?? 0] as const;
    });
    return { dns, requested, answered, connections, prediction, pods: counts };
}

function mergeLogs(logs: readonly (ProbeLog | CountedLog)[]): ProbeLog | CountedLog {
    const [first] = logs;
    const stranger = logs.find(
        ({ header }) =>
            header.client !== first?.header.client || header.services.join() !== first.header.services.join(),
    );
    if (stranger !== undefined) {
        const { client, services } = stranger.header;
        throw new LogError(`${client} called ${services.join(" and ")}, from another pod something else was called`);
    }
    const printed = logs.filter((log): log is ProbeLog => "requests" in log);
    const counted = logs.filter((log): log is CountedLog => !("requests" in log));
    if (printed.length > 0 && counted.length > 0) {
        throw new LogError(`${first?.header.client} counted its requests from one pod, and not from another`);
    }
    return counted.length > 0 ? mergeCounted(counted) : mergeRequests(printed);
}

function mergeAnswers(shards: readonly [ShardLogs, ...ShardLogs[]]): Answers {
    const { header } = shards[0].resolverLog;
    const answersTo: Answers["answersTo"] = (client, service) =>
        shards.flatMap(({ resolverLog }) => resolverLog.answersTo(client, service));
    return { header, answersTo };
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
                  fallbacks: added([sum.fallbacks, each.fallbacks]),
              },
    );
}
