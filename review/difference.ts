import diff from "microdiff";
import { measurement } from "./resources";
import { tellable } from "./content";
import { byTypeAndName, type Goal, type Preview, type PropertyChange, type ResourceChange } from "./preview";
import { pathOf, pathsOf } from "./propertyPath";

/** The provider puts this on what it named itself, by chance and anew at each preview. */
const autonamed = "pulumi.com/autonamed";

/**
 * What a change does to the resources that a program asks for, from a preview of the base and one of the change: no
 * stack needs to be deployed. Names by chance count as the same. Where the preview of the change failed, nothing counts
 * as deleted.
 */
export function changesBetween(base: Preview, change: Preview): ResourceChange[] {
    const [before, after] = [settled(base.goals), settled(change.goals)];
    const urns = new Set([...(change.failed ? [] : before.keys()), ...after.keys()]);
    const packages = change.failed ? [] : [...new Set([...configured(base), ...configured(change)])];
    return [
        ...[...urns].sort().flatMap((urn) => changeOf(before.get(urn), after.get(urn))),
        ...packages.flatMap((name) => changeOf(defaultProvider(base, name), defaultProvider(change, name))),
    ].sort(byTypeAndName);
}

/**
 * What is secret in both, or in both not known yet, so that nobody can tell whether it changes; resource and path,
 * sorted.
 */
export function inBoth(mark: string, base: Preview, change: Preview): string[] {
    const before = new Set(markedIn(base, mark));
    return [...new Set(markedIn(change, mark))].filter((each) => before.has(each)).sort();
}

function markedIn(preview: Preview, mark: string): string[] {
    const providers = configured(preview).map((name) => defaultProvider(preview, name));
    return [...preview.goals.values(), ...providers]
        .filter(({ type }) => type !== measurement)
        .flatMap(({ name, inputs }) => pathsOf(mark, inputs).map((path) => `${name} ${path}`));
}

/** Packages that the config tells something, of those that the program uses: any other part of it is the program's own. */
function configured({ config, goals }: Preview): string[] {
    const used = new Set([...goals.values()].map(({ type }) => type.replace(/:.*$/s, "")));
    return [...config.keys()].filter((name) => used.has(name));
}

function defaultProvider({ config }: Preview, name: string): Goal {
    return { type: `pulumi:providers:${name}`, name: "default", inputs: config.get(name) ?? {}, provider: "default" };
}

function changeOf(before: Goal | undefined, after: Goal | undefined): ResourceChange[] {
    if (before === undefined || after === undefined) {
        const there = after ?? before;
        const operation = after === undefined ? "delete" : "create";
        return there === undefined ? [] : [{ type: there.type, name: there.name, operation, properties: [] }];
    }
    const compared = ({ provider, inputs }: Goal) => ({ provider, inputs });
    const properties = diff(compared(before), compared(after)).map((each): PropertyChange => {
        const path = pathOf(each.path[0] === "inputs" ? each.path.slice(1) : each.path);
        return tellable(after.type, {
            path,
            before: each.type === "CREATE" ? undefined : each.oldValue,
            after: each.type === "REMOVE" ? undefined : each.value,
        });
    });
    return properties.length === 0 ? [] : [{ type: after.type, name: after.name, operation: "change", properties }];
}

/** Goals with every name by chance, wherever it is used, as the name that it was made from. */
function settled(goals: ReadonlyMap<string, Goal>): Map<string, Goal> {
    const names = new Map([...goals.values()].flatMap((goal) => nameByChance(goal).map((name) => [name, goal.name])));
    if (names.size === 0) {
        return new Map(goals);
    }
    // Within a longer text too, such as an address; the longest first, as one may be the beginning of another.
    const any = [...names.keys()]
        .sort((a, b) => b.length - a.length)
        .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`(?<![\\w-])(?:${any.join("|")})(?![\\w-])`, "g");
    const rename = (text: string): string => text.replace(pattern, (name) => names.get(name) ?? name);
    return new Map([...goals].map(([urn, goal]) => [urn, { ...goal, inputs: renamed(goal.inputs, rename) }]));
}

interface Named {
    readonly metadata?: { readonly name?: unknown; readonly annotations?: Readonly<Record<string, unknown>> };
}

function nameByChance({ inputs }: Goal): string[] {
    const { name, annotations } = (inputs as Named).metadata ?? {};
    return annotations?.[autonamed] === "true" && typeof name === "string" ? [name] : [];
}

function renamed(value: unknown, rename: (text: string) => string): unknown {
    if (typeof value === "string") {
        return rename(value);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Array.isArray(value)
        ? value.map((each) => renamed(each, rename))
        : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renamed(each, rename)]));
}
