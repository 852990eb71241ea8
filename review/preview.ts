import { z } from "zod";
import type { Assessment } from "../split/assessment";
import type { ExpectedSplits } from "../split/expected";
import { masked, valueAt } from "./propertyPath";

/** One resource that a preview would change. */
export interface ResourceChange {
    readonly type: string;
    readonly name: string;
    /** Between two previews a "change": whether it is an update or a replacement, only a cluster can tell. */
    readonly operation: "create" | "update" | "replace" | "delete" | "change";
    readonly properties: readonly PropertyChange[];
}

/** One property; a value that is secret reads "[secret]", one not known yet is undefined. */
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
    /** After the change; null where the preview ended before it was known. */
    readonly expected: ExpectedSplits | null;
    readonly resources: readonly ResourceChange[];
    /** By URN, changed or not; components and providers apart. */
    readonly goals: ReadonlyMap<string, Goal>;
    readonly findings: readonly Finding[];
    /** Errors and warnings. */
    readonly problems: readonly string[];
}

/** What was given is not the event stream of a preview. */
export class PreviewError extends Error {
    override readonly name = "PreviewError";
}

const properties = z.record(z.string(), z.unknown());
const state = z
    .object({ custom: z.boolean().nullish(), inputs: properties.nullish(), outputs: properties.nullish() })
    .nullish();
const metadata = z.object({
    op: z.string(),
    urn: z.string(),
    type: z.string(),
    old: state,
    new: state,
    detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});
const event = z.object({
    resourcePreEvent: z.object({ metadata }).optional(),
    resOutputsEvent: z.object({ metadata }).optional(),
    diagnosticEvent: z
        .object({ severity: z.string(), message: z.string(), ephemeral: z.boolean().optional() })
        .optional(),
    policyEvent: z
        .object({
            policyName: z.string(),
            enforcementLevel: z.string(),
            message: z.string(),
            resourceUrn: z.string().optional(),
        })
        .optional(),
    summaryEvent: z.object({}).optional(),
});
type Metadata = z.infer<typeof metadata>;

/**
 * Reads what `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json` prints, an engine event a line.
 *
 * @throws PreviewError where it is something else, or ends before its summary
 */
export function readPreview(text: string): Preview {
    const events = text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map(eventOf);
    if (!events.some(({ summaryEvent }) => summaryEvent !== undefined)) {
        throw new PreviewError(
            "the preview ends without its summary: it was cut, or it is the digest that `pulumi preview --json` prints without PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true",
        );
    }
    const announced = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    const stackEvents = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []).filter(isStack);
    const last = stackEvents.at(-1);
    const old = last?.old?.outputs ?? {};
    return {
        stack: last?.urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "unknown",
        stored: {
            expected: (old["expected"] as ExpectedSplits | undefined) ?? null,
            measured: (old["trafficSplit"] as Assessment | undefined) ?? null,
        },
        expected: known(last?.new?.outputs?.["expected"]),
        resources: changes(announced),
        goals: goalsOf(announced),
        findings: events
            .flatMap(({ policyEvent }) => policyEvent ?? [])
            .map((found) => ({
                policy: found.policyName,
                level: found.enforcementLevel,
                resource: found.resourceUrn?.split("::").at(-1) ?? "the stack",
                message: found.message,
            })),
        problems: events
            .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
            .filter(({ severity, ephemeral }) => ["error", "warning"].includes(severity) && ephemeral !== true)
            .map(({ severity, message }) => `${severity}: ${message.trim()}`),
    };
}

function eventOf(line: string, i: number): z.infer<typeof event> {
    try {
        return event.parse(JSON.parse(line));
    } catch {
        throw new PreviewError(`line ${i + 1} is no engine event: ${JSON.stringify(line.slice(0, 60))}`);
    }
}

function goalsOf(all: readonly Metadata[]): Map<string, Goal> {
    return new Map(
        all.flatMap(({ urn, type, new: now }) =>
            now?.custom !== true || isProvider(type)
                ? []
                : [[urn, { type, name: nameIn(urn), inputs: masked(now.inputs ?? {}) }]],
        ),
    );
}

function isProvider(type: string): boolean {
    return type.startsWith("pulumi:providers:");
}

function nameIn(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}

function isStack({ type }: Metadata): boolean {
    return type === "pulumi:pulumi:Stack";
}

/** An output that is not known yet is a text in the stream, where this one is an object. */
function known(expected: unknown): ExpectedSplits | null {
    return typeof expected === "object" && expected !== null ? (expected as ExpectedSplits) : null;
}

const operations: Readonly<Record<string, ResourceChange["operation"]>> = {
    create: "create",
    update: "update",
    replace: "replace",
    delete: "delete",
};

function changes(all: readonly Metadata[]): ResourceChange[] {
    return all
        .filter((each) => !isStack(each) && each.op in operations && !isProvider(each.type))
        .map(({ op, urn, type, old, new: now, detailedDiff }) => ({
            ...{ type, name: nameIn(urn), operation: operations[op] ?? "update" },
            properties: Object.keys(detailedDiff ?? {})
                .sort()
                .map((path) => ({ path, before: valueAt(old?.inputs, path), after: valueAt(now?.inputs, path) })),
        }))
        .sort((a, b) => a.type.localeCompare(b.type) || a.name.localeCompare(b.name));
}
