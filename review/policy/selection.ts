import { samePlace } from "./place";
import type { PodSet, Service, Stack } from "./stack";
import { all, entriesOf, equals, notYetKnown, type Answer, type Value } from "./value";

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

/** Whether a Service selects pods: they are in its namespace, and have each label of its selector. */
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

/** Pods that a Service certainly selects, except those of a workload with no replicas. */
export function selectedPods({ podSets }: Stack, service: Service): PodSet[] {
    return podSets.filter((pods) => pods.count?.most !== 0 && selects(service, pods) === "yes");
}

/** Whether pods run to serve, and not to finish some work. */
export function isLongRunning({ kind }: PodSet): boolean {
    return kind !== "Job" && kind !== "CronJob";
}
