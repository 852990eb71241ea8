import type { Draws, Reason } from "./choice";
import type { Expectation } from "./expectation";

/** What is to be expected from one of the probe's pods. */
export interface ExpectedShard {
    /** Where that pod is, for a sentence: "10.42.0.5 on node-1". */
    readonly place: string;
    /** Requests that it sent. */
    readonly requested: number;
    readonly expectation: Expectation;
}

/** More places or reasons than this are counted in a sentence, not listed. */
const mostListed = 4;

/** What to expect of all pods of the probe together: the mixture of what is expected of each, by their requests. */
export function expectationOfShards(shards: readonly [ExpectedShard, ...ExpectedShard[]]): Expectation {
    const [first] = shards;
    if (shards.length === 1) {
        return first.expectation;
    }
    // Where no pod can answer there is no answer to be mixed in.
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

/** Whether connections of both are draws of one kind, so that their counts may be added up for a test. */
export function isAlike(one: Expectation, other: Expectation): boolean {
    const isDrawn = one.draws === "independent" || one.draws === "no more uneven than independent";
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
    // Each pod of the probe adds as many connections as are its part: that is more even than to draw the pod, too.
    return "no more uneven than independent";
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
        return { tag, sentence: `${shards.length} probe pods, at ${listed(at)}: ${sentence}` };
    }
    const told = [...places].slice(0, mostListed).map(([sentence, at]) => `rom ${listed(at)}, ${sentence}`);
    const rest = places.size > mostListed ? ` From ${places.size - mostListed} other places, likewise.` : "";
    return { tag, sentence: `${shards.length} probe pods: f${told.join(" F")}${rest}` };
}

/** "a", "a and b", "a, b and c", "5 places". */
export function listed(places: readonly string[]): string {
    if (places.length > mostListed) {
        return `${places.length} places`;
    }
    return places.length < 2 ? places.join("") : `${places.slice(0, -1).join(", ")} and ${places.at(-1)}`;
}
