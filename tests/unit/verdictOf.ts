import type { VerdictOptions } from "../../split/statistics/thresholds";
import type { Expectation } from "../../split/theory/expectation";
import { verdictOfShards, type ShardCase } from "../../split/verdict/shardedVerdict";
import type { Verdict } from "../../split/verdict/verdict";

type Counts = Readonly<Record<string, number>>;

/** The verdict on what one pod of the probe counted, each answer on a connection of its own unless said otherwise. */
export function verdictOf(
    counts: Counts,
    expectation: Expectation,
    options: VerdictOptions = {},
    failed = 0,
    connections = counts,
    namedFirst: ShardCase["namedFirst"] = null,
): Verdict {
    const requested = Object.values(counts).reduce((sum, count) => sum + count, failed);
    const shard: ShardCase = {
        place: "10.244.0.9 on node-1",
        requested,
        expectation,
        counts,
        connections,
        failed,
        fallbacks: {},
        namedFirst,
    };
    return verdictOfShards([shard], options).verdict;
}
