import type { TrafficPolicy } from "./advice";
import { clientIPAffinity } from "./clientIPAffinity";
import { headlessServiceOnly } from "./headlessServiceOnly";
import { headlessWithoutReadinessProbe } from "./headlessWithoutReadinessProbe";
import { latestImageTag } from "./latestImageTag";
import { publishNotReadyAddresses } from "./publishNotReadyAddresses";
import { serviceSelectsNoPods } from "./serviceSelectsNoPods";

/** All policies of the pack. */
export const policies: readonly TrafficPolicy[] = [
    headlessServiceOnly,
    serviceSelectsNoPods,
    latestImageTag,
    headlessWithoutReadinessProbe,
    clientIPAffinity,
    publishNotReadyAddresses,
];
