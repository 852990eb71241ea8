import type * as k8s from "@pulumi/kubernetes";
import type { ClusterApi } from "../cluster/clusterApi";
import { Refusal } from "../settings/refusal";

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** What pods are spread over evenly; none leaves it to the scheduler. */
export type PodSpread = "none" | "nodes" | "zones";

const hostname = "kubernetes.io/hostname";
const zoneLabel = "topology.kubernetes.io/zone";

/**
 * Spreads a Deployment's pods evenly over these nodes, and no others, or over all. Where they don't divide, nodes that
 * are named earlier are preferred for one more.
 *
 * @param nodes names; none for any node
 * @param labels that select the pods
 */
export function spreadPods(nodes: readonly string[], spread: PodSpread, labels: Record<string, string>): PodPlacement {
    const keys = [
        ...(nodes.length > 0 || spread === "nodes" ? [hostname] : []),
        ...(spread === "zones" ? [zoneLabel] : []),
    ];
    const preferred = nodes.map((node, i) => ({
        weight: Math.ceil((100 * (nodes.length - i)) / nodes.length),
        preference: { matchFields: isNode(node) },
    }));
    const required = { nodeSelectorTerms: nodes.map((node) => ({ matchFields: isNode(node) })) };
    return {
        ...(nodes.length === 0
            ? {}
            : {
                  affinity: {
                      nodeAffinity: {
                          requiredDuringSchedulingIgnoredDuringExecution: required,
                          preferredDuringSchedulingIgnoredDuringExecution: preferred,
                      },
                  },
              }),
        ...(keys.length === 0
            ? {}
            : {
                  topologySpreadConstraints: keys.map((topologyKey) => ({
                      ...{ topologyKey, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" },
                      labelSelector: { matchLabels: labels },
                      // Pods of the version before are on their way out, and nodes that take no pod have no share.
                      matchLabelKeys: ["pod-template-hash"],
                      nodeTaintsPolicy: "Honor",
                  })),
              }),
    };
}

type PodPlacement = Pick<PodSpec, "affinity" | "topologySpreadConstraints">;

/** Spreads the pods of one Job over nodes, as far as these have room; all of them have these labels. */
export function spreadJob(labels: Record<string, string>): k8s.types.input.core.v1.TopologySpreadConstraint[] {
    const soft = { topologyKey: hostname, maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" };
    const ofJob = { labelSelector: { matchLabels: labels }, matchLabelKeys: ["batch.kubernetes.io/controller-uid"] };
    return [{ ...soft, ...ofJob }];
}

/** Keeps a pod on one node and in one zone; "" is any. */
export function keepTo(node: string, zone: string): k8s.types.input.core.v1.Affinity {
    const term = {
        ...(node === "" ? {} : { matchFields: isNode(node) }),
        ...(zone === "" ? {} : { matchExpressions: [{ key: zoneLabel, operator: "In", values: [zone] }] }),
    };
    return node === "" && zone === ""
        ? {}
        : { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } };
}

/** By its name: its label for the host may be another. */
function isNode(name: string): k8s.types.input.core.v1.NodeSelectorRequirement[] {
    return [{ key: "metadata.name", operator: "In", values: [name] }];
}

/** Places that arguments name. */
export interface Places {
    readonly probeNode: string;
    readonly probeZone: string;
    readonly podNodes: readonly string[];
}

/**
 * Looks up whether the cluster has these places, as far as it lets its nodes be listed.
 *
 * @throws Refusal with the argument, the place, and the places that there are
 */
export async function checkPlaces(cluster: ClusterApi, { probeNode, probeZone, podNodes }: Places): Promise<void> {
    if ([probeNode, probeZone, ...podNodes].every((place) => place === "")) {
        return;
    }
    const { ApiException, CoreV1Api } = await import("@kubernetes/client-node");
    const listed = await cluster.inTime(cluster.makeApiClient(CoreV1Api).listNode()).catch((error: unknown) => {
        if (error instanceof ApiException && error.code === 403) {
            return null;
        }
        throw error;
    });
    if (listed === null) {
        return;
    }
    const nodes = listed.items.flatMap(({ metadata }) => metadata?.name ?? []);
    const zones = [...new Set(listed.items.flatMap(({ metadata }) => metadata?.labels?.[zoneLabel] ?? []))];
    const asked: [argument: string, places: readonly string[], there: readonly string[], what: string][] = [
        ["probeNode", [probeNode], nodes, "nodes"],
        ["probeZone", [probeZone], zones, "zones"],
        ["podNodes", podNodes, nodes, "nodes"],
    ];
    for (const [argument, places, there, what] of asked) {
        const missing = places.find((place) => place !== "" && !there.includes(place));
        if (missing !== undefined) {
            const known = there.length === 0 ? `has no ${what}` : `has the ${what} ${[...there].sort().join(", ")}`;
            throw new Refusal(`${argument}: ${JSON.stringify(missing)} was given; the cluster ${known}`);
        }
    }
}
