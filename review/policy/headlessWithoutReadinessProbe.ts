import { quoted, workloads, type TrafficPolicy } from "./advice";
import { isForPeers } from "./peerDiscovery";
import { selectedPods } from "./selection";
import type { PodSet, Stack } from "./stack";
import { at, elementsOf, equals, type Value } from "./value";

const kinds = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"];

/**
 * A workload behind a headless Service whose pods have neither a readiness probe nor a readiness gate. Silent for a
 * Service that publishes not-ready pods anyway, and for one by which pods find their peers.
 */
export const headlessWithoutReadinessProbe: TrafficPolicy = {
    name: "headless-without-readiness-probe",
    description: "Pods behind a headless Service should have a readiness probe.",
    severity: "medium",
    remediationSteps: "Add a readinessProbe to the container that serves.",
    advise: (stack) =>
        stack.podSets
            .filter((pods) => kinds.includes(pods.kind) && !mayTellReadiness(pods))
            .flatMap((pods) => {
                const services = servicesByReadiness(stack, pods).map(quoted);
                const isStarted = containersOf(pods).some((each) => at(each, "startupProbe") !== undefined);
                const from = isStarted
                    ? ""
                    : " as soon as its containers run, before it accepts connections, and keeps it";
                const message = [
                    `${workloads([pods])} has no readiness probe and is behind the headless ${services.length === 1 ? "Service" : "Services"} ${services.join(", ")}.`,
                    `DNS gives a pod's address${from} while the pod can't answer: clients that choose it fail.`,
                    headlessWithoutReadinessProbe.remediationSteps,
                ];
                return services.length === 0 ? [] : [{ urn: pods.urn, message: message.join(" ") }];
            }),
};

function servicesByReadiness(stack: Stack, pods: PodSet): Stack["services"] {
    return stack.services.filter(
        (service) =>
            service.headless === "yes" &&
            isForPeers(stack, service) === "no" &&
            equals(at(service.spec, "publishNotReadyAddresses") ?? false, false) === "yes" &&
            selectedPods(stack, service).includes(pods),
    );
}

function containersOf({ pod }: PodSet): Value[] {
    return [...elementsOf(at(pod, "containers")), ...elementsOf(at(pod, "initContainers"))];
}

function mayTellReadiness(pods: PodSet): boolean {
    const probes = containersOf(pods).map((container) => at(container, "readinessProbe"));
    return [...probes, ...elementsOf(at(pods.pod, "readinessGates"))].some((value) => value !== undefined);
}
