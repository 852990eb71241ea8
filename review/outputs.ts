import type { Assessment } from "../split/verdict/assessment";
import { expectedSplitsOutput, type ExpectedSplits } from "../split/theory/expectedSplits";
import { OutputsError, readAssessment } from "../report/outputs";
import { masked, secret, unknownMark } from "./propertyPath";

/** A stack's outputs, as the preview has them. */
export type Outputs = Readonly<Record<string, unknown>>;

/**
 * The measurement; null if there is none, or if it is not known before the update.
 *
 * @param source what an error calls the outputs
 * @throws OutputsError if it is something else, a secret, or of another version
 */
export function measuredIn({ trafficSplit }: Outputs, source: string): Assessment | null {
    return isKnown(trafficSplit) ? readAssessment(masked(trafficSplit), source) : null;
}

/**
 * What the stack expects; null if it has no such output, or does not know it before the update.
 *
 * @param source what an error calls the outputs
 * @throws OutputsError if it is something else, or a secret
 */
export function expectedIn({ expected }: Outputs, source: string): ExpectedSplits | null {
    if (!isKnown(expected)) {
        return null;
    }
    const value = masked(expected);
    const result = expectedSplitsOutput.safeParse(value);
    if (!result.success) {
        const why = value === secret ? "is a secret, and is not shown" : "is not that of a TrafficSplit";
        throw new OutputsError(`${source}: expected ${why}`);
    }
    return result.data;
}

function isKnown(output: unknown): boolean {
    return output !== undefined && output !== null && output !== unknownMark;
}
