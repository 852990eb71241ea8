import { execa } from "execa";
import { existsSync } from "node:fs";
import { serviceRange, type Layout } from "./layout";

const ip = (...args: string[]) => execa("ip", args);

/** Makes the node's network namespace and the link into it, unless they are there. */
export async function makeNetwork({ netns, link, hostAddress, nodeAddress }: Layout): Promise<void> {
    if (!existsSync(`/run/netns/${netns}`)) {
        await ip("netns", "add", netns);
    }
    if (!existsSync(`/sys/class/net/${link}`)) {
        await ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", netns);
    }
    await ip("address", "replace", `${hostAddress}/30`, "dev", link);
    await ip("link", "set", link, "up");
    await ip("-n", netns, "address", "replace", `${nodeAddress}/30`, "dev", "eth0");
    await ip("-n", netns, "link", "set", "lo", "up");
    await ip("-n", netns, "link", "set", "eth0", "up");
    // The node's own processes reach Services too: kube-proxy rewrites the address, but only of what has a route.
    await ip("-n", netns, "route", "replace", serviceRange, "dev", "eth0");
    await execa("nsenter", [`--net=/run/netns/${netns}`, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward"]);
}

/** Removes the namespace, and with it the link and everything that pods had in it. */
export async function removeNetwork({ netns, link }: Layout): Promise<void> {
    if (existsSync(`/sys/class/net/${link}`)) {
        await ip("link", "delete", link);
    }
    if (existsSync(`/run/netns/${netns}`)) {
        await ip("netns", "delete", netns);
    }
}
