// The key by which Pulumi marks a secret.
const secretMark = "4dabf18193072939515e22adb298388d";
export const secret = "[secret]";
// The engine's placeholder for a value that is known only when the update is made.
export const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const unknown = "[not known yet]";

/**
 * The value at a path as Pulumi writes it, such as `spec.ports[0].name` or `data["curl.sh"]`; "[secret]" for a path into
 * a secret.
 *
 * @param properties that were {@link masked}
 * @returns undefined if the path leads nowhere
 */
export function valueAt(properties: unknown, path: string): unknown {
    const steps = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)];
    let value = properties;
    for (const [, quoted, index, name] of steps) {
        const step = quoted?.replace(/\\(.)/g, "$1") ?? index ?? name ?? "";
        if (value === secret) {
            return secret;
        }
        if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) {
            return undefined;
        }
        value = (value as Record<string, unknown>)[step];
    }
    return value;
}

/** A path as Pulumi writes it. */
export function pathOf(steps: readonly (string | number)[]): string {
    return steps
        .map((step) => {
            if (typeof step === "number") {
                return `[${step}]`;
            }
            return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
        })
        .join("")
        .replace(/^\./, "");
}

/** The same value with "[secret]" for each secret in it, and "[not known yet]" for each unknown. */
export function masked(value: unknown): unknown {
    if (value === unknownMark) {
        return unknown;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Object.hasOwn(value, secretMark)) {
        return secret;
    }
    return Array.isArray(value)
        ? value.map(masked)
        : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each)]));
}

/** The same value with "[secret]" wherever the other has it: a value that was secret, or becomes secret, is not shown. */
export function maskedAs(value: unknown, other: unknown): unknown {
    if (value === undefined) {
        return undefined;
    }
    if (typeof value !== "object" || value === null || typeof other !== "object" || other === null) {
        return pathsOf(secret, other).length > 0 ? secret : value;
    }
    const at = (key: string): unknown => (other as Record<string, unknown>)[key];
    const entries = Object.entries(value).map(([key, each]): [string, unknown] => [key, maskedAs(each, at(key))]);
    return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

/** Paths at which a value that was {@link masked} has this mark. */
export function pathsOf(mark: string, value: unknown, steps: readonly (string | number)[] = []): string[] {
    if (value === mark) {
        return [pathOf(steps)];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const items: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    return items.flatMap(([step, each]) => pathsOf(mark, each, [...steps, step]));
}
