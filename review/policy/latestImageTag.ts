import { listed, workloads, type TrafficPolicy } from "./advice";
import type { PodSet } from "./stack";
import { at, elementsOf, type Value } from "./value";

/**
 * An image with the tag `latest` or no tag, and without a digest. The advice names the containers and not the image: the
 * engine gives a policy secret values in plain text, and an image may be one.
 */
export const latestImageTag: TrafficPolicy = {
    name: "latest-image-tag",
    description: "Images should have a version as their tag, or a digest.",
    severity: "low",
    remediationSteps: "Give a version as the tag, or a digest (name@sha256:…).",
    advise: ({ podSets }) =>
        podSets.flatMap((pods) => {
            const containers = openContainersOf(pods);
            const which = `${containers.length === 1 ? "container" : "containers"} ${listed(containers)}`;
            const message = [
                `${workloads([pods])} runs an image without a version in the ${which}: its content can change while its name stays.`,
                "Pods that start at different times may then answer differently, and no measurement of them can be repeated.",
                latestImageTag.remediationSteps,
            ];
            return containers.length === 0 ? [] : [{ urn: pods.urn, message: message.join(" ") }];
        }),
};

/** By name, or by place in the list where that is not known. */
function openContainersOf({ pod }: PodSet): string[] {
    return ["initContainers", "containers"].flatMap((list) =>
        elementsOf(at(pod, list)).flatMap((container, i) => {
            const name = at(container, "name");
            return isOpen(at(container, "image")) ? [typeof name === "string" ? `"${name}"` : `${list}[${i}]`] : [];
        }),
    );
}

function isOpen(image: Value): boolean {
    if (typeof image !== "string" || image === "") {
        return false;
    }
    // A colon before the last slash is a registry's port.
    const [, tag = "latest"] = image.slice(image.lastIndexOf("/") + 1).split(":");
    return !image.includes("@") && tag === "latest";
}
