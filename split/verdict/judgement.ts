import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { withFailedDraws } from "../statistics/failedDraws";
import { goodnessOfFit, testResult, underdispersion, type TestResult } from "../statistics/goodnessOfFit";
import { homogeneity } from "../statistics/homogeneity";
import { connectionsNeededForTurns } from "../statistics/power";
import {
    answersToPin,
    connectionsToFind,
    connectionsToShowTurns,
    evenness,
    unevenness,
    type VerdictOptions,
} from "../statistics/thresholds";
import type { Expectation } from "../theory/expectation";

/**
 * Result of a comparison with the expectation. "no expectation" where theory expects nothing that counts could meet or
 * contradict, however many there are.
 */
export const outcome = z.enum(["as expected", "contradicts expectation", "not enough data", "no expectation"]);
export type Outcome = z.infer<typeof outcome>;

/** Counts and what was expected of them. */
export interface Case {
    readonly pods: readonly string[];
    /** Answers of each pod, in the same order. */
    readonly counts: readonly number[];
    /** Sum of the counts. */
    readonly answers: number;
    /** Connections of each pod. */
    readonly connections: readonly number[];
    /** Connections of each pod that were drawn independently; see {@link factsOf}. */
    readonly choices: readonly number[];
    /** Requests that no pod answered. Any pod may have been drawn for them. */
    readonly failed: number;
    /** Answers of each pod on connections that went to a later address of their own DNS answer. */
    readonly fallbacks: readonly number[];
    /** How often the client's own DNS answers returned each pod first; null where DNS decides nothing. */
    readonly namedFirst: readonly number[] | null;
    readonly expectation: Expectation;
    readonly options: Required<VerdictOptions>;
}

/** The result of a comparison, without the words for it. */
export const judgementResult = z.object({
    outcome,
    /**
     * How often chance alone departs as far from the expectation, at most, for all tests together: 0 to 1; 0 where the
     * expectation excludes what was seen; null where nothing was tested.
     */
    pValue: z.number().nullable(),
    /** The usual test of goodness of fit, for comparison; null where the expectation is not of independent draws. */
    fit: testResult.nullable(),
    /** The number of connections from which on the question is settled; null where no number settles it. */
    connectionsNeeded: z.number().nullable(),
});

export type Judgement = Immutable<z.infer<typeof judgementResult>> & {
    /** What a contradiction consists of, or why there is no judgement where that is not obvious; else "". */
    readonly conflict: string;
};

/**
 * Applies the test that fits how the expected connections depend on each other. A connection that went to a later
 * address contradicts nothing: it is set aside, like one that failed, unless most connections did so.
 */
export function judge(given: Case): Judgement {
    const fallen = sumOf(given.fallbacks);
    const answers = given.answers - fallen;
    if (fallen > 0 && fallen >= answers) {
        return untested(
            "no expectation",
            `but ${fallen} of them came from a later address of the client's own DNS answer, so no split is expected`,
        );
    }
    return judgeFirstAddresses({
        ...given,
        counts: given.counts.map((count, i) => count - (given.fallbacks[i] ?? 0)),
        answers,
        failed: given.failed + fallen,
    });
}

function sumOf(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0);
}

/** Judges the connections that went to the first address. */
function judgeFirstAddresses(given: Case): Judgement {
    const { pods, counts, expectation } = given;
    const { draws, candidates } = expectation;
    const strangers = pods.filter((pod, i) => (counts[i] ?? 0) > 0 && candidates?.includes(pod) === false);
    if (strangers.length > 0) {
        return excluded(`${podList.format(strangers)} cannot answer`);
    }
    switch (draws) {
        case "unknown":
            return untested("no expectation");
        case "none":
            return untested("as expected");
        case "one choice":
            return judgeOnePod(given);
        case "one choice each":
            throw new RangeError("the choices of several pods of the probe must be judged one by one");
        case "in turns":
            return candidates?.length === 1 ? judgeOnePod(given) : judgeTurns(given);
        case "independent":
        case "at most multinomial spread":
            return candidates?.length === 1 ? judgeOnePod(given) : judgeDraws(given);
    }
}

const podList = new Intl.ListFormat("en-GB", { type: "conjunction" });

function judgeOnePod({ pods, counts, answers, expectation, options }: Case): Judgement {
    const answered = counts.filter((count) => count > 0).length;
    return answered > 1
        ? excluded(`${answered} pods answered, where one gets all`)
        : settledFrom(answersToPin(pods.length, expectation.draws !== "one choice", options), answers);
}

/**
 * From one look-up to the next, counts of turns differ by 1 at most. A client that takes turns looks the name up again
 * after a failure, and then takes turns in another order: each failure adds 1, and the failed request had a turn, too.
 */
function judgeTurns(given: Case): Judgement {
    const { pods, counts, answers, failed, expectation, options } = given;
    const taking = counts.filter((_, i) => expectation.candidates?.includes(pods[i] ?? ""));
    const most = 1 + failed;
    const fair = taking.map(() => 1 / taking.length);
    if (spread(withFailedDraws(taking, fair, failed)) > most) {
        const after = failed === 0 ? "" : ` after ${failures(given)}`;
        return excluded(`counts of turns differ by at most ${most}${after}`);
    }
    const settled = settledFrom(connectionsNeededForTurns(taking.length, options.powerTarget, most), answers);
    return settled.outcome === "not enough data" && spread(taking) > 1 ? hidden(given, null, null) : settled;
}

function failures({ failed, fallbacks }: Case): string {
    return sumOf(fallbacks) > 0
        ? `${failed} requests that failed or went to a later address`
        : `${failed} failed ${failed === 1 ? "request" : "requests"}`;
}

function spread(counts: readonly number[]): number {
    return Math.max(...counts) - Math.min(...counts);
}

function judgeDraws(given: Case): Judgement {
    const { pods, counts, answers, failed, expectation, options } = given;
    const probabilities = pods.map((pod) => expectation.distribution?.[pod] ?? 0);
    const isIndependent = expectation.draws === "independent";
    const tooEven = isIndependent ? evenness(counts, probabilities) : 1;
    const pValue = Math.min(unevenness(counts, probabilities), tooEven);
    const fit = goodnessOfFit(counts, probabilities);
    const connectionsNeeded = connectionsToFind(probabilities, options);
    if (pValue <= options.falseAlarmRate) {
        const completed = withFailedDraws(counts, probabilities, failed);
        if (failed > 0 && unevenness(completed, probabilities) > options.falseAlarmRate) {
            return hidden(given, pValue, fit);
        }
        if (isAsNamed(given, probabilities)) {
            return {
                outcome: "no expectation",
                pValue,
                fit,
                connectionsNeeded: null,
                conflict: "just as the client's own DNS answers returned them first, and that was not random",
            };
        }
        return {
            outcome: "contradicts expectation",
            pValue,
            fit,
            connectionsNeeded,
            conflict: `too ${tooEven === pValue ? "even" : "uneven"} for chance, p = ${pValue.toExponential(1)}`,
        };
    }
    // More even than random by itself, but within what the one rate of the verdict allows: neither is settled.
    if (isIndependent && underdispersion(counts, probabilities).pValue <= options.falseAlarmRate) {
        const candidates = expectation.candidates?.length ?? 0;
        return settledFrom(Math.max(answers + 1, connectionsToShowTurns(candidates, options)), answers, pValue, fit);
    }
    return settledFrom(connectionsNeeded, answers, pValue, fit);
}

/**
 * Whether DNS, and not the client, departs from the expectation: its answers alone depart too, and the connections
 * follow them.
 */
function isAsNamed({ counts, namedFirst, expectation, options }: Case, probabilities: readonly number[]): boolean {
    const possible = namedFirst?.map((count, i) => (probabilities[i] === 0 ? 0 : count)) ?? [];
    if (possible.every((count) => count === 0)) {
        return false;
    }
    const tooEven = expectation.draws === "independent" ? evenness(possible, probabilities) : 1;
    const isOdd = Math.min(unevenness(possible, probabilities), tooEven) <= options.falseAlarmRate;
    return isOdd && homogeneity(counts, possible).pValue > options.falseAlarmRate;
}

/**
 * It is not known which pods failed requests would have reached: where they could make the counts fit, nothing is said.
 */
function hidden(given: Case, pValue: number | null, fit: TestResult | null): Judgement {
    return {
        outcome: "not enough data",
        pValue,
        fit,
        connectionsNeeded: null,
        conflict: `and the ${failures(given)} may be the reason`,
    };
}

function untested(outcome: Outcome, conflict = ""): Judgement {
    return {
        outcome,
        pValue: null,
        fit: null,
        connectionsNeeded: null,
        conflict,
    };
}

function excluded(conflict: string): Judgement {
    return {
        outcome: "contradicts expectation",
        pValue: 0,
        fit: null,
        connectionsNeeded: null,
        conflict,
    };
}

function settledFrom(
    connectionsNeeded: number,
    answers: number,
    pValue: number | null = null,
    fit: TestResult | null = null,
): Judgement {
    return {
        outcome: answers >= connectionsNeeded ? "as expected" : "not enough data",
        pValue,
        fit,
        connectionsNeeded,
        conflict: "",
    };
}
