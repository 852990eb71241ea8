import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { linkOf, nodeOf, oneNode } from "./nodes";

const { TRAFFIC_SPLIT_CACHE, XDG_CACHE_HOME } = process.env;

/**
 * What labs keep is below this folder. Outside of it are network namespaces and cgroups, and what the daemons' sources
 * fix: while pods run, their notes in /var/lib/cni and links in /var/log/containers.
 */
export const cacheFolder = resolve(
    [TRAFFIC_SPLIT_CACHE, XDG_CACHE_HOME].find(Boolean) ?? join(homedir(), ".cache"),
    "traffic-split",
);

/** Paths of one lab, and names of its kernel objects. */
export type Layout = Readonly<ReturnType<typeof layout>>;

/** Services, in the lab's network namespaces alone; the machine has no route to them. */
export const serviceRange = "10.43.0.0/16";
export const dnsAddress = "10.43.0.10";

/**
 * The layout of one lab.
 *
 * @param name lower-case letters and digits, at most 8, so that a network interface can have it in its name
 * @param subnet third part of the addresses of the link and of the nodes, 10.41.<subnet>.0
 * @throws Error where a name or number is not allowed
 */
export function layout(name: string, subnet: number, topology = oneNode) {
    if (!/^[a-z][a-z0-9]{0,7}$/.test(name)) {
        throw new Error(
            `--name: must be 1 to 8 lower-case letters and digits, a letter first, got ${JSON.stringify(name)}`,
        );
    }
    if (!Number.isInteger(subnet) || subnet < 0 || subnet > 255) {
        throw new Error(`--subnet: must be a whole number from 0 to 255, got ${subnet}`);
    }
    const folder = join(cacheFolder, "labs", name);
    const nodeAt = (number: number) => nodeOf({ name, folder, subnet, topology }, number);
    const controlPlane = nodeAt(1);
    const { etc, run, data, cgroup } = controlPlane;
    const others = Array.from({ length: topology.nodes - 1 }, (_, i) => nodeAt(i + 2));
    return {
        name,
        subnet,
        folder,
        /** What is the whole lab's is where the control plane keeps its own. */
        ...{ etc, run, data, cgroup },
        pki: join(folder, "pki"),
        log: join(folder, "log"),
        pulumi: join(folder, "pulumi"),
        /** Of the cluster's administrator. */
        kubeconfig: join(etc, "super-admin.conf"),
        /** The machine's end of its link into the lab, and its address. */
        link: `tsplit-${name}`,
        ...linkOf(subnet, topology),
        topology,
        controlPlane,
        /** All of them, the control plane first. */
        nodes: [controlPlane, ...others],
    };
}
