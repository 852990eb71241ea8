import { z } from "zod";
import type { Assessment } from "../split/verdict/assessment";
import type { Comparison } from "../split/verdict/comparison";
import { assessment, comparison } from "./shapes";

/** What a report is made of. */
export interface Outputs {
    readonly assessment: Assessment;
    /** With the run before; null after the first. */
    readonly comparison: Comparison | null;
}

/** What was given is not what this project's stacks have as outputs. */
export class OutputsError extends Error {
    override readonly name = "OutputsError";
}

/** Of a measurement in any version of its shape. */
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
        const there = Object.keys(outputs).join(", ") || "nothing";
        throw new OutputsError(
            `${source}: the output trafficSplit is missing, there is ${there}: run pulumi up in a stack of this project first`,
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
        throw new OutputsError(`${source}: trafficSplit is a secret, and is not shown`);
    }
    const version = versioned.safeParse(trafficSplit).data?.schemaVersion;
    if (version !== undefined && version !== 4) {
        throw new OutputsError(
            `${source}: trafficSplit.schemaVersion is ${version}, and 4 is allowed: run pulumi up again`,
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
        throw new OutputsError(`${source}: JSON of pulumi stack output --json is allowed, and ${start} was given`);
    }
    const result = z.record(z.string(), z.unknown()).safeParse(value);
    if (!result.success) {
        throw new OutputsError(
            `${source}: an object with the output trafficSplit is allowed, and ${JSON.stringify(value).slice(0, 40)} was given`,
        );
    }
    return result.data;
}

function checked<T>(shape: z.ZodType<T>, value: unknown, name: string): T {
    const result = shape.safeParse(value);
    if (!result.success) {
        const [issue] = result.error.issues;
        throw new OutputsError(`${[name, ...(issue?.path ?? [])].join(".")}: ${issue?.message}`);
    }
    return result.data;
}
