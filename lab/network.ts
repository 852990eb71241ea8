import { execa } from "execa";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { serviceRange, type Layout } from "./layout";
import type { Node } from "./nodes";

const ip = (...args: string[]) => execa("ip", args);

/**
 * Makes each node's network namespace and the links into them, unless they are there. One node is at the other end of
 * the machine's link. Several are on one Ethernet with it, by a bridge on the first node, and route pods' packets
 * straight to the node that the pod is on; nothing rewrites an address between them.
 */
export async function makeNetwork(layout: Layout): Promise<void> {
    const { controlPlane, nodes, link, hostAddress, prefixLength } = layout;
    for (const { netns } of nodes) {
        if (!existsSync(`/run/netns/${netns}`)) {
            await ip("netns", "add", netns);
        }
    }
    if (!existsSync(`/sys/class/net/${link}`)) {
        await ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", controlPlane.netns);
    }
    await ip("address", "replace", `${hostAddress}/${prefixLength}`, "dev", link);
    await ip("link", "set", link, "up");
    if (nodes.length > 1) {
        await joinNodes(layout);
    }
    for (const node of nodes) {
        await configure(node, layout);
    }
}

const bridge = "nodes";

async function joinNodes({ controlPlane: { netns }, nodes: [, ...others] }: Layout): Promise<void> {
    await makeLink(netns, bridge, "type", "bridge");
    await ip("-n", netns, "link", "set", "eth0", "master", bridge);
    for (const node of others) {
        const port = `node-${node.number}`;
        await makeLink(netns, port, "type", "veth", "peer", "name", "eth0", "netns", node.netns);
        await ip("-n", netns, "link", "set", port, "master", bridge, "up");
    }
}

async function makeLink(netns: string, name: string, ...kind: string[]): Promise<void> {
    if ((await execa("ip", ["-n", netns, "link", "show", name], { reject: false })).exitCode !== 0) {
        await ip("-n", netns, "link", "add", name, ...kind);
    }
}

async function configure(node: Node, { controlPlane, nodes, prefixLength }: Layout): Promise<void> {
    const device = nodes.length > 1 && node === controlPlane ? bridge : "eth0";
    const within = (...args: string[]) => ip("-n", node.netns, ...args);
    await within("address", "replace", `${node.address}/${prefixLength}`, "dev", device);
    for (const each of new Set(["lo", "eth0", device])) {
        await within("link", "set", each, "up");
    }
    // The node's own processes reach Services too: kube-proxy rewrites the address, but only of what has a route.
    await within("route", "replace", serviceRange, "dev", device);
    for (const other of nodes.filter((each) => each !== node)) {
        await within("route", "replace", other.podRange, "via", other.address);
    }
    await execa("nsenter", [`--net=/run/netns/${node.netns}`, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
}

/**
 * Removes the nodes' namespaces, however many there are, and with them the links and everything that pods had there.
 */
export async function removeNetwork({ link, controlPlane: { netns } }: Layout): Promise<void> {
    if (existsSync(`/sys/class/net/${link}`)) {
        await ip("link", "delete", link);
    }
    const all = existsSync("/run/netns") ? await readdir("/run/netns") : [];
    // No lab's name has a hyphen in it: those of another lab don't begin so.
    for (const each of all.filter((name) => name === netns || name.startsWith(`${netns}-`))) {
        await ip("netns", "delete", each);
    }
}
