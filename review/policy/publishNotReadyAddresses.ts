import { quoted, workloads, type TrafficPolicy } from "./advice";
import { isForPeers } from "./peerDiscovery";
import { isLongRunning, selectedPods } from "./selection";
import type { Service, Stack } from "./stack";
import { at } from "./value";

/**
 * A Service that publishes not-ready pods of another workload than a StatefulSet, whose pods find each other by it before
 * they are ready. Silent for Jobs, whose pods do the same, for a Service by which pods find their peers, and for a
 * headless Service beside another that leads clients to the same pods once they are ready.
 */
export const publishNotReadyAddresses: TrafficPolicy = {
    name: "publish-not-ready-addresses",
    description:
        "Only a Service by which pods find each other, as that of a StatefulSet, should publish not-ready addresses.",
    severity: "medium",
    remediationSteps: "Remove publishNotReadyAddresses; pods that look for peers need a headless Service of their own.",
    advise: (stack) =>
        stack.services
            .filter(({ spec }) => at(spec, "publishNotReadyAddresses") === true)
            .filter((service) => isForPeers(stack, service) === "no" && !isBesideAnother(stack, service))
            .flatMap((service) => {
                const others = selectedPods(stack, service).filter(
                    (pods) => isLongRunning(pods) && pods.kind !== "StatefulSet",
                );
                const message = [
                    `Service ${quoted(service)} has publishNotReadyAddresses and selects the pods of ${workloads(others)}.`,
                    "It sends clients to pods that can't answer yet, or can't answer any more.",
                    publishNotReadyAddresses.remediationSteps,
                ];
                return others.length === 0 ? [] : [{ urn: service.urn, message: message.join(" ") }];
            }),
};

function isBesideAnother(stack: Stack, service: Service): boolean {
    const pods = selectedPods(stack, service);
    const isForClients = (other: Service): boolean =>
        other !== service &&
        at(other.spec, "publishNotReadyAddresses") !== true &&
        pods.every((each) => selectedPods(stack, other).includes(each));
    return service.headless === "yes" && stack.services.some(isForClients);
}
