import { homedir } from "node:os";
import { join } from "node:path";

/** Everything of the lab's is below this folder, the network namespaces and cgroups apart. */
export const cacheFolder = join(
    process.env["TRAFFIC_SPLIT_CACHE"] ?? process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
    "traffic-split",
);

/** Where one lab keeps what, and what its kernel objects are called. */
export interface Layout {
    /** Name of the lab, of its network namespace's and cgroup's last part, and of its node. */
    readonly name: string;
    readonly folder: string;
    readonly pki: string;
    readonly etc: string;
    readonly run: string;
    readonly log: string;
    readonly data: string;
    readonly pulumi: string;
    /** Kubeconfig of the cluster's administrator. */
    readonly kubeconfig: string;
    /** Network namespace of the node, and the host's end of the link into it. */
    readonly netns: string;
    readonly link: string;
    readonly cgroup: string;
    /** The link's two IPv4 addresses: the machine's end, and the node. */
    readonly hostAddress: string;
    readonly nodeAddress: string;
}

/** Ranges inside the lab's network namespace; the machine has no route to them. */
export const podRange = "10.42.0.0/24";
export const serviceRange = "10.43.0.0/16";
export const dnsAddress = "10.43.0.10";

/**
 * @param name lower-case letters and digits, at most 8, so that a network interface can have it in its name
 * @param subnet last part of the link's range: 10.41.<subnet>.0/30
 * @throws Error where a name or number is not allowed
 */
export function layout(name: string, subnet: number): Layout {
    if (!/^[a-z][a-z0-9]{0,7}$/.test(name)) {
        throw new Error(`--name: ${JSON.stringify(name)} was given; allowed are up to 8 lower-case letters and digits`);
    }
    if (!Number.isInteger(subnet) || subnet < 0 || subnet > 255) {
        throw new Error(`--subnet: ${subnet} was given; allowed is a whole number from 0 to 255`);
    }
    const folder = join(cacheFolder, "labs", name);
    return {
        name,
        folder,
        pki: join(folder, "pki"),
        etc: join(folder, "etc"),
        run: join(folder, "run"),
        log: join(folder, "log"),
        data: join(folder, "data"),
        pulumi: join(folder, "pulumi"),
        kubeconfig: join(folder, "etc", "super-admin.conf"),
        netns: `traffic-split-${name}`,
        link: `tsplit-${name}`,
        cgroup: `traffic-split-${name}`,
        hostAddress: `10.41.${subnet}.1`,
        nodeAddress: `10.41.${subnet}.2`,
    };
}
