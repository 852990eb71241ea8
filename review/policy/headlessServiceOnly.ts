import { podsCounted, quoted, workloads, type Advice, type TrafficPolicy } from "./advice";
import { isForPeers } from "./peerDiscovery";
import { totalCount } from "./podCount";
import { isLongRunning, selectedPods, selects } from "./selection";
import { mayShareAPort } from "./targetPorts";
import type { PodSet, Service, Stack } from "./stack";
import { at, equals } from "./value";

/**
 * Several pods that clients reach only through a headless Service. Silent for a Service by which pods find their peers,
 * for the governing Service of a StatefulSet, which gives each pod a name of its own, and for pods that the stack
 * doesn't count, as those of a DaemonSet.
 *
 * How addresses are chosen: RFC 6724, section 6, rule 9; glibc applies it to IPv4 within the client's subnet, Go to
 * IPv6 only, musl not where all addresses are IPv4.
 */
export const headlessServiceOnly: TrafficPolicy = {
    name: "headless-service-only",
    description: "Several pods should not be behind a headless Service alone, unless their clients balance themselves.",
    severity: "medium",
    remediationSteps: "Add a Service with a cluster IP; keep this one for clients that balance over all addresses.",
    advise: (stack) =>
        stack.services
            .filter((service) => service.headless === "yes" && !mayPublishNotReady(service))
            .filter((service) => isForPeers(stack, service) === "no")
            .flatMap((service) => advice(service, podsBehindItAlone(stack, service))),
};

function podsBehindItAlone(stack: Stack, service: Service): PodSet[] {
    return selectedPods(stack, service).filter(
        (pods) =>
            pods.count !== undefined &&
            isLongRunning(pods) &&
            !mayGovern(service, pods) &&
            !stack.services.some((other) => mayOffer(other, service, pods)),
    );
}

/** Clients want ready pods; peers look for each other before they are. */
function mayPublishNotReady({ spec }: Service): boolean {
    return equals(at(spec, "publishNotReadyAddresses") ?? false, false) !== "yes";
}

function mayGovern({ objectName }: Service, { kind, spec }: PodSet): boolean {
    return kind === "StatefulSet" && equals(at(spec, "serviceName"), objectName) !== "no";
}

/** Whether another Service may offer the same pods by a cluster IP, at a port that the headless one leads to. */
function mayOffer(other: Service, headless: Service, pods: PodSet): boolean {
    return other.headless !== "yes" && selects(other, pods) !== "no" && mayShareAPort(other, headless, pods);
}

function advice(service: Service, podSets: readonly PodSet[]): Advice[] {
    const count = totalCount(podSets.map((pods) => pods.count));
    if (count.most < 2) {
        return [];
    }
    const message = [
        `Clients of the headless Service ${quoted(service)} choose among ${podsCounted(count)} (${workloads(podSets)}) themselves, because no Service with a cluster IP leads to the same ports of these pods.`,
        "With IPv4, glibc clients (curl, Python, Node) may keep to one pod or to their own node's, by RFC 6724 rule 9 where the pods lie in their interface's subnet, Go and musl clients keep the order of the DNS answer, and a kept-alive connection stays with its pod.",
        "Add a Service with a cluster IP over the same selector for clients that connect anew, close kept-alive connections now and then, and keep the headless Service for clients that balance over all addresses themselves, such as gRPC with round_robin.",
    ];
    return [{ urn: service.urn, message: message.join(" ") }];
}
