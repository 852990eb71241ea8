import { quoted, workloads, type TrafficPolicy } from "./advice";
import { isLongRunning, selectedPods } from "./selection";
import type { Service, Stack } from "./stack";
import { at } from "./value";

/**
 * A Service that publishes not-ready pods of something else than a StatefulSet, whose pods find each other so before
 * they are ready. Silent for Jobs, whose pods do the same, and for a headless Service beside another that leads clients
 * to the same pods when they are ready.
 */
export const publishNotReadyAddresses: TrafficPolicy = {
    name: "publish-not-ready-addresses",
    description:
        "Only a Service of a StatefulSet, for its pods to find each other, should publish not-ready addresses.",
    advise: (stack) =>
        stack.services
            .filter((service) => at(service.spec, "publishNotReadyAddresses") === true && !isForPeers(stack, service))
            .flatMap((service) => {
                const others = selectedPods(stack, service).filter(
                    (pods) => isLongRunning(pods) && pods.kind !== "StatefulSet",
                );
                const message = [
                    `Service ${quoted(service)} has publishNotReadyAddresses and selects the pods of ${workloads(others)}.`,
                    "It sends clients to pods that can't answer yet, or no longer.",
                    "Remove publishNotReadyAddresses; where these pods must find each other before they are ready, give them a headless Service of their own for it.",
                ];
                return others.length === 0 ? [] : [{ urn: service.urn, message: message.join(" ") }];
            }),
};

function isForPeers(stack: Stack, service: Service): boolean {
    const pods = selectedPods(stack, service);
    const isForClients = (other: Service): boolean =>
        other !== service &&
        at(other.spec, "publishNotReadyAddresses") !== true &&
        pods.every((each) => selectedPods(stack, other).includes(each));
    return service.headless === "yes" && stack.services.some(isForClients);
}
