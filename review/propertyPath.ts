// Pulumi's mark of a secret in a stream, by which its own tools know one.
const secretMark = "4dabf18193072939515e22adb298388d";
const secret = "[secret]";

/**
 * The value at a path of Pulumi's, such as `spec.ports[0].name` or `data["curl.sh"]`; secrets in it read "[secret]".
 *
 * @returns undefined where there is none
 */
export function valueAt(properties: unknown, path: string): unknown {
    const steps = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)];
    let value: unknown = properties;
    for (const [, quoted, index, name] of steps) {
        const step = quoted?.replace(/\\(.)/g, "$1") ?? index ?? name ?? "";
        if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) {
            return undefined;
        }
        value = (value as Record<string, unknown>)[step];
    }
    return masked(value);
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

/** The same with "[secret]" for each secret in it. */
export function masked(value: unknown): unknown {
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

/** Paths of the secrets in a value that was {@link masked}. */
export function secretPaths(value: unknown, steps: readonly (string | number)[] = []): string[] {
    if (value === secret) {
        return [pathOf(steps)];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const items: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
    return items.flatMap(([step, each]) => secretPaths(each, [...steps, step]));
}
