import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Backend } from "../split/theory/context";
import { longestPrefix } from "../split/theory/longestPrefix";
import { scenarioLayout, type ScenarioLab } from "./scenarioLab";

/** The prefix length of a node's range, and of its pods' interfaces. */
const prefixLength = 24;

/** What was foretold of a run before its first request. */
export interface Foretelling {
    /** Address that the client's pod is going to have, and the one pod that all its requests go to. */
    readonly client: string;
    readonly pod: string;
    readonly bits: number;
}

/**
 * Foretells which pod a glibc client on this node is going to call, from the pods' addresses and from the address that
 * the node gives to its next pod. Where it would be as near to both pods of the node, or they are not two, a pod is
 * made anew, at another address.
 *
 * @throws Error where ten placements don't decide
 */
export async function foretell(scenarioLab: ScenarioLab, node: string): Promise<Foretelling> {
    for (let placement = 0; placement < 10; placement++) {
        const pods = await podsOf(scenarioLab);
        const address = await nextAddress(node);
        const nearest = longestPrefix({ address, prefixLength }, pods);
        const [first, second] = nearest?.pods ?? [];
        const near = pods.filter((pod) => pod.node === node).length;
        if (nearest !== null && first !== undefined && second === undefined && near === 2) {
            return { client: address, pod: first.name, bits: nearest.bits };
        }
        const moved = near === 2 ? first : pods.find((pod) => pod.node !== node);
        await scenarioLab.kubectl(["delete", "pod", moved?.name ?? "", "--namespace", scenarioLab.namespace]);
        const deployment = ["deployment/nginx", "--namespace", scenarioLab.namespace];
        await scenarioLab.kubectl(["rollout", "status", ...deployment, "--timeout=60s"]);
    }
    throw new Error(`ten placements of the pods on ${node} left it open which of them is nearest to the client`);
}

interface PodList {
    readonly items: readonly {
        readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
        readonly spec: { readonly nodeName: string };
        readonly status: { readonly podIP: string };
    }[];
}

async function podsOf(scenarioLab: ScenarioLab): Promise<Backend[]> {
    const labels = ["--namespace", scenarioLab.namespace, "--selector", "traffic-split/workload=nginx"];
    const { items } = await scenarioLab.get<PodList>("pods", ...labels);
    return items
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .map(({ metadata, spec, status }) => ({
            ...{ name: metadata.name, address: status.podIP, node: spec.nodeName },
            ...{ zone: null, ready: true },
        }));
}

/** The address after the last one that the node gave: host-local gives them in ascending order. */
async function nextAddress(node: string): Promise<string> {
    const found = scenarioLayout.nodes.find(({ name }) => name === node);
    const file = join(found?.run ?? "", "cni-addresses", found?.netns ?? "", "last_reserved_ip.0");
    const parts = (await readFile(file, "utf8")).trim().split(".").map(Number);
    return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join(".");
}
