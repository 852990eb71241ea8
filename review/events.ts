import { z } from "zod";

const properties = z.record(z.string(), z.unknown());

/** What a preview says of a resource before or after the change. */
export const resourceState = z
    .object({
        custom: z.boolean().nullish(),
        inputs: properties.nullish(),
        outputs: properties.nullish(),
    })
    .nullish();
const metadata = z.object({
    op: z.string(),
    urn: z.string(),
    type: z.string(),
    old: resourceState,
    new: resourceState,
    /** By property path; a kind such as "update-replace" says that the property forces a replacement. */
    detailedDiff: z.record(z.string(), z.object({ diffKind: z.string().optional() })).nullish(),
    /** Properties that force a replacement, as the provider names them. */
    keys: z.array(z.string()).nullish(),
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
            /** Left out for a policy that has none. */
            severity: z.string().optional(),
            message: z.string(),
            resourceUrn: z.string().optional(),
        })
        .optional(),
    summaryEvent: z.object({ result: z.string().optional() }).optional(),
});

/** A line of the event stream. */
export type PreviewEvent = z.infer<typeof event>;

/** What a preview would do to one resource. */
export type Metadata = z.infer<typeof metadata>;

/** How each event of the engine begins: no JSON string within one can contain this. */
export const eventStart = '{"sequence":';

/** Reads one event; null if the line is something else, or torn. */
export function readEvent(line: string): PreviewEvent | null {
    try {
        return event.parse(JSON.parse(line));
    } catch {
        return null;
    }
}
