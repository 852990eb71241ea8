import { withDefaults, type VerdictOptions } from "../statistics/thresholds";
import type { Expectation } from "../theory/expectation";
import { factsOf, type Fact } from "./facts";
import { judge, type Case, type Judgement } from "./judgement";

/** Whether a measurement agrees with what was expected. Plain JSON. */
export interface Verdict extends Omit<Judgement, "conflict"> {
    /** The part of the run's false-alarm rate that this verdict is held to: a contradiction is at or below it. */
    readonly falseAlarmRate: number;
    /** What the counts show by themselves, whatever was expected. */
    readonly facts: readonly Fact[];
    /** Number of answers that were counted. */
    readonly answers: number;
    /** All of it, for people. */
    readonly sentence: string;
}

/**
 * Compares counts with an expectation. It looks once: there is no second try, and counts do not shape the expectation.
 *
 * @param counts answers by pod, with a 0 for each ready pod that never answered. One answer a connection, except where
 *     the
 *     expectation is one choice for a kept connection: there, every answer on it.
 * @param failed requests without an answer: whom they would have hit is not known
 * @param connections by pod. @default the counts
 * @param namedFirst how often DNS named each pod first. @default null, it decided nothing
 * @throws RangeError where an option is out of its bounds or a count is not a natural number
 */
export function verdictOf(
    counts: Readonly<Record<string, number>>,
    expectation: Expectation,
    options: VerdictOptions = {},
    failed = 0,
    connections = counts,
    namedFirst: Counted["namedFirst"] = null,
): Verdict {
    const counted = { counts, connections, choices: connections, failed, fallbacks: {}, namedFirst };
    const given = caseOf(counted, expectation, withDefaults(options));
    return verdictFrom(given, judge(given));
}

/** What was counted, by pod; see {@link Case}. */
export interface Counted {
    readonly counts: Readonly<Record<string, number>>;
    readonly connections: Readonly<Record<string, number>>;
    readonly choices: Readonly<Record<string, number>>;
    readonly failed: number;
    readonly fallbacks: Readonly<Record<string, number>>;
    readonly namedFirst: Readonly<Record<string, number>> | null;
}

/** @throws RangeError where a count is not a natural number */
export function caseOf(
    { counts, connections, choices, failed, fallbacks, namedFirst }: Counted,
    expectation: Expectation,
    options: Required<VerdictOptions>,
): Case {
    const pods = [...new Set([...Object.keys(counts), ...(expectation.candidates ?? [])])];
    const inOrder = (of: Readonly<Record<string, number>>): number[] => pods.map((pod) => of[pod] ?? 0);
    const each = inOrder(counts);
    if (each.some((count) => !Number.isInteger(count) || count < 0)) {
        throw new RangeError(`counts must be natural numbers: ${each.join(", ")}`);
    }
    const answers = each.reduce((sum, count) => sum + count, 0);
    return {
        pods,
        counts: each,
        answers,
        connections: inOrder(connections),
        choices: inOrder(choices),
        failed,
        fallbacks: inOrder(fallbacks),
        namedFirst: namedFirst === null ? null : inOrder(namedFirst),
        expectation,
        options,
    };
}

/** A judgement on these counts, with what they show by themselves, and in words. */
export function verdictFrom(given: Case, { conflict, ...judgement }: Judgement): Verdict {
    const facts = factsOf(given.connections, given.options, given.choices);
    const comparison = comparisonOf({ ...judgement, conflict });
    const sentence = `${observationOf(given, facts)}, ${comparison}: ${given.expectation.reason.sentence}`;
    const { falseAlarmRate } = given.options;
    return { ...judgement, falseAlarmRate, facts, answers: given.answers, sentence };
}

function comparisonOf({ outcome, connectionsNeeded, conflict }: Judgement): string {
    switch (outcome) {
        case "as expected":
            return "as expected";
        case "contradicts expectation":
            return `which contradicts the expectation (${conflict})`;
        case "not enough data":
            return conflict === "" ? `too few to tell (${connectionsNeeded} connections would be enough)` : conflict;
        case "no expectation":
            return conflict === "" ? "where theory claims no particular split" : conflict;
    }
}

/** More pods than this are counted in a sentence, not listed. */
const MAX_LISTED = 6;

function observationOf({ pods, counts, answers }: Case, facts: readonly Fact[]): string {
    const answered = pods.filter((_, i) => (counts[i] ?? 0) > 0);
    const alsoFacts = facts
        .filter((fact) => fact !== "pinned to one pod")
        .map((fact) => `, ${fact}`)
        .join("");
    if (answered.length === 0) {
        return "No pod answered";
    }
    if (answered.length === 1) {
        return answers === 1
            ? `The only answer came from ${answered[0]}`
            : `All ${answers} answers came from ${answered[0]}`;
    }
    if (pods.length <= MAX_LISTED) {
        return `${answers} answers came ${counts.join("/")} from ${pods.join(", ")}${alsoFacts}`;
    }
    const most = Math.max(...counts);
    const share = ((100 * most) / answers).toFixed(0);
    const busiest = pods[counts.indexOf(most)];
    return `${answers} answers came from ${answered.length} of ${pods.length} pods, ${share} % of them from ${busiest}${alsoFacts}`;
}
