import { addCounts } from "../measurement/addCounts";
import { withDefaults, type VerdictOptions } from "../statistics/thresholds";
import type { Expectation } from "../theory/expectation";
import { listed } from "../theory/listed";
import { expectationOfShards, isAlike, type ExpectedShard } from "../theory/shardedExpectation";
import { judge, type Case, type Judgement } from "./judgement";
import { caseOf, verdictFrom, type Counted, type Verdict } from "./verdict";

/** What one of the probe's pods counted, and what was expected there. */
export interface ShardCase extends ExpectedShard, Omit<Counted, "choices"> {}

type Shards = readonly [ShardCase, ...ShardCase[]];

/**
 * Compares the counts of all pods of the probe with what was expected of each at its own place. It looks once: there is
 * no second try, and counts do not shape the expectation. Each pod is tested alone, and all pods with the same
 * expectation once more together, which finds what none has enough connections for. Each test gets an equal part of the
 * false-alarm rate (Bonferroni), so that all of them together err no more often than that.
 *
 * @returns the verdict on all pods of the probe, and what was expected of them together
 * @throws RangeError where an option is out of its bounds or a count is not a whole number of 0 or more
 */
export function verdictOfShards(
    shards: Shards,
    options: VerdictOptions,
): { expectation: Expectation; verdict: Verdict } {
    const complete = withDefaults(options);
    const groups = groupsOf(shards);
    const alone = groups.filter(({ length }) => length > 1).flatMap((group) => group.map((each): Shards => [each]));
    const tests = [...groups, ...alone];
    const strict = { ...complete, falseAlarmRate: complete.falseAlarmRate / tests.length };
    const judged = tests.map((test) => ({
        test,
        judgement: judge(together(test, test[0].expectation, strict)),
    }));
    const expectation = expectationOfShards(shards);
    const judgement = combined(judged, groups.length, shards);
    return { expectation, verdict: verdictFrom(together(shards, expectation, complete), judgement) };
}

interface Judged {
    readonly test: Shards;
    readonly judgement: Judgement;
}

/** Shards with the same expectation, so that their counts may be added up. */
function groupsOf(shards: Shards): Shards[] {
    const groups: [ShardCase, ...ShardCase[]][] = [];
    for (const shard of shards) {
        const group = groups.find(([first]) => isAlike(first.expectation, shard.expectation));
        if (group === undefined) {
            groups.push([shard]);
        } else {
            group.push(shard);
        }
    }
    return groups;
}

function together(shards: Shards, expectation: Expectation, options: Required<VerdictOptions>): Case {
    const counted: Counted = {
        counts: addCounts(shards.map(({ counts }) => counts)),
        connections: addCounts(shards.map(({ connections }) => connections)),
        choices: addCounts(shards.map(choicesOf)),
        failed: shards.reduce((sum, each) => sum + each.failed, 0),
        fallbacks: addCounts(shards.map(({ fallbacks }) => fallbacks)),
        namedFirst: shards.some(({ namedFirst }) => namedFirst === null)
            ? null
            : addCounts(shards.map(({ namedFirst }) => namedFirst ?? {})),
    };
    return caseOf(counted, expectation, options);
}

/** Where one place chooses once, all of its connections are one choice. */
function choicesOf({ connections, expectation }: ShardCase): ShardCase["connections"] {
    const reached = Object.values(connections).filter((count) => count > 0).length;
    const isOne = expectation.draws === "one choice" && reached === 1;
    const once = Object.entries(connections).map(([pod, count]) => [pod, Math.min(1, count)] as const);
    return isOne ? Object.fromEntries(once) : connections;
}

/**
 * @param groups the first so many tests need enough connections to settle the question; the others only look for
 *     contradictions
 */
function combined(judged: readonly Judged[], groups: number, shards: Shards): Judgement {
    const settling = judged.slice(0, groups);
    const conflicting = judged.filter(({ judgement }) => judgement.outcome === "contradicts expectation");
    const unsettled = (["no expectation", "not enough data"] as const)
        .map((outcome) => ({ outcome, those: settling.filter(({ judgement }) => judgement.outcome === outcome) }))
        .find(({ those }) => those.length > 0);
    const { outcome, those }: { outcome: Judgement["outcome"]; those: readonly Judged[] } =
        conflicting.length > 0
            ? { outcome: "contradicts expectation", those: conflicting }
            : (unsettled ?? { outcome: "as expected", those: [] });
    const pValues = judged.flatMap(({ judgement }) => judgement.pValue ?? []);
    const [only] = settling;
    return {
        outcome,
        pValue: pValues.length === 0 ? null : Math.min(1, Math.min(...pValues) * judged.length),
        fit: settling.length === 1 ? (only?.judgement.fit ?? null) : null,
        connectionsNeeded: connectionsNeeded(settling, shards),
        conflict: conflictOf(those, shards),
    };
}

function conflictOf(those: readonly Judged[], shards: Shards): string {
    const [first] = those.filter(({ judgement }) => judgement.conflict !== "");
    if (first === undefined) {
        return "";
    }
    const { test, judgement } = first;
    const places = test.map(({ place }) => place);
    return test.length === shards.length
        ? judgement.conflict
        : `${judgement.conflict}, from ${listed(places, "places")}`;
}

/** The number of all connections that gives each group its own number; null where no number settles one of them. */
function connectionsNeeded(settling: readonly Judged[], shards: Shards): number | null {
    const isUnsettled = ({ judgement: { connectionsNeeded: own, outcome } }: Judged): boolean =>
        own === null && (outcome === "not enough data" || outcome === "no expectation");
    const needed = settling.flatMap(({ test, judgement }) => {
        const own = judgement.connectionsNeeded;
        const times = test.length === shards.length ? 1 : requestsOf(shards) / requestsOf(test);
        return own === null ? [] : [Math.ceil(own * times)];
    });
    return settling.some(isUnsettled) || needed.length === 0 ? null : Math.max(...needed);
}

function requestsOf(shards: readonly ShardCase[]): number {
    return shards.reduce((sum, { requested }) => sum + requested, 0);
}
