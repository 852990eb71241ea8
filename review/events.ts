import { z } from "zod";

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
    /** URN and ID of the provider. */
    provider: z.string().nullish(),
});
const event = z.object({
    preludeEvent: z.object({ config: z.record(z.string(), z.string()).nullish() }).optional(),
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
    summaryEvent: z.object({ result: z.string().optional() }).optional(),
});

/** A line of the stream. */
export type PreviewEvent = z.infer<typeof event>;

/** What a preview would do to one resource. */
export type Metadata = z.infer<typeof metadata>;

/**
 * Reads what `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json` prints, an engine event a line.
 *
 * @throws PreviewError where it is something else, or ends before its summary
 */
export function readEvents(text: string): PreviewEvent[] {
    const events = text
        .split("\n")
        .filter((line) => line.trim() !== "")
        .map(eventOf);
    if (!events.some(({ summaryEvent }) => summaryEvent !== undefined)) {
        throw new PreviewError(
            "the preview ends without its summary: it was cut, or it is the digest that `pulumi preview --json` prints without PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true",
        );
    }
    return events;
}

function eventOf(line: string, i: number): PreviewEvent {
    try {
        return event.parse(JSON.parse(line));
    } catch {
        throw new PreviewError(`line ${i + 1} is no engine event: ${JSON.stringify(line.slice(0, 60))}`);
    }
}
