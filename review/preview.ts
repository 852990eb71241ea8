import type { Assessment } from "../split/verdict/assessment";
import type { ExpectedSplits } from "../split/theory/expectedSplits";
import { OutputsError } from "../report/outputs";
import { readEvents, type Metadata, type PreviewEvent } from "./events";
import { expectedIn, measuredIn } from "./outputs";
import { tellable, withoutContent } from "./content";
import { goalsOf, nameIn } from "./goals";
import { valueAt } from "./propertyPath";

/** One resource that a preview would change. */
export interface ResourceChange {
    readonly type: string;
    readonly name: string;
    /** Between two previews a "change": whether it is an update or a replacement, only a cluster can tell. */
    readonly operation: "create" | "import" | "update" | "replace" | "delete" | "change";
    readonly properties: readonly PropertyChange[];
}

/** One property; a value that is secret reads "[secret]", one not known yet "[not known yet]". */
export interface PropertyChange {
    readonly path: string;
    readonly before: unknown;
    readonly after: unknown;
}

/** What a program asks of one resource. */
export interface Goal {
    readonly type: string;
    readonly name: string;
    /** Secrets in it read "[secret]". */
    readonly inputs: unknown;
    /** Name of the provider that makes it; "default" where the program names none. */
    readonly provider: string;
}

/** What a policy pack says of the changed stack. */
export interface Finding {
    readonly policy: string;
    readonly level: string;
    readonly resource: string;
    readonly message: string;
}

/** What a preview tells. */
export interface Preview {
    readonly stack: string;
    /** Of the stack as it stands; null where it has none, as in an empty backend. */
    readonly stored: { readonly expected: ExpectedSplits | null; readonly measured: Assessment | null };
    /** After the change; null where the preview failed before it was known, and where the stack has no such output. */
    readonly expected: ExpectedSplits | null;
    /** Whether it ended in an error before its end: what it doesn't tell may be there nevertheless. */
    readonly failed: boolean;
    readonly resources: readonly ResourceChange[];
    /** By URN, changed or not; components apart. */
    readonly goals: ReadonlyMap<string, Goal>;
    /** What the stack's config says to the default providers, by package such as "kubernetes". */
    readonly config: ReadonlyMap<string, Readonly<Record<string, string>>>;
    readonly findings: readonly Finding[];
    /** Errors and warnings, and outputs that can't be read. */
    readonly problems: readonly string[];
}

/**
 * Reads what `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json` prints, an engine event a line.
 *
 * @throws PreviewError where it is something else, or ends before its summary
 */
export function readPreview(text: string): Preview {
    const events = readEvents(text);
    const announced = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    const last = events
        .flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? [])
        .filter(isStack)
        .at(-1);
    const urn = last?.urn ?? announced[0]?.urn;
    const [stack = "unknown", project = ""] = urn?.replace("urn:pulumi:", "").split("::") ?? [];
    const [old, now] = [last?.old?.outputs ?? {}, last?.new?.outputs ?? {}];
    const findings = findingsOf(events);
    const hasFailed = events.some(({ summaryEvent }) => (summaryEvent?.result ?? "succeeded") !== "succeeded");
    const diagnostics = problemsOf(events);
    // The engine lets the program run to its end, and says no more than that.
    const isStoppedByPolicy =
        hasFailed &&
        findings.some(({ level }) => level === "mandatory") &&
        diagnostics.every((each) => !each.startsWith("error:") || each === "error: preview failed");
    const problems = diagnostics.map((each) =>
        isStoppedByPolicy && each === "error: preview failed" ? "error: a mandatory policy stops the update" : each,
    );
    const told = <T>(read: () => T): T | null => {
        try {
            return read();
        } catch (error) {
            if (!(error instanceof OutputsError)) {
                throw error;
            }
            problems.push(`warning: ${error.message}`);
            return null;
        }
    };
    return {
        stack,
        stored: {
            expected: told(() => expectedIn(old, "the stack")),
            measured: told(() => measuredIn(old, "the stack")),
        },
        // A program that failed leaves the stack's outputs as they were.
        expected: hasFailed && !isStoppedByPolicy ? null : told(() => expectedIn(now, "the preview")),
        failed: hasFailed && !isStoppedByPolicy,
        resources: changes(announced),
        goals: goalsOf(announced),
        config: configOf(events, project),
        findings,
        problems,
    };
}

function findingsOf(events: readonly PreviewEvent[]): Finding[] {
    return events
        .flatMap(({ policyEvent }) => policyEvent ?? [])
        .map((found) => ({
            policy: found.policyName,
            level: found.enforcementLevel,
            resource: found.resourceUrn === undefined ? "the stack" : nameIn(found.resourceUrn),
            message: found.message,
        }));
}

/** A preview that ended before it had anything to tell, as where a value of the stack's config is of another type. */
export function failedPreview(stack: string, error: string): Preview {
    return {
        ...{ stack, stored: { expected: null, measured: null }, expected: null, failed: true },
        ...{ resources: [], goals: new Map(), config: new Map(), findings: [], problems: [error.trim()] },
    };
}

function problemsOf(events: readonly PreviewEvent[]): string[] {
    return events
        .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
        .filter(({ severity, ephemeral }) => ["error", "warning"].includes(severity) && ephemeral !== true)
        .map(({ severity, message }) => `${severity}: ${message.trim()}`);
}

/** No event tells what a default provider is given; all of it is in the stack's config. */
function configOf(events: readonly PreviewEvent[], project: string): Map<string, Record<string, string>> {
    const config = new Map<string, Record<string, string>>();
    for (const [name, value] of events.flatMap(({ preludeEvent }) => Object.entries(preludeEvent?.config ?? {}))) {
        const [namespace = "", key = ""] = name.split(/:(.*)/s);
        if (namespace !== project && namespace !== "pulumi") {
            config.set(namespace, { ...config.get(namespace), [key]: value });
        }
    }
    return config;
}

function isStack({ type }: Metadata): boolean {
    return type === "pulumi:pulumi:Stack";
}

const operations: Readonly<Record<string, ResourceChange["operation"]>> = {
    create: "create",
    import: "import",
    update: "update",
    replace: "replace",
    delete: "delete",
};

/** The order in which resources are told. */
export function byTypeAndName(a: ResourceChange, b: ResourceChange): number {
    return a.type.localeCompare(b.type) || a.name.localeCompare(b.name);
}

function changes(all: readonly Metadata[]): ResourceChange[] {
    return all
        .filter((each) => !isStack(each) && Object.hasOwn(operations, each.op))
        .sort((a, b) => a.urn.localeCompare(b.urn))
        .map(({ op, urn, type, old, new: now, detailedDiff }) => {
            const shown = (part: "inputs" | "outputs") =>
                [old, now].map((state) => withoutContent(type, state?.[part] ?? {}));
            const [asked, held] = [shown("inputs"), shown("outputs")];
            const paths = Object.keys(detailedDiff ?? {}).sort();
            return {
                ...{ type, name: nameIn(urn), operation: operations[op] ?? "update" },
                properties: paths.map((path) => {
                    const [before, after] = asked.map((state) => valueAt(state, path));
                    // What differs may be what the cluster holds, and nothing of what is asked for.
                    const isAsked = before !== undefined || after !== undefined;
                    const [was, is] = isAsked ? [before, after] : held.map((state) => valueAt(state, path));
                    return tellable(type, { path, before: was, after: is });
                }),
            };
        })
        .sort(byTypeAndName);
}
