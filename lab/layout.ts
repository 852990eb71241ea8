import { homedir } from "node:os";
import { join, resolve } from "node:path";

const { TRAFFIC_SPLIT_CACHE, XDG_CACHE_HOME } = process.env;

/**
 * What labs keep is below this folder. Outside of it are network namespaces and cgroups, and what the daemons' sources
 * fix: a socket in /var/lib/kubelet, and while pods run their notes in /var/lib/cni and links in /var/log/containers.
 */
export const cacheFolder = resolve(
    [TRAFFIC_SPLIT_CACHE, XDG_CACHE_HOME].find(Boolean) ?? join(homedir(), ".cache"),
    "traffic-split",
);

/** Where one lab keeps what, and what its kernel objects are called. */
export type Layout = Readonly<ReturnType<typeof layout>>;

/** Ranges inside the lab's network namespace; the machine has no route to them. */
export const podRange = "10.42.0.0/24";
export const serviceRange = "10.43.0.0/16";
export const dnsAddress = "10.43.0.10";

/**
 * The layout of one lab.
 *
 * @param name lower-case letters and digits, at most 8, so that a network interface can have it in its name
 * @param subnet last part of the link's range: 10.41.<subnet>.0/30
 * @throws Error where a name or number is not allowed
 */
export function layout(name: string, subnet: number) {
    if (!/^[a-z][a-z0-9]{0,7}$/.test(name)) {
        throw new Error(`--name: ${JSON.stringify(name)} was given; allowed are up to 8 lower-case letters and digits`);
    }
    if (!Number.isInteger(subnet) || subnet < 0 || subnet > 255) {
        throw new Error(`--subnet: ${subnet} was given; allowed is a whole number from 0 to 255`);
    }
    const folder = join(cacheFolder, "labs", name);
    return {
        /** Also of the cluster's one node. */
        name,
        folder,
        pki: join(folder, "pki"),
        etc: join(folder, "etc"),
        run: join(folder, "run"),
        log: join(folder, "log"),
        data: join(folder, "data"),
        pulumi: join(folder, "pulumi"),
        /** Of the cluster's administrator. */
        kubeconfig: join(folder, "etc", "super-admin.conf"),
        /** Network namespace of the node, and the host's end of the link into it. */
        netns: `traffic-split-${name}`,
        link: `tsplit-${name}`,
        cgroup: `traffic-split-${name}`,
        /** The link's two IPv4 addresses: the machine's end, and the node. */
        hostAddress: `10.41.${subnet}.1`,
        nodeAddress: `10.41.${subnet}.2`,
    };
}
