import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { count, moment } from "../protocol/values";
import { homogeneity, homogeneityResult } from "../statistics/homogeneity";
import type { Draws } from "../theory/choice";
import type { Run } from "./run";

/** One client at one Service, in two runs. */
const change = homogeneityResult.pick({ method: true, pValue: true }).extend({
    /**
     * How pods of the two runs are paired: by their names where these are the same, else by rank, most connections
     * first. Of all ways to pair pods, that by rank makes chi-square smallest: a change that it finds is there
     * whichever pod replaced which.
     */
    matched: z.enum(["by name", "by rank"]),
    /** Connections of each pod in the earlier run. */
    before: z.array(count),
    /** Connections of each pod in the later run, in the same order. */
    after: z.array(count),
    /** Whether the p value is at or below this change's part of the false-alarm rate. */
    changed: z.boolean(),
});
export type Change = Immutable<z.infer<typeof change>>;

/** How the split changed since the run before: the output `comparison`. */
export const comparison = z.object({
    /** When that run started. */
    since: moment,
    /**
     * By Service and client. Left out are those that only one of the runs has, those where it is not known how their
     * connections depend on each other, and those where all connections followed one choice in both runs: one draw
     * compared with one draw shows nothing.
     */
    services: z.record(z.string(), z.record(z.string(), change)),
});
export type Comparison = Immutable<z.infer<typeof comparison>>;

/** Whether many connections were drawn, so that their counts tell how they are drawn. */
function isRepeated(draws: Draws): boolean {
    return draws === "independent" || draws === "in turns" || draws === "at most multinomial spread";
}

function isComparable(drawn: readonly Draws[]): boolean {
    return drawn.some(isRepeated) && drawn.every((draws) => isRepeated(draws) || draws === "one choice");
}

/**
 * Compares two runs of the same stack, client by client, by a test of homogeneity of the 2 x k table of connections.
 *
 * @param falseAlarmRate how often two runs that split alike may be called changed, at any client and Service: each
 *     comparison gets an equal part of it (Bonferroni)
 */
export function compareRuns(earlier: Run, later: Run, falseAlarmRate: number): Comparison {
    const compared = Object.entries(later.connections).map(([service, clients]) => {
        const pairs = Object.entries(clients).flatMap(([client, after]) => {
            const before = earlier.connections[service]?.[client];
            const drawn = [earlier, later].map((run) => run.draws[service]?.[client] ?? "unknown");
            return before === undefined || !isComparable(drawn) ? [] : [{ client, before, after }];
        });
        return { service, pairs };
    });
    const comparisons = compared.reduce((sum, { pairs }) => sum + pairs.length, 0);
    const rate = falseAlarmRate / Math.max(1, comparisons);
    const services = compared.map(({ service, pairs }) => [
        service,
        Object.fromEntries(pairs.map(({ client, before, after }) => [client, changeOf(before, after, rate)])),
    ]);
    return { since: earlier.startedAt, services: Object.fromEntries(services) as Comparison["services"] };
}

type Counts = Readonly<Record<string, number>>;

function changeOf(before: Counts, after: Counts, falseAlarmRate: number): Change {
    const names = Object.keys(after).sort();
    const isSame = Object.keys(before).sort().join() === names.join();
    const pods = Math.max(names.length, Object.keys(before).length);
    const ranked = (counts: Counts): number[] => {
        const sorted = Object.values(counts).sort((a, b) => b - a);
        return [...sorted, ...Array<number>(pods - sorted.length).fill(0)];
    };
    const rows = {
        before: isSame ? names.map((pod) => before[pod] ?? 0) : ranked(before),
        after: isSame ? names.map((pod) => after[pod] ?? 0) : ranked(after),
    };
    const { method, pValue } = homogeneity(rows.before, rows.after);
    return {
        matched: isSame ? "by name" : "by rank",
        ...rows,
        method,
        pValue,
        changed: pValue <= falseAlarmRate,
    };
}
