import { longestPrefix } from "../split/prefix";
import type { Endpoint } from "../split/context";
import type { Assessment } from "../split/assessment";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lab, type ScenarioLab } from "./scenarioLab";

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
 * Foretells which pod a glibc client on this node is going to call, from the pods' addresses and from the address that the
 * node gives to its next pod. Where the next one would be as near to two pods, a pod that comes and goes takes it, and the
 * one after is looked at.
 *
 * @param pods as an earlier measurement of the same stack found them
 */
export async function foretell(scenarioLab: ScenarioLab, node: string, { pods }: Assessment): Promise<Foretelling> {
    const endpoints = pods.map(({ name, ...pod }): Endpoint => ({ pod: name, ...pod }));
    for (;;) {
        const address = await nextAddress(node);
        const client = { address, prefixLength, resolver: "glibc", engine: "curl", connection: "new" } as const;
        const nearest = longestPrefix({ ...client, dnsCacheSeconds: 0, node, zone: null }, endpoints);
        const [first, ...others] = nearest?.pods ?? [];
        const isFree = !pods.some((pod) => pod.address === address);
        if (nearest !== null && first !== undefined && others.length === 0 && isFree) {
            return { client: address, pod: first.pod, bits: nearest.bits };
        }
        await takeAddress(scenarioLab, node);
    }
}

/** The address after the last one that the node gave: host-local gives them in ascending order. */
async function nextAddress(node: string): Promise<string> {
    const found = lab.nodes.find(({ name }) => name === node);
    const file = join(found?.run ?? "", "cni-addresses", found?.netns ?? "", "last_reserved_ip.0");
    const parts = (await readFile(file, "utf8")).trim().split(".").map(Number);
    return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join(".");
}

async function takeAddress(scenarioLab: ScenarioLab, node: string): Promise<void> {
    const metadata = { name: "passing", namespace: "default" };
    const containers = [{ name: "nobody", image: "traffic-split.lab/pause:bookworm" }];
    const spec = { nodeName: node, terminationGracePeriodSeconds: 0, containers };
    await scenarioLab.apply({ apiVersion: "v1", kind: "Pod", metadata, spec });
    await scenarioLab.kubectl(["wait", "pod/passing", "--for=jsonpath={.status.podIP}"]);
    await scenarioLab.kubectl(["delete", "pod", "passing"]);
}
