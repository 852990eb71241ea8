import type { Draws, Reason } from "./choice";
import type { Expectation } from "./expectation";
import { listed } from "./listed";

/** What to expect from one of the probe's pods. */
export interface ExpectedShard {
    /** Where that pod runs, for a sentence: "10.42.0.5 on node-1". */
    readonly place: string;
    /** Requests that it sent. */
    readonly requested: number;
    readonly expectation: Expectation;
}

/** More reasons than this are counted in a sentence, not listed. */
const mostReasons = 4;

/**
 * What to expect of all pods of the probe together: the mixture of what to expect of each, weighted by its requests.
 */
export function expectationOfShards(shards: readonly [ExpectedShard, ...ExpectedShard[]]): Expectation {
    const [first] = shards;
    if (shards.length === 1) {
        return first.expectation;
    }
    // A place from which no pod can answer adds no answers to the mixture.
    const answering = shards.filter(({ expectation }) => expectation.draws !== "none");
    const draws = drawsOf(answering.map(({ expectation }) => expectation));
    const candidates = shards.map(({ expectation }) => expectation.candidates);
    const isDistributed = draws !== "none" && draws !== "unknown" && draws !== "one choice each";
    return {
        distribution: isDistributed ? mixtureOf(answering) : null,
        draws,
        candidates: candidates.includes(null) ? null : [...new Set(candidates.flatMap((each) => each ?? []))],
        reason: reasonOf(shards),
    };
}

/** Whether the connections of both are the same kind of draws, so that their counts may be added up for a test. */
export function isAlike(one: Expectation, other: Expectation): boolean {
    const isDrawn = one.draws === "independent" || one.draws === "at most multinomial spread";
    const sharesOf = ({ distribution }: Expectation): string =>
        JSON.stringify(Object.entries(distribution ?? {}).sort());
    return isDrawn && one.draws === other.draws && sharesOf(one) === sharesOf(other);
}

function drawsOf(expectations: readonly Expectation[]): Draws {
    const [first] = expectations;
    if (first === undefined) {
        return "none";
    }
    if (expectations.every((each) => isAlike(first, each))) {
        return first.draws;
    }
    if (expectations.some(({ draws }) => draws === "unknown")) {
        return "unknown";
    }
    const isChosen = expectations.map(({ draws }) => draws === "one choice");
    if (isChosen.includes(true)) {
        const isOnePod = expectations.every(({ candidates }, i) => isChosen[i] === true || candidates?.length === 1);
        return isOnePod ? "one choice each" : "unknown";
    }
    // Each pod of the probe sends a fixed part of the connections: that is more even than to draw the pod, too.
    return "at most multinomial spread";
}

function mixtureOf(shards: readonly ExpectedShard[]): Record<string, number> {
    const all = shards.reduce((sum, { requested }) => sum + requested, 0);
    const mixture: Record<string, number> = {};
    for (const { expectation, requested } of shards) {
        for (const [pod, probability] of Object.entries(expectation.distribution ?? {})) {
            mixture[pod] = (mixture[pod] ?? 0) + (probability * requested) / all;
        }
    }
    return mixture;
}

function reasonOf(shards: readonly ExpectedShard[]): Reason {
    const places = new Map<string, string[]>();
    for (const { place, expectation } of shards) {
        const { sentence } = expectation.reason;
        places.set(sentence, [...(places.get(sentence) ?? []), place]);
    }
    const tags = new Set(shards.map(({ expectation }) => expectation.reason.tag));
    const [tag = "probes-differ"] = tags.size === 1 ? tags : [];
    if (places.size === 1) {
        const [[sentence = "", at = []] = []] = places;
        return { tag, sentence: `${shards.length} probe pods, at ${listed(at, "places")}: ${sentence}` };
    }
    const reasons = [...places].map(([sentence, at]) => `From ${listed(at, "places")}: ${sentence}`);
    const others = reasons.length > mostReasons ? [`From ${reasons.length - mostReasons} other places, likewise.`] : [];
    return { tag, sentence: [`${shards.length} probe pods.`, ...reasons.slice(0, mostReasons), ...others].join(" ") };
}
