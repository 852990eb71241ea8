import { PolicyPack, type StackValidationPolicy } from "@pulumi/policy";
import type { TrafficPolicy } from "./advice";
import { clientIPAffinity } from "./clientIPAffinity";
import { headlessServiceOnly } from "./headlessServiceOnly";
import { headlessWithoutReadinessProbe } from "./headlessWithoutReadinessProbe";
import { latestImageTag } from "./latestImageTag";
import { publishNotReadyAddresses } from "./publishNotReadyAddresses";
import { serviceSelectsNoPods } from "./serviceSelectsNoPods";
import { readStack } from "./stack";

new PolicyPack("traffic-split", {
    enforcementLevel: "advisory",
    policies: [
        validation(headlessServiceOnly),
        validation(serviceSelectsNoPods),
        validation(latestImageTag),
        validation(headlessWithoutReadinessProbe),
        validation(clientIPAffinity),
        validation(publishNotReadyAddresses),
    ],
});

function validation<Settings extends object>(policy: TrafficPolicy<Settings>): StackValidationPolicy {
    const { name, description, configSchema, advise } = policy;
    return {
        name,
        description,
        ...(configSchema && { configSchema }),
        validateStack: (args, reportViolation) => {
            for (const { message, urn } of advise(readStack(args.resources), args.getConfig<Settings>())) {
                reportViolation(message, urn);
            }
        },
    };
}
