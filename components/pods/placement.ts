import type * as k8s from "@pulumi/kubernetes";
import type { Settings } from "../settings/table";

type PodSpec = k8s.types.input.core.v1.PodSpec;

const hostname = "kubernetes.io/hostname";
/** Label of a node that names its zone. */
export const zoneLabel = "topology.kubernetes.io/zone";

type PodPlacement = Pick<PodSpec, "affinity" | "topologySpreadConstraints">;

/**
 * Spreads a Deployment's pods evenly over these nodes, and no others, or over all. Where they don't divide, nodes that
 * are named earlier are preferred for one more.
 *
 * @param nodes names; none for any node
 * @param labels that select the pods
 */
export function spreadPods(
    nodes: readonly string[],
    spread: Settings["podSpread"],
    labels: Record<string, string>,
): PodPlacement {
    const placement: PodPlacement = {};
    if (nodes.length > 0) {
        const terms = nodes.map((node) => ({ matchFields: isNode(node) }));
        placement.affinity = {
            nodeAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms },
                preferredDuringSchedulingIgnoredDuringExecution: terms.map((preference, i) => ({
                    weight: Math.ceil((100 * (nodes.length - i)) / nodes.length),
                    preference,
                })),
            },
        };
    }
    const keys: string[] = [];
    if (nodes.length > 0 || spread === "nodes") {
        keys.push(hostname);
    }
    if (spread === "zones") {
        keys.push(zoneLabel);
    }
    if (keys.length > 0) {
        placement.topologySpreadConstraints = keys.map((topologyKey) => ({
            topologyKey,
            maxSkew: 1,
            whenUnsatisfiable: "DoNotSchedule",
            labelSelector: { matchLabels: labels },
            // Pods of the version before are on their way out, and nodes that take no pod have no share.
            matchLabelKeys: ["pod-template-hash"],
            nodeTaintsPolicy: "Honor",
        }));
    }
    return placement;
}

/** Spreads the pods of one Job over nodes, as far as these have room; all of them have these labels. */
export function spreadJob(labels: Record<string, string>): k8s.types.input.core.v1.TopologySpreadConstraint[] {
    return [
        {
            topologyKey: hostname,
            maxSkew: 1,
            whenUnsatisfiable: "ScheduleAnyway",
            labelSelector: { matchLabels: labels },
            matchLabelKeys: ["batch.kubernetes.io/controller-uid"],
        },
    ];
}

/** Keeps a pod on one node and in one zone; "" is any. */
export function keepTo(node: string, zone: string): k8s.types.input.core.v1.Affinity {
    if (node === "" && zone === "") {
        return {};
    }
    const term: k8s.types.input.core.v1.NodeSelectorTerm = {};
    if (node !== "") {
        term.matchFields = isNode(node);
    }
    if (zone !== "") {
        term.matchExpressions = [{ key: zoneLabel, operator: "In", values: [zone] }];
    }
    return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

/** By its name: its label for the host may be another. */
function isNode(name: string): k8s.types.input.core.v1.NodeSelectorRequirement[] {
    return [{ key: "metadata.name", operator: "In", values: [name] }];
}
