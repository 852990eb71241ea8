import { shownChange, withoutContent } from "./secrets";
import type { Metadata } from "./events";
import { nameIn } from "./goals";
import type { PropertyChange, ResourceChange } from "./change";
import { valueAt } from "./propertyPath";

const operations: Readonly<Record<string, ResourceChange["operation"]>> = {
    create: "create",
    import: "import",
    update: "update",
    replace: "replace",
    "create-replacement": "replace",
    "import-replacement": "replace",
    delete: "delete",
};

/** The resources that a preview would change, each once; the steps of one replacement count as one. */
export function changesOf(all: readonly Metadata[]): ResourceChange[] {
    const byUrn = new Map<string, Metadata>();
    for (const step of all.filter(({ op, type }) => type !== "pulumi:pulumi:Stack" && Object.hasOwn(operations, op))) {
        const known = byUrn.get(step.urn);
        // Of a replacement's steps the one that says most: not each has to repeat the reason.
        if (known === undefined || said(step) > said(known)) {
            byUrn.set(step.urn, step);
        }
    }
    return [...byUrn.values()]
        .sort((a, b) => a.urn.localeCompare(b.urn))
        .map(changeOf)
        .sort(byTypeAndName);
}

function said({ detailedDiff, keys }: Metadata): number {
    return Object.keys(detailedDiff ?? {}).length + (keys ?? []).length;
}

/** Why a preview would replace resources, by URN; no reasons for one that it replaces without saying why. */
export function replacementsOf(all: readonly Metadata[]): ReadonlyMap<string, readonly string[]> {
    const reasons = new Map<string, readonly string[]>();
    for (const step of all.filter(({ op }) => operations[op] === "replace")) {
        reasons.set(step.urn, [...new Set([...(reasons.get(step.urn) ?? []), ...reasonsOf(step)])]);
    }
    return reasons;
}

/** Orders resources as the comment lists them. */
export function byTypeAndName(a: ResourceChange, b: ResourceChange): number {
    return a.type.localeCompare(b.type) || a.name.localeCompare(b.name);
}

/** The engine blames this property for a replacement that somebody asked for, as with `--target-replace`. */
const asked = "id";

/** Property paths that force a replacement, or the names that the provider gives instead. */
function reasonsOf({ detailedDiff, keys }: Metadata): string[] {
    const paths = Object.entries(detailedDiff ?? {})
        .filter(([, { diffKind }]) => diffKind?.endsWith("-replace"))
        .map(([path]) => path);
    return (paths.length > 0 ? paths : (keys ?? []).filter((key) => key !== asked)).toSorted();
}

function changeOf(step: Metadata): ResourceChange {
    const { op, urn, type } = step;
    const operation = operations[op] ?? "update";
    const reasons = operation === "replace" ? reasonsOf(step) : [];
    return {
        type,
        name: nameIn(urn),
        operation,
        properties: propertiesOf(step).sort(
            (a, b) => Number(reasons.includes(b.path)) - Number(reasons.includes(a.path)),
        ),
        reasons,
    };
}

function propertiesOf({ type, old, new: now, detailedDiff }: Metadata): PropertyChange[] {
    const shown = (part: "inputs" | "outputs") => [old, now].map((state) => withoutContent(type, state?.[part] ?? {}));
    const [asked, held] = [shown("inputs"), shown("outputs")];
    return Object.keys(detailedDiff ?? {})
        .sort()
        .map((path) => {
            const [before, after] = asked.map((state) => valueAt(state, path));
            // What differs may be what the cluster holds, and nothing of what is asked for.
            const isAsked = before !== undefined || after !== undefined;
            const [was, is] = isAsked ? [before, after] : held.map((state) => valueAt(state, path));
            return shownChange(type, { path, before: was, after: is });
        });
}
