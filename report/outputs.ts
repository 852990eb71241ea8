import { z } from "zod";
import { schemaVersion } from "../split/measurement/measurement";
import { assessment, type Assessment } from "../split/verdict/assessment";
import { comparison, type Comparison } from "../split/verdict/comparison";

/** What a report is made of. */
export interface Outputs {
    readonly assessment: Assessment;
    /** With the run before; null after the first run. */
    readonly comparison: Comparison | null;
}

/** The text is not the outputs of a stack of this project. */
export class OutputsError extends Error {
    override readonly name = "OutputsError";
}

/** A measurement of any version. */
const versioned = z.object({ schemaVersion: z.number() });

/**
 * Reads what `pulumi stack output --json` prints.
 *
 * @param source what an error calls it, e.g. the file's name
 * @throws OutputsError where it is something else, or a measurement of another version
 */
export function readOutputs(text: string, source: string): Outputs {
    const outputs = parsed(text, source);
    const { trafficSplit } = outputs;
    if (trafficSplit === undefined) {
        const names = Object.keys(outputs).join(", ") || "none";
        throw new OutputsError(
            `${source}: the output trafficSplit is missing (outputs: ${names}); run pulumi up in a stack of this project first`,
        );
    }
    return {
        assessment: readAssessment(trafficSplit, source),
        comparison: checked(comparison.nullable(), outputs["comparison"] ?? null, `${source}: comparison`),
    };
}

/**
 * Reads the output `trafficSplit`.
 *
 * @throws OutputsError where it is something else, a secret, or a measurement of another version
 */
export function readAssessment(trafficSplit: unknown, source: string): Assessment {
    if (trafficSplit === "[secret]") {
        throw new OutputsError(`${source}: the output trafficSplit is a secret, which Pulumi does not print`);
    }
    const version = versioned.safeParse(trafficSplit).data?.schemaVersion;
    if (version !== undefined && version !== schemaVersion) {
        throw new OutputsError(
            `${source}: trafficSplit.schemaVersion: must be ${schemaVersion}, got ${version}; run pulumi up again`,
        );
    }
    return checked(assessment, trafficSplit, `${source}: trafficSplit`);
}

function parsed(text: string, source: string): Record<string, unknown> {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        const start = text.trim() === "" ? "nothing" : JSON.stringify(text.slice(0, 40));
        throw new OutputsError(`${source}: must be the JSON that pulumi stack output --json prints, got ${start}`);
    }
    const result = z.record(z.string(), z.unknown()).safeParse(value);
    if (!result.success) {
        const start = JSON.stringify(value).slice(0, 40);
        throw new OutputsError(`${source}: must be an object with the output trafficSplit, got ${start}`);
    }
    return result.data;
}

function checked<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
    const result = schema.safeParse(value);
    if (!result.success) {
        const [issue] = result.error.issues;
        throw new OutputsError(`${[name, ...(issue?.path ?? [])].join(".")}: ${issue?.message}`);
    }
    return result.data;
}
