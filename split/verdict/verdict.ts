import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { count } from "../protocol/values";
import type { VerdictOptions } from "../statistics/thresholds";
import type { Expectation } from "../theory/expectation";
import { judgementResult, type Case, type Judgement } from "./judgement";
import { fact, factsOf, type Fact } from "./splitFacts";

/** Whether a measurement agrees with what was expected. Plain JSON. */
export const verdict = judgementResult.extend({
    /**
     * The part of the run's false-alarm rate that applies to this verdict: a contradiction has a p value at or below
     * it.
     */
    falseAlarmRate: z.number(),
    /** What the counts show by themselves, whatever was expected. */
    facts: z.array(fact),
    /** Number of answers that were counted. */
    answers: count,
    /** All of it in words. */
    sentence: z.string(),
});
export type Verdict = Immutable<z.infer<typeof verdict>>;

/** What was counted, by pod; see {@link Case}. */
export interface Counted {
    /**
     * Answers, with a 0 for each ready pod that never answered. One for each connection, except for a kept connection:
     * there, every answer on it.
     */
    readonly counts: Readonly<Record<string, number>>;
    readonly connections: Readonly<Record<string, number>>;
    readonly choices: Readonly<Record<string, number>>;
    readonly failed: number;
    readonly fallbacks: Readonly<Record<string, number>>;
    readonly namedFirst: Readonly<Record<string, number>> | null;
}

/**
 * Brings counts and expectation into one order of pods.
 *
 * @throws RangeError where a count is not a whole number of 0 or more
 */
export function caseOf(
    { counts, connections, choices, failed, fallbacks, namedFirst }: Counted,
    expectation: Expectation,
    options: Required<VerdictOptions>,
): Case {
    const pods = [...new Set([...Object.keys(counts), ...(expectation.candidates ?? [])])];
    const inOrder = (of: Readonly<Record<string, number>>): number[] => pods.map((pod) => of[pod] ?? 0);
    const each = inOrder(counts);
    if (each.some((one) => !Number.isInteger(one) || one < 0)) {
        throw new RangeError(`counts: must be whole numbers of 0 or more, got ${each.join(", ")}`);
    }
    return {
        pods,
        counts: each,
        answers: each.reduce((sum, one) => sum + one, 0),
        connections: inOrder(connections),
        choices: inOrder(choices),
        failed,
        fallbacks: inOrder(fallbacks),
        namedFirst: namedFirst === null ? null : inOrder(namedFirst),
        expectation,
        options,
    };
}

/** A judgement on these counts, with what they show by themselves, in words. */
export function verdictFrom(given: Case, judgement: Judgement): Verdict {
    const facts = factsOf(given.connections, given.options, given.choices);
    const { outcome, pValue, fit, connectionsNeeded } = judgement;
    return {
        outcome,
        pValue,
        fit,
        connectionsNeeded,
        falseAlarmRate: given.options.falseAlarmRate,
        facts,
        answers: given.answers,
        sentence: `${observationOf(given, facts)}, ${comparisonOf(judgement)}. ${given.expectation.reason.sentence}`,
    };
}

function comparisonOf({ outcome, connectionsNeeded, conflict }: Judgement): string {
    switch (outcome) {
        case "as expected":
            return "as expected";
        case "contradicts expectation":
            return `which contradicts the expectation (${conflict})`;
        case "not enough data":
            return conflict === "" ? `too few to tell (${connectionsNeeded} connections are enough)` : conflict;
        case "no expectation":
            return conflict === "" ? "and no particular split is expected" : conflict;
    }
}

/** More pods than this are counted in a sentence, not listed. */
const mostListed = 6;

const podList = new Intl.ListFormat("en-GB", { type: "conjunction" });

function observationOf({ pods, counts, answers }: Case, facts: readonly Fact[]): string {
    const answered = pods.filter((_, i) => (counts[i] ?? 0) > 0);
    if (answered.length === 0) {
        return "No pod answered";
    }
    if (answered.length === 1) {
        return answers === 1
            ? `The only answer came from ${answered[0]}`
            : `All ${answers} answers came from ${answered[0]}`;
    }
    // This fact is about connections; beside counts of requests from several pods it would confuse.
    const shown = facts.filter((each) => each !== "pinned to one pod").map((each) => `, ${each}`);
    if (pods.length <= mostListed) {
        const each = pods.map((pod, i) => `${pod} (${counts[i]})`);
        return `${answers} answers came from ${podList.format(each)}${shown.join("")}`;
    }
    const most = Math.max(...counts);
    const share = ((100 * most) / answers).toFixed(0);
    const busiest = pods[counts.indexOf(most)];
    return `${answers} answers came from ${answered.length} of ${pods.length} pods, ${share} % of them from ${busiest}${shown.join("")}`;
}
