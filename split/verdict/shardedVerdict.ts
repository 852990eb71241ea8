import { added } from "../measurement/counts";
import { withDefaults, type VerdictOptions } from "../statistics/thresholds";
import type { Expectation } from "../theory/expectation";
import { judge, type Case, type Judgement } from "./judgement";
import { expectationOfShards, isAlike, listed, type ExpectedShard } from "../theory/shardedExpectation";
import { caseOf, verdictFrom, type Verdict } from "./verdict";

/** What one of the probe's pods counted, beside what was to be expected there; see {@link verdictOf}. */
export interface ShardCase extends ExpectedShard {
    readonly counts: Readonly<Record<string, number>>;
    /** By pod, where `counts` are of requests too. */
    readonly connections: Readonly<Record<string, number>>;
    readonly failed: number;
    /** See {@link Case}. */
    readonly fallbacks: Readonly<Record<string, number>>;
    readonly namedFirst: Readonly<Record<string, number>> | null;
}

type Shards = readonly [ShardCase, ...ShardCase[]];

/**
 * Compares the counts of all pods of the probe with what was to be expected of each at its own place. Each is tested
 * alone, and all of whom the same is to be expected once more together, which finds what none has the connections for;
 * that all of it errs no more often than the false-alarm rate, each test gets an equal part of it (Bonferroni).
 *
 * @returns the verdict on all, and what was to be expected of them together; of one pod, as {@link verdictOf} says
 * @throws RangeError where an option is out of its bounds or a count is not a natural number
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

/** Shards of whom the same is to be expected, so that what they count may be added up. */
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
    const counted = {
        counts: added(shards.map(({ counts }) => counts)),
        connections: added(shards.map(({ connections }) => connections)),
        choices: added(shards.map(choicesOf)),
        failed: shards.reduce((sum, each) => sum + each.failed, 0),
        fallbacks: added(shards.map(({ fallbacks }) => fallbacks)),
        namedFirst: shards.some(({ namedFirst }) => namedFirst === null)
            ? null
            : added(shards.map(({ namedFirst }) => namedFirst ?? {})),
    };
    return caseOf(counted, expectation, options);
}

/** Of one place that chooses once, all connections are that choice. */
function choicesOf({ connections, expectation }: ShardCase): ShardCase["connections"] {
    const reached = Object.values(connections).filter((count) => count > 0).length;
    const isOne = expectation.draws === "one choice" && reached === 1;
    const once = Object.entries(connections).map(([pod, count]) => [pod, Math.min(1, count)] as const);
    return isOne ? Object.fromEntries(once) : connections;
}

/** @param groups how many of the tests, the first, are to have connections enough: the rest looks for contradictions */
function combined(judged: readonly Judged[], groups: number, shards: Shards): Judgement {
    const settling = judged.slice(0, groups);
    const conflicting = judged.filter(({ judgement }) => judgement.outcome === "contradicts expectation");
    const telling = (["no expectation", "not enough data"] as const)
        .map((outcome) => ({ outcome, those: settling.filter(({ judgement }) => judgement.outcome === outcome) }))
        .find(({ those }) => those.length > 0);
    const { outcome, those }: { outcome: Judgement["outcome"]; those: readonly Judged[] } =
        conflicting.length > 0
            ? { outcome: "contradicts expectation", those: conflicting }
            : (telling ?? { outcome: "as expected", those: [] });
    const pValues = judged.flatMap(({ judgement }) => judgement.pValue ?? []);
    const [only] = settling;
    return {
        outcome,
        pValue: pValues.length === 0 ? null : Math.min(1, Math.min(...pValues) * judged.length),
        fit: settling.length === 1 ? (only?.judgement.fit ?? null) : null,
        connectionsNeeded: connectionsNeeded(settling, shards),
        conflict: those
            .filter(({ judgement }) => judgement.conflict !== "")
            .map(({ test, judgement }) =>
                test.length === shards.length
                    ? judgement.conflict
                    : `${judgement.conflict}, from ${listed(test.map(({ place }) => place))}`,
            )
            .slice(0, 1)
            .join(),
    };
}

/** Of all connections, as many as give each group its own; null where no number settles one of them. */
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
