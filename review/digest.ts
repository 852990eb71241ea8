import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { resourceState, type Metadata, type PreviewEvent } from "./events";

const step = z.object({
    op: z.string(),
    urn: z.string(),
    provider: z.string().nullish(),
    oldState: resourceState,
    newState: resourceState,
    replaceReasons: z.array(z.string()).nullish(),
    detailedDiff: z.record(z.string(), z.object({ kind: z.string().optional() })).nullish(),
});
const diagnostic = z.object({
    severity: z.string().nullish(),
    message: z.string().nullish(),
});
const digest = z.object({
    config: z.record(z.string(), z.string()).nullish(),
    steps: z.array(step).nullish(),
    diagnostics: z.array(diagnostic).nullish(),
    changeSummary: z.record(z.string(), z.number()).nullish(),
});

/** The one JSON object that `pulumi preview --json` prints when it does not stream: `PreviewDigest` in Pulumi's source. */
export type Digest = z.infer<typeof digest>;

type Step = z.infer<typeof step>;
type Diagnostic = z.infer<typeof diagnostic>;

/** Reads a digest; null if the text is something else, or ends before the preview did. */
export function readDigest(text: string): Digest | null {
    try {
        const read = digest.parse(JSON.parse(text));
        return read.changeSummary != null || hasErrors(read) ? read : null;
    } catch {
        return null;
    }
}

/** The same preview as events. A digest has no stack outputs after the change and no policy findings. */
export function eventsOf(read: Digest): PreviewEvent[] {
    const steps = (read.steps ?? []).map(metadataOf);
    return [
        { preludeEvent: { config: read.config } },
        ...steps.map((metadata) => ({ resourcePreEvent: { metadata } })),
        // Its new state is the one before the program has set the outputs.
        ...steps
            .filter(({ type }) => type === "pulumi:pulumi:Stack")
            .map((metadata) => ({ resOutputsEvent: { metadata: { ...metadata, new: null } } })),
        ...(read.diagnostics ?? []).map(diagnosticEventOf),
        { summaryEvent: { result: hasErrors(read) ? "failed" : "succeeded" } },
    ];
}

/** A digest has an event's prefix within the message, and the colors of a stack trace. */
function diagnosticEventOf({ severity, message }: Diagnostic): PreviewEvent {
    const [text, prefix] = [stripVTControlCharacters(message ?? ""), `${severity}: `];
    return {
        diagnosticEvent: {
            severity: severity ?? "info",
            message: text.startsWith(prefix) ? text.slice(prefix.length) : text,
        },
    };
}

/** Number of resources that a digest counts as unchanged and leaves out of its steps. */
export function unlistedIn({ steps, changeSummary }: Digest): number {
    const listed = (steps ?? []).filter(({ op }) => op === "same").length;
    return Math.max(0, (changeSummary?.["same"] ?? 0) - listed);
}

function hasErrors({ diagnostics }: Digest): boolean {
    return (diagnostics ?? []).some(({ severity }) => severity === "error");
}

function metadataOf({ op, urn, provider, oldState, newState, replaceReasons, detailedDiff }: Step): Metadata {
    return {
        op,
        urn,
        type: typeIn(urn),
        old: oldState,
        new: newState,
        detailedDiff:
            detailedDiff &&
            Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, { diffKind: kind }])),
        keys: replaceReasons,
        provider,
    };
}

/** The type in a URN, without those of its parents. */
function typeIn(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
