import {
    answersToPin,
    connectionsToFind,
    connectionsToShowTurns,
    evenness,
    unevenness,
    type VerdictOptions,
} from "../statistics/thresholds";
import type { Expectation } from "../theory/expectation";
import { completed } from "../statistics/failedDraws";
import { homogeneity } from "../statistics/homogeneity";
import { connectionsNeededForTurns } from "../statistics/power";
import { goodnessOfFit, underdispersion, type TestResult } from "../statistics/goodnessOfFit";

/**
 * What a comparison came to; "no expectation" where theory claims nothing that counts could meet or contradict, however
 * many there are.
 */
export const outcomes = ["as expected", "contradicts expectation", "not enough data", "no expectation"] as const;
export type Outcome = (typeof outcomes)[number];

/** Counts beside what was expected of them. */
export interface Case {
    readonly pods: readonly string[];
    /** Answers of each pod, in the same order, and their sum. */
    readonly counts: readonly number[];
    readonly answers: number;
    /** Connections of each pod, and those of them that were drawn apart from others; see {@link factsOf}. */
    readonly connections: readonly number[];
    readonly choices: readonly number[];
    /** Requests that no pod answered, which may have been sent to any. */
    readonly failed: number;
    /** Answers of each pod that came on connections which went on to a later address of their own DNS answer. */
    readonly fallbacks: readonly number[];
    /** How often the client's own DNS answers put each pod first; null where DNS decides nothing. */
    readonly namedFirst: readonly number[] | null;
    readonly expectation: Expectation;
    readonly options: Required<VerdictOptions>;
}

export interface Judgement {
    readonly outcome: Outcome;
    /**
     * At most how often chance alone departs as far from the expectation, 0 to 1, for all tests together; 0 where the
     * expectation excludes what was seen; null where nothing was tested.
     */
    readonly pValue: number | null;
    /** The usual test of goodness of fit, for comparison; null where the expectation is not of independent draws. */
    readonly fit: TestResult | null;
    /** From how many connections on the question is settled; null where no number settles it. */
    readonly connectionsNeeded: number | null;
    /** Of a contradiction, what it consists of; of what is not judged, what hides it where that is not plain. */
    readonly conflict: string;
}

/**
 * Applies the one test that fits how the expected connections hang together. A connection that went on to a later
 * address excludes nothing: it is set aside, like one that failed, unless most did so.
 */
export function judge(given: Case): Judgement {
    const fallen = sumOf(given.fallbacks);
    const answers = given.answers - fallen;
    if (fallen > 0 && fallen >= answers) {
        const conflict = `where ${fallen} of them came by a later address of the client's own DNS answer`;
        return { outcome: "no expectation", pValue: null, fit: null, connectionsNeeded: null, conflict };
    }
    const counts = given.counts.map((count, i) => count - (given.fallbacks[i] ?? 0));
    return judgeFirst({ ...given, counts, answers, failed: given.failed + fallen });
}

function sumOf(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0);
}

/** Of connections that went to the first address. */
function judgeFirst(given: Case): Judgement {
    const { pods, counts, expectation } = given;
    const { draws, candidates } = expectation;
    const strangers = pods.filter((pod, i) => (counts[i] ?? 0) > 0 && candidates?.includes(pod) === false);
    if (strangers.length > 0) {
        return excluded(`${strangers.join(" and ")} cannot answer`);
    }
    switch (draws) {
        case "unknown":
            return { outcome: "no expectation", pValue: null, fit: null, connectionsNeeded: null, conflict: "" };
        case "none":
            return { outcome: "as expected", pValue: null, fit: null, connectionsNeeded: null, conflict: "" };
        case "one choice":
            return judgeOnePod(given);
        case "one choice each":
            throw new RangeError("what each of several chooses is to be judged one by one");
        case "in turns":
            return candidates?.length === 1 ? judgeOnePod(given) : judgeTurns(given);
        case "independent":
        case "no more uneven than independent":
            return candidates?.length === 1 ? judgeOnePod(given) : judgeDraws(given);
    }
}

function judgeOnePod({ pods, counts, answers, expectation, options }: Case): Judgement {
    const answered = counts.filter((count) => count > 0).length;
    return answered > 1
        ? excluded(`${answered} pods answered where one gets all`)
        : settledFrom(answersToPin(pods.length, expectation.draws !== "one choice", options), answers);
}

/**
 * From one look-up to the next, counts of turns differ by 1 at most. A client that takes turns looks up again after a
 * failure, and its turns then go by another order: each failure adds 1, and the request that failed had a turn as well.
 */
function judgeTurns(given: Case): Judgement {
    const { pods, counts, answers, failed, expectation, options } = given;
    const taking = counts.filter((_, i) => expectation.candidates?.includes(pods[i] ?? ""));
    const most = 1 + failed;
    const fair = taking.map(() => 1 / taking.length);
    if (spread(completed(taking, fair, failed)) > most) {
        return excluded(`counts of turns differ by ${most} at most${failed === 0 ? "" : ` after ${failures(given)}`}`);
    }
    const settled = settledFrom(connectionsNeededForTurns(taking.length, options.powerTarget, most), answers);
    return settled.outcome === "not enough data" && spread(taking) > 1 ? hidden(given, null, null) : settled;
}

function failures({ failed, fallbacks }: Case): string {
    return sumOf(fallbacks) > 0
        ? `${failed} requests that failed or went on to a later address`
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
        const isHidden =
            failed > 0 && unevenness(completed(counts, probabilities, failed), probabilities) > options.falseAlarmRate;
        if (isHidden) {
            return hidden(given, pValue, fit);
        }
        if (isAsNamed(given, probabilities)) {
            const conflict = "just as its DNS answers put them first, which they did not do as if at random";
            return { outcome: "no expectation", pValue, fit, connectionsNeeded: null, conflict };
        }
        const conflict = `too ${tooEven === pValue ? "even" : "uneven"} for chance, p = ${pValue.toExponential(1)}`;
        return { outcome: "contradicts expectation", pValue, fit, connectionsNeeded, conflict };
    }
    // More even than random by itself, yet within what the verdict's one rate allows: neither way is settled.
    if (isIndependent && underdispersion(counts, probabilities).pValue <= options.falseAlarmRate) {
        const pods = expectation.candidates?.length ?? 0;
        return settledFrom(Math.max(answers + 1, connectionsToShowTurns(pods, options)), answers, pValue, fit);
    }
    return settledFrom(connectionsNeeded, answers, pValue, fit);
}

/**
 * Whether DNS, and not the client, departs from what was expected: its answers alone do so as well, and the connections
 * went by them.
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
 * Whom failed requests, and those that went on, would have hit is not known: where they could make the counts fit, these
 * contradict nothing.
 */
function hidden(given: Case, pValue: number | null, fit: TestResult | null): Judgement {
    const conflict = `for which the ${failures(given)} may account`;
    return { outcome: "not enough data", pValue, fit, connectionsNeeded: null, conflict };
}

function excluded(conflict: string): Judgement {
    return { outcome: "contradicts expectation", pValue: 0, fit: null, connectionsNeeded: null, conflict };
}

function settledFrom(
    connectionsNeeded: number,
    answers: number,
    pValue: number | null = null,
    fit: TestResult | null = null,
): Judgement {
    const outcome = answers >= connectionsNeeded ? "as expected" : "not enough data";
    return { outcome, pValue, fit, connectionsNeeded, conflict: "" };
}
