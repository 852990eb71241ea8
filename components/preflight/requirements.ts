import * as pulumi from "@pulumi/pulumi";
import type { Assessment } from "../../split/verdict/assessment";
import { parseRequirement, requirementForms, unmet, type Requirement } from "../../split/verdict/requirement";
import { Refusal } from "../settings/refusal";

/**
 * Reads the conditions that a measurement has to meet.
 *
 * @param clients names that a condition may name
 * @throws Refusal where one can't be read, or names a client that there is not
 */
export function readRequirements(texts: readonly string[], clients: readonly string[]): Requirement[] {
    return texts.map((text) => {
        const requirement = parseRequirement(text);
        const given = `require: ${JSON.stringify(text)} was given`;
        if (requirement === null) {
            throw new Refusal(`${given}; allowed is ${requirementForms}`);
        }
        if (requirement.client !== null && !clients.includes(requirement.client)) {
            throw new Refusal(`${given}; allowed as its client is one of ${clients.join(", ")}`);
        }
        return requirement;
    });
}

/** @throws Refusal where a condition names a Service that is not called */
export function checkRequiredServices(requirements: readonly Requirement[], services: readonly string[]): void {
    const stranger = requirements.find(({ service }) => service !== null && !services.includes(service));
    if (stranger !== undefined) {
        throw new Refusal(
            `require: ${JSON.stringify(stranger.text)} was given; allowed as its Service is one of ${services.join(", ")}`,
        );
    }
}

/**
 * Fails the update where a measurement does not meet a condition, by an error in its log and the exit code of the
 * program: an exception would keep the stack from storing what was measured.
 */
export function enforce(
    resource: pulumi.Resource,
    requirements: readonly Requirement[],
    assessment: pulumi.Output<Assessment>,
): void {
    assessment.apply(async (measured) => {
        for (const failure of unmet(requirements, measured)) {
            await pulumi.log.error(`require: ${failure}`, resource);
            // The engine does not take a logged error for a failure; the program's end it does. This code of Pulumi's
            // own says that the reason was told.
            process.exitCode = 32;
        }
    });
}
