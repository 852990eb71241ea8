import { join } from "node:path";

/** How many nodes a cluster has, and over how many zones they are spread: 0 where no node has a zone. */
export interface Topology {
    readonly nodes: number;
    readonly zones: number;
}

/** One node of a cluster: a network namespace with a container runtime, a kubelet and a kube-proxy of its own. */
export interface Node {
    /** From 1; the first node is the control plane too. */
    readonly number: number;
    readonly name: string;
    readonly etc: string;
    readonly run: string;
    readonly data: string;
    readonly netns: string;
    /** Of kubelet's pods, below the lab's own. */
    readonly cgroup: string;
    readonly address: string;
    /** IPv4 range of its pods. */
    readonly podRange: string;
    /** That its kubelet registers it with, beside those that every node has. */
    readonly labels: Readonly<Record<string, string>>;
}

export const oneNode: Topology = { nodes: 1, zones: 0 };

/** Each takes 9 inotify instances, of which Linux by default gives all of root's processes 128, other labs' too. */
export const maxNodes = 9;

/** Pods of all nodes, in the lab's network namespaces alone; the machine has no route to it. */
export const clusterRange = "10.42.0.0/16";

/**
 * The range of a lab's link to the machine, in which its nodes are too. One node needs no more than the two ends.
 *
 * @param subnet third part of the addresses, 0 to 255
 */
export function linkOf(subnet: number, { nodes }: Topology) {
    const prefixLength = nodes === 1 ? 30 : 28;
    return { range: `10.41.${subnet}.0/${prefixLength}`, prefixLength, hostAddress: `10.41.${subnet}.1` };
}

interface LabOfNodes {
    readonly name: string;
    readonly folder: string;
    readonly subnet: number;
    readonly topology: Topology;
}

/**
 * One of a lab's nodes. The first one has the lab's name and folders; each of the others has its own inside of these.
 *
 * @param number from 1
 */
export function nodeOf({ name: lab, folder, subnet, topology }: LabOfNodes, number: number): Node {
    const name = number === 1 ? lab : `${lab}-${number}`;
    const own = number === 1 ? folder : join(folder, "nodes", name);
    const cgroup = `traffic-split-${lab}`;
    return {
        number,
        name,
        etc: join(own, "etc"),
        run: join(own, "run"),
        data: join(own, "data"),
        netns: `traffic-split-${name}`,
        cgroup: number === 1 ? cgroup : `${cgroup}/${name}`,
        address: `10.41.${subnet}.${number + 1}`,
        podRange: `10.42.${number - 1}.0/24`,
        labels: topology.zones === 0 ? {} : labelsOf(number, topology.zones),
    };
}

// Nodes take turns, so that no zone has two more of them than another.
function labelsOf(number: number, zones: number): Record<string, string> {
    const letter = String.fromCharCode("a".charCodeAt(0) + ((number - 1) % zones));
    return { "topology.kubernetes.io/region": "region-a", "topology.kubernetes.io/zone": `zone-${letter}` };
}
