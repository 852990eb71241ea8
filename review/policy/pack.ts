import { PolicyPack, type StackValidationPolicy } from "@pulumi/policy";
import type { TrafficPolicy } from "./advice";
import { policies } from "./policies";
import { readStack } from "./stack";

new PolicyPack("traffic-split", {
    enforcementLevel: "advisory",
    policies: policies.map(validation),
});

function validation(policy: TrafficPolicy): StackValidationPolicy {
    const { name, description, severity, remediationSteps, configSchema, advise } = policy;
    return {
        name,
        description,
        severity,
        remediationSteps,
        ...(configSchema && { configSchema }),
        validateStack: (args, reportViolation) => {
            for (const { message, urn } of advise(readStack(args.resources), args.getConfig())) {
                reportViolation(message, urn);
            }
        },
    };
}
