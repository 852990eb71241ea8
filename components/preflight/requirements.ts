import * as pulumi from "@pulumi/pulumi";
import type { Assessment } from "../../split/verdict/assessment";
import { parseRequirement, requirementForms, unmet, type Requirement } from "../../split/verdict/requirement";
import { Refusal } from "../settings/refusal";
import type { Settings } from "../settings/table";

/**
 * Reads the conditions that a measurement has to meet.
 *
 * @param services names of what is called, which a condition may name; null while they are not known
 * @throws Refusal where one can't be read, or names a client or a Service that does not take part
 */
export function checkedRequirements(
    { require: texts, clients }: Pick<Settings, "require" | "clients">,
    services: readonly string[] | null,
): Requirement[] {
    return texts.map((text) => {
        const requirement = parseRequirement(text);
        const got = JSON.stringify(text);
        if (requirement === null) {
            throw new Refusal(`require: must be ${requirementForms}, got ${got}`);
        }
        const { client, service } = requirement;
        if (client !== null && !clients.includes(client)) {
            throw new Refusal(`require: must name one of the clients ${clients.join(", ")}, got ${got}`);
        }
        if (service !== null && services?.includes(service) === false) {
            throw new Refusal(`require: must name one of the Services ${services.join(", ")}, got ${got}`);
        }
        return requirement;
    });
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
            // A logged error alone does not fail the update; the exit code does. Pulumi uses this one for errors that it
            // has shown.
            process.exitCode = 32;
        }
    });
}
