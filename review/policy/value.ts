/** A value that a preview can't know yet, because another resource decides it in the update. */
export const notYetKnown: unique symbol = Symbol("not yet known");

/** A property of a resource as plain data: JSON in which any part may not be known yet. */
export type Value =
    | typeof notYetKnown
    | null
    | undefined
    | boolean
    | number
    | string
    | readonly Value[]
    | { readonly [key: string]: Value };

/** Copies a resource's properties as the policy SDK gives them: reading one that is not known yet throws there. */
export function valueOf(source: unknown): Value {
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

/** The value at a path: not known where anything on the way is not known, undefined where the path ends early. */
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

/** Elements of a list; none where it is absent, one that is not known yet where the list is. */
export function elementsOf(value: Value): readonly Value[] {
    if (value === notYetKnown) {
        return [notYetKnown];
    }
    return Array.isArray(value) ? (value as readonly Value[]) : [];
}

/** What can be said before the update: "unknown" is never a reason to advise. */
export type Answer = "yes" | "no" | "unknown";

/** Whether all hold: one "no" settles it, whatever is unknown. */
export function all(answers: readonly Answer[]): Answer {
    return answers.find((answer) => answer === "no") ?? answers.find((answer) => answer === "unknown") ?? "yes";
}

/** Whether a value is the one that is asked for. */
export function equals(value: Value, other: Value): Answer {
    if (value === notYetKnown || other === notYetKnown) {
        return "unknown";
    }
    return value === other ? "yes" : "no";
}
