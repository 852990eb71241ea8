import { quoted, workloads, type Advice, type TrafficPolicy } from "./advice";
import { isLongRunning, samePlace, selects } from "./selection";
import type { PodSet, Service, Stack } from "./stack";
import { entriesOf, type Value } from "./value";

/**
 * A Service whose selector fits no pods of the stack. Silent where the stack declares no long-running workload in the
 * Service's namespace, and where a custom resource, a Helm release or a patch there may bring pods that it doesn't show.
 */
export const serviceSelectsNoPods: TrafficPolicy = {
    name: "service-selects-no-pods",
    description: "A Service's selector should fit pods that the stack declares in its namespace.",
    advise: (stack) => stack.services.flatMap((service) => advice(stack, service)),
};

function advice({ podSets, hiddenPods }: Stack, service: Service): Advice[] {
    const neighbours = podSets.filter((pods) => isLongRunning(pods) && samePlace(service.place, pods.place) === "yes");
    const mayHavePods =
        podSets.some((pods) => selects(service, pods) !== "no") ||
        hiddenPods.some((place) => samePlace(service.place, place) !== "no");
    const closest = mostAlike(service.selector, neighbours);
    if (mayHavePods || closest === undefined) {
        return [];
    }
    const message = [
        `Service ${quoted(service)} selects ${pairs(service.selector)}, which no pods of this stack in its namespace have: it will have no endpoints, and connections to it fail.`,
        `Closest is ${workloads([closest])}, whose pods have ${pairs(closest.labels)}.`,
        "Correct the selector or the pods' labels; if the pods come from elsewhere, all is well.",
    ];
    return [{ urn: service.urn, message: message.join(" ") }];
}

function mostAlike(selector: Value, podSets: readonly PodSet[]): PodSet | undefined {
    const wanted = [...entriesOf(selector)];
    const likeness = ({ labels }: PodSet): number => {
        const given = entriesOf(labels);
        // A pair counts for more than any number of bare keys.
        const weight = wanted.length + 1;
        return wanted.reduce(
            (sum, [key, value]) => sum + (given.get(key) === value ? weight : Number(given.has(key))),
            0,
        );
    };
    return [...podSets].sort((a, b) => likeness(b) - likeness(a))[0];
}

function pairs(labels: Value): string {
    const known = [...entriesOf(labels)].map(([key, value]) => `${key}=${typeof value === "string" ? value : "?"}`);
    return known.join(",") || "no labels";
}
