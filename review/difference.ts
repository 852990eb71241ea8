import diff from "microdiff";
import { measurement } from "./resourceLines";
import { shownChange } from "./secrets";
import type { Goal, PropertyChange, ResourceChange } from "./change";
import type { Preview } from "./preview";
import { pathOf, pathsOf } from "./propertyPath";
import { byTypeAndName } from "./steps";

/** The provider's annotation on objects that it names itself, with a random suffix that is new in each preview. */
const autonamed = "pulumi.com/autonamed";
const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/;

/**
 * How the resources of a program change, from a preview of the base and one of the change. It needs no deployed stack.
 * Random names and identities count as equal. If the preview of the change failed, no resource counts as deleted.
 *
 * If a stack is deployed, a resource that only the preview of the change replaces is listed too, although both programs
 * ask for the same: another resource may cause it.
 */
export function changesBetween(base: Preview, change: Preview): ResourceChange[] {
    const [before, after] = [settled(base.goals), settled(change.goals)];
    const urns = new Set([...(change.failed ? [] : before.keys()), ...after.keys()]);
    const packages = change.failed ? [] : [...new Set([...configured(base), ...configured(change)])];
    const reasonsFor = (urn: string) => (base.replacements.has(urn) ? undefined : change.replacements.get(urn));
    return [
        ...[...urns].sort().flatMap((urn) => changeOf(before.get(urn), after.get(urn), reasonsFor(urn))),
        ...packages.flatMap((name) => changeOf(defaultProvider(base, name), defaultProvider(change, name))),
    ].sort(byTypeAndName);
}

/** Resources and paths at which both previews have this mark, a secret or an unknown value: no change can be seen. */
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

/** Packages that the program uses and the config has keys for; all other keys are the program's own. */
function configured({ config, goals }: Preview): string[] {
    const used = new Set([...goals.values()].map(({ type }) => type.replace(/:.*$/s, "")));
    return [...config.keys()].filter((name) => used.has(name));
}

function defaultProvider({ config }: Preview, name: string): Goal {
    return { type: `pulumi:providers:${name}`, name: "default", inputs: config.get(name) ?? {}, provider: "default" };
}

/** @param reasons of a replacement; undefined if nothing says that the resource is replaced */
function changeOf(before: Goal | undefined, after: Goal | undefined, reasons?: readonly string[]): ResourceChange[] {
    const there = after ?? before;
    if (there === undefined) {
        return [];
    }
    const { type, name } = there;
    if (before === undefined || after === undefined) {
        return [{ type, name, operation: after === undefined ? "delete" : "create", properties: [], reasons: [] }];
    }
    const compared = ({ provider, inputs }: Goal) => ({ provider, inputs });
    const properties = diff(compared(before), compared(after)).map((each): PropertyChange => {
        const path = pathOf(each.path[0] === "inputs" ? each.path.slice(1) : each.path);
        return shownChange(type, {
            path,
            before: each.type === "CREATE" ? undefined : each.oldValue,
            after: each.type === "REMOVE" ? undefined : each.value,
        });
    });
    if (reasons !== undefined) {
        return [{ type, name, operation: "replace", properties, reasons }];
    }
    return properties.length === 0 ? [] : [{ type, name, operation: "change", properties, reasons: [] }];
}

/** Goals in which each random text, wherever it is used, is replaced by the name of the resource that it comes from. */
function settled(goals: ReadonlyMap<string, Goal>): Map<string, Goal> {
    const names = new Map([...goals.values()].flatMap((goal) => randomTexts(goal).map((text) => [text, goal.name])));
    if (names.size === 0) {
        return new Map(goals);
    }
    // Within a longer text too, such as an address. The longest comes first: one may be the beginning of another.
    const texts = [...names.keys()].sort((a, b) => b.length - a.length);
    const any = texts.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
    // A UUID is found behind a hyphen too: nothing else looks like it.
    const pattern = new RegExp(`(?:(?<![\\w-])|(?=${uuid.source}))(?:${any})(?![\\w-])`, "g");
    const rename = (text: string): string => text.replace(pattern, (found) => names.get(found) ?? found);
    return new Map([...goals].map(([urn, goal]) => [urn, { ...goal, inputs: renamed(goal.inputs, rename) }]));
}

interface Named {
    readonly metadata?: { readonly name?: unknown; readonly annotations?: Readonly<Record<string, unknown>> };
}

function randomTexts({ type, inputs }: Goal): string[] {
    const { input } = inputs as { readonly input?: unknown };
    // A Stash keeps its first input: an identity that a program makes anew each time, and that stays where it is deployed.
    if (type === "pulumi:index:Stash" && typeof input === "string" && uuid.test(input)) {
        return [input];
    }
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
