import { notYetKnown, type Answer, type Value } from "./value";

/** Where an object is: its provider and its namespace; undefined is the provider's default. */
export interface Place {
    readonly provider: string | undefined;
    readonly namespace: Value;
}

/** Whether two objects are in one namespace of one cluster. Two providers may or may not lead to the same cluster. */
export function samePlace(a: Place, b: Place): Answer {
    const [one, other] = [a.namespace, b.namespace];
    if (typeof one === "string" && typeof other === "string" && one !== other) {
        return "no";
    }
    // An omitted namespace is the provider's default, which may be the other one.
    return a.provider === b.provider && one === other && one !== notYetKnown ? "yes" : "unknown";
}
