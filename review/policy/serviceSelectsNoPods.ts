import { listed, quoted, workloads, type Advice, type TrafficPolicy } from "./advice";
import { samePlace } from "./place";
import { isLongRunning, selects } from "./selection";
import type { PodSet, Service, Stack } from "./stack";
import { entriesOf, type Value } from "./value";

/**
 * A Service whose selector fits no pods of the stack. Silent if the stack declares no long-running workload in the
 * Service's namespace, or if a custom resource, a Helm release or a patch there may make pods that the stack doesn't
 * show. Some pods get a label while they run, such as the leader.
 */
export const serviceSelectsNoPods: TrafficPolicy = {
    name: "service-selects-no-pods",
    description: "A Service's selector should fit pods that the stack declares in its namespace.",
    severity: "high",
    remediationSteps: "Correct the selector or the labels; ignore this if another stack declares the pods.",
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
    const unlike = difference(service.selector, closest.labels);
    const mayComeLater = unlike.fitting.length > 0 && unlike.other.length === 0;
    const outcome = mayComeLater
        ? "unless something puts the labels on running pods, such as the leader, it has no endpoints, and connections to it fail."
        : "it will have no endpoints, and connections to it fail.";
    const message = [
        `Service ${quoted(service)} selects by ${listed([...entriesOf(service.selector).keys()])}, and no pods of this stack in its namespace have labels that fit: ${outcome}`,
        `Closest is ${workloads([closest])}, ${differenceIn(unlike)}.`,
        serviceSelectsNoPods.remediationSteps,
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

/** Keys of a selector by how the labels differ. It has no values: the engine gives a policy secret values in plain text. */
interface Difference {
    readonly fitting: readonly string[];
    readonly other: readonly string[];
    readonly missing: readonly string[];
}

function difference(selector: Value, labels: Value): Difference {
    const given = entriesOf(labels);
    const wanted = [...entriesOf(selector)];
    const keys = (pairs: typeof wanted): string[] => pairs.map(([key]) => key);
    return {
        fitting: keys(wanted.filter(([key, value]) => given.get(key) === value)),
        other: keys(wanted.filter(([key, value]) => given.has(key) && given.get(key) !== value)),
        missing: keys(wanted.filter(([key]) => !given.has(key))),
    };
}

function differenceIn({ other, missing }: Difference): string {
    const parts = [
        ...(other.length === 0 ? [] : [`another value of ${listed(other)}`]),
        ...(missing.length === 0 ? [] : [`no label ${missing.join(" or ")}`]),
    ];
    return `whose pods have ${listed(parts)}`;
}
