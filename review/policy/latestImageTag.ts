import { listed, workloads, type TrafficPolicy } from "./advice";
import type { PodSet } from "./stack";
import { at, elementsOf } from "./value";

/** An image of a workload that its tag `latest`, or no tag, leaves open; one with a digest is settled. */
export const latestImageTag: TrafficPolicy = {
    name: "latest-image-tag",
    description: "Images should have a version as their tag, or a digest.",
    advise: ({ podSets }) =>
        podSets.flatMap((pods) => {
            const images = [...new Set(imagesOf(pods).filter(isOpen))];
            const message = [
                `${workloads([pods])} runs ${listed(images)}, whose content can change while its name stays.`,
                "Pods that start at different times may then answer differently, and no measurement of them can be repeated.",
                "Give a version as the tag, or a digest (name@sha256:…).",
            ];
            return images.length === 0 ? [] : [{ urn: pods.urn, message: message.join(" ") }];
        }),
};

function imagesOf({ pod }: PodSet): string[] {
    return ["initContainers", "containers"]
        .flatMap((list) => elementsOf(at(pod, list)))
        .map((container) => at(container, "image"))
        .filter((image) => typeof image === "string" && image !== "")
        .map(String);
}

function isOpen(image: string): boolean {
    // A colon before the last slash is a registry's port.
    const [, tag = "latest"] = image.slice(image.lastIndexOf("/") + 1).split(":");
    return !image.includes("@") && tag === "latest";
}
