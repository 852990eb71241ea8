import type { ExpectedSplits } from "../../split/theory/expectedSplits";

/** A line of a preview's event stream. */
export type Event = Readonly<Record<string, unknown>>;

const urn = (type: string, name: string): string => `urn:pulumi:dev::shop::${type}::${name}`;

/** A change of one resource, as the engine announces it. */
export function change(op: string, type: string, name: string, changes: Event = {}): Event {
    return { resourcePreEvent: { metadata: { op, urn: urn(type, name), type, ...changes } } };
}

/** The stack's outputs, as stored and as they would be. */
export function stackOutputs(old: Event | null, now: Event): Event {
    const type = "pulumi:pulumi:Stack";
    const states = { old: old === null ? null : { outputs: old }, new: { outputs: now } };
    return { resOutputsEvent: { metadata: { op: "update", urn: urn(type, "shop-dev"), type, ...states } } };
}

export const summary: Event = { summaryEvent: { isPreview: true, result: "succeeded" } };
export const failure: Event = { summaryEvent: { isPreview: true, result: "failed" } };

/** How a stream has a secret. */
export const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "hidden" };

/** How a stream has what is known when the update is made. */
export const later = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function stream(...events: readonly Event[]): string {
    return events.map((each, sequence) => `${JSON.stringify({ sequence, ...each })}\n`).join("");
}

/** One split for curl at one Service. */
export function expecting(split: string, reason = "So it is."): ExpectedSplits {
    return { webclusterip: { curl: { split, reason } } };
}
