import type { Assessment } from "../split/verdict/assessment";
import type { ExpectedSplits } from "../split/theory/expectedSplits";
import { OutputsError } from "../report/outputs";
import type { Goal, ResourceChange } from "./change";
import type { Metadata, PreviewEvent } from "./events";
import { goalsOf, nameIn } from "./goals";
import { expectedIn, measuredIn } from "./outputs";
import { readStandardOutput } from "./standardOutput";
import { changesOf, replacementsOf } from "./steps";

/** A stack, as its URNs name it. */
export interface StackName {
    readonly project: string;
    readonly stack: string;
}

/** What a policy pack says of the changed stack. */
export interface Finding {
    readonly policy: string;
    readonly level: string;
    /** "low", "medium", "high" or "critical"; empty for a policy that has none. */
    readonly severity: string;
    readonly resource: string;
    readonly message: string;
}

/** What a preview says. */
export interface Preview extends StackName {
    /** Whether it was read from a digest, which has neither outputs after the change nor findings. */
    readonly isDigest: boolean;
    /** Of the stack as it is stored; null if it has none, as in an empty backend. */
    readonly stored: { readonly expected: ExpectedSplits | null; readonly measured: Assessment | null };
    /** After the change; null if the preview failed before it was known, or if the stack has no such output. */
    readonly expected: ExpectedSplits | null;
    /** Whether an error ended it early: what it does not mention may exist nevertheless. */
    readonly failed: boolean;
    readonly resources: readonly ResourceChange[];
    /** Reasons for each replacement, by URN, as far as it says them. */
    readonly replacements: ReadonlyMap<string, readonly string[]>;
    /** By URN, changed or not; components are left out. */
    readonly goals: ReadonlyMap<string, Goal>;
    /** Number of unchanged resources that are missing from the goals: a digest leaves them out. */
    readonly unlisted: number;
    /** The stack's config for the default providers, by package such as "kubernetes". */
    readonly config: ReadonlyMap<string, Readonly<Record<string, string>>>;
    readonly findings: readonly Finding[];
    /** Errors, warnings, and outputs that can't be read. */
    readonly problems: readonly string[];
    /** Lines of its output that are not the engine's. */
    readonly otherLines: readonly string[];
}

/**
 * Reads what `pulumi preview --json` printed: a stream with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true, a digest without.
 *
 * @param given the stack's name if the preview ended before its first resource
 * @throws PreviewError if there is neither, or if it is torn
 */
export function readPreview(text: string, given: StackName = { project: "unknown", stack: "unknown" }): Preview {
    const { events, isDigest, unlisted, otherLines } = readStandardOutput(text);
    const announced = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    const last = events
        .flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? [])
        .filter(isStack)
        .at(-1);
    const urn = last?.urn ?? announced[0]?.urn;
    const [stack = given.stack, project = given.project] = urn?.replace("urn:pulumi:", "").split("::") ?? [];
    const [old, now] = [last?.old?.outputs ?? {}, last?.new?.outputs ?? {}];
    const findings = findingsOf(events);
    const hasFailed = events.some(({ summaryEvent }) => (summaryEvent?.result ?? "succeeded") !== "succeeded");
    const diagnostics = problemsOf(events);
    // The engine lets the program run to its end, and its only error is "preview failed".
    const isStoppedByPolicy =
        hasFailed &&
        findings.some(({ level }) => level === "mandatory") &&
        diagnostics.every((each) => !each.startsWith("error:") || each === "error: preview failed");
    const problems = diagnostics.map((each) =>
        isStoppedByPolicy && each === "error: preview failed" ? "error: a mandatory policy stops the update" : each,
    );
    const orProblem = <T>(read: () => T): T | null => {
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
        project,
        stack,
        isDigest,
        stored: {
            expected: orProblem(() => expectedIn(old, "the stack")),
            measured: orProblem(() => measuredIn(old, "the stack")),
        },
        // A program that failed leaves the stack's outputs as they were.
        expected: hasFailed && !isStoppedByPolicy ? null : orProblem(() => expectedIn(now, "the preview")),
        failed: hasFailed && !isStoppedByPolicy,
        resources: changesOf(announced),
        replacements: replacementsOf(announced),
        goals: goalsOf(announced),
        unlisted,
        config: configOf(events, project),
        findings,
        problems,
        otherLines,
    };
}

function findingsOf(events: readonly PreviewEvent[]): Finding[] {
    return events
        .flatMap(({ policyEvent }) => policyEvent ?? [])
        .map((found) => ({
            policy: found.policyName,
            level: found.enforcementLevel,
            severity: found.severity ?? "",
            resource: found.resourceUrn === undefined ? "the stack" : nameIn(found.resourceUrn),
            message: found.message,
        }));
}

/** A preview that ended before its first event, as with a value of the wrong type in the stack's config. */
export function failedPreview({ project, stack }: StackName, error: string): Preview {
    return {
        project,
        stack,
        isDigest: false,
        stored: { expected: null, measured: null },
        expected: null,
        failed: true,
        resources: [],
        replacements: new Map(),
        goals: new Map(),
        unlisted: 0,
        config: new Map(),
        findings: [],
        problems: [error.trim()],
        otherLines: [],
    };
}

function problemsOf(events: readonly PreviewEvent[]): string[] {
    return events
        .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
        .filter(({ severity, ephemeral }) => ["error", "warning"].includes(severity) && ephemeral !== true)
        .map(({ severity, message }) => `${severity}: ${message.trim()}`);
}

/** No event has the inputs of a default provider; the stack's config has all of them. */
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
