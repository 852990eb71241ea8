import diff from "microdiff";
import type { Goal, Preview, PropertyChange, ResourceChange } from "./preview";
import { pathOf } from "./propertyPath";

/** The provider puts this on what it named itself, by chance and anew at each preview. */
const autonamed = "pulumi.com/autonamed";

/**
 * What a change does to the resources that a program asks for, from a preview of the base and one of the change: no
 * stack needs to be deployed. Names by chance count as the same. Where the preview of the change ended before, nothing
 * counts as deleted.
 */
export function changesBetween(base: Preview, change: Preview): ResourceChange[] {
    const [before, after] = [settled(base.goals), settled(change.goals)];
    const urns = new Set([...(change.expected === null ? [] : before.keys()), ...after.keys()]);
    return [...urns]
        .flatMap((urn) => changeOf(before.get(urn), after.get(urn)))
        .sort((a, b) => a.type.localeCompare(b.type) || a.name.localeCompare(b.name));
}

function changeOf(before: Goal | undefined, after: Goal | undefined): ResourceChange[] {
    if (before === undefined || after === undefined) {
        const there = after ?? before;
        const operation = after === undefined ? "delete" : "create";
        return there === undefined ? [] : [{ type: there.type, name: there.name, operation, properties: [] }];
    }
    const properties = diff({ inputs: before.inputs }, { inputs: after.inputs }).map((each): PropertyChange => ({
        path: pathOf(each.path.slice(1)),
        before: each.type === "CREATE" ? undefined : each.oldValue,
        after: each.type === "REMOVE" ? undefined : each.value,
    }));
    return properties.length === 0 ? [] : [{ type: after.type, name: after.name, operation: "change", properties }];
}

/** Goals with every name by chance, wherever it is used, as the name that it was made from. */
function settled(goals: ReadonlyMap<string, Goal>): Map<string, Goal> {
    const names = new Map([...goals.values()].flatMap((goal) => nameByChance(goal).map((name) => [name, goal.name])));
    return new Map([...goals].map(([urn, goal]) => [urn, { ...goal, inputs: renamed(goal.inputs, names) }]));
}

interface Named {
    readonly metadata?: { readonly name?: string; readonly annotations?: Readonly<Record<string, unknown>> };
}

function nameByChance({ inputs }: Goal): string[] {
    const { name, annotations } = (inputs as Named).metadata ?? {};
    return annotations?.[autonamed] === "true" && name !== undefined ? [name] : [];
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
    if (typeof value === "string") {
        return names.get(value) ?? value;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    return Array.isArray(value)
        ? value.map((each) => renamed(each, names))
        : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, renamed(each, names)]));
}
