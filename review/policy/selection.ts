import type { Place, PodSet, Service, Stack } from "./stack";
import { all, entriesOf, equals, notYetKnown, type Answer, type Value } from "./value";

/** Whether two objects are in one namespace of one cluster. Two providers may lead to the same cluster, or may not. */
export function samePlace(a: Place, b: Place): Answer {
    const [one, other] = [a.namespace, b.namespace];
    if (typeof one === "string" && typeof other === "string" && one !== other) {
        return "no";
    }
    // One that is left out may be the provider's default, and that may be the other.
    return a.provider === b.provider && one === other && one !== notYetKnown ? "yes" : "unknown";
}

/** Labels that Kubernetes itself puts on pods: no template shows them. */
const addedLabels = new Set([
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
]);

/** Whether a Service selects a set of pods: each pair of its selector is among their labels, in the same namespace. */
export function selects(service: Service, pods: PodSet): Answer {
    return all([samePlace(service.place, pods.place), labelsMatch(service.selector, pods.labels)]);
}

function labelsMatch(selector: Value, labels: Value): Answer {
    if (selector === notYetKnown || labels === notYetKnown) {
        return "unknown";
    }
    const given = entriesOf(labels);
    return all(
        [...entriesOf(selector)].map(([key, value]) =>
            given.get(key) === undefined && addedLabels.has(key) ? "unknown" : equals(given.get(key), value),
        ),
    );
}

/** Pods that a Service certainly selects and that may exist: not those of a workload with no replicas. */
export function selectedPods({ podSets }: Stack, service: Service): PodSet[] {
    return podSets.filter((pods) => pods.count?.most !== 0 && selects(service, pods) === "yes");
}

/** Whether pods are there to serve, not to do a piece of work and end. */
export function isLongRunning({ kind }: PodSet): boolean {
    return kind !== "Job" && kind !== "CronJob";
}
