/** A value that a preview can't know yet, because it depends on a resource that the update makes. */
export const notYetKnown: unique symbol = Symbol("not yet known");

/** A property of a resource as plain data: JSON in which any part may be unknown. */
export type Value =
    | typeof notYetKnown
    | null
    | undefined
    | boolean
    | number
    | string
    | readonly Value[]
    | { readonly [key: string]: Value };

// `pulumi policy analyze --file` puts this where it can't decrypt a secret.
const redacted = "[secret]";

/**
 * Copies a resource's properties as the policy SDK gives them: reading one that is not known yet throws there. A secret
 * that Pulumi could not decrypt counts as not known.
 */
export function valueOf(source: unknown): Value {
    if (source === redacted) {
        return notYetKnown;
    }
    if (Array.isArray(source)) {
        return Array.from({ length: source.length }, (_, i) => read(source, i));
    }
    if (typeof source === "object" && source !== null) {
        return Object.fromEntries(Object.keys(source).map((key) => [key, read(source, key)]));
    }
    return source as Value;
}

function read(container: object, key: PropertyKey): Value {
    let property: unknown;
    try {
        property = Reflect.get(container, key);
    } catch {
        return notYetKnown;
    }
    return valueOf(property);
}

/** The value at a path: unknown if anything on the way is unknown, undefined if the path ends early. */
export function at(value: Value, ...path: readonly string[]): Value {
    let here = value;
    for (const key of path) {
        if (here === notYetKnown) {
            return here;
        }
        here = entriesOf(here).get(key);
    }
    return here ?? undefined;
}

/** Keys and values of an object; none for anything else. */
export function entriesOf(value: Value): ReadonlyMap<string, Value> {
    return new Map(typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : []);
}

/** Elements of a list; none if it is absent, and one unknown element if the list is not known yet. */
export function elementsOf(value: Value): readonly Value[] {
    if (value === notYetKnown) {
        return [notYetKnown];
    }
    return Array.isArray(value) ? (value as readonly Value[]) : [];
}

/** What is known before the update: "unknown" is never a reason to advise. */
export type Answer = "yes" | "no" | "unknown";

/** Whether all hold: one "no" settles it, whatever is unknown. */
export function all(answers: readonly Answer[]): Answer {
    return answers.find((answer) => answer === "no") ?? answers.find((answer) => answer === "unknown") ?? "yes";
}

/** Whether any holds: one "yes" settles it, whatever is unknown. */
export function any(answers: readonly Answer[]): Answer {
    return answers.find((answer) => answer === "yes") ?? answers.find((answer) => answer === "unknown") ?? "no";
}

/** Whether a value is the one that is asked for. */
export function equals(value: Value, other: Value): Answer {
    if (value === notYetKnown || other === notYetKnown) {
        return "unknown";
    }
    return value === other ? "yes" : "no";
}
