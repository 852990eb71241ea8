import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { layout, type Layout } from "./layout";
import { maxNodes, oneNode, type Topology } from "./nodes";

/** Options of the command line, as they were given. */
export interface TopologyOptions {
    readonly nodes?: string;
    readonly zones?: string;
}

const fileOf = ({ folder }: Pick<Layout, "folder">): string => join(folder, "topology.json");

/** The topology that a lab was made with, or undefined for a lab that does not exist. */
export function keptTopology(layout: Pick<Layout, "folder" | "data">): Topology | undefined {
    if (existsSync(fileOf(layout))) {
        return JSON.parse(readFileSync(fileOf(layout), "utf8")) as Topology;
    }
    // Made before labs could have more than one.
    return existsSync(layout.data) ? oneNode : undefined;
}

/**
 * Keeps a lab's topology for every later command.
 *
 * @throws Error where the lab has been made meanwhile, with another number of nodes
 */
export async function keepTopology(layout: Layout): Promise<void> {
    const { name, topology } = layout;
    checkKept(name, topology.nodes, keptTopology(layout));
    await mkdir(layout.folder, { recursive: true, mode: 0o700 });
    await writeFile(fileOf(layout), JSON.stringify(topology));
}

/**
 * The topology that `up` is asked for. What is not given stays as it is; a new lab has one node, and no zones. The
 * zones of a lab may change, its nodes not: pods and their volumes are on them.
 *
 * @param kept of the lab as it is
 * @throws Error that names the option, what it must be, and what it is
 */
export function chosenTopology(name: string, given: TopologyOptions, kept: Topology | undefined): Topology {
    const nodes = wholeNumber("--nodes", given.nodes, maxNodes) ?? kept?.nodes ?? oneNode.nodes;
    checkKept(name, nodes, kept);
    const zones = wholeNumber("--zones", given.zones, nodes, ", the number of nodes");
    return { nodes, zones: zones ?? kept?.zones ?? oneNode.zones };
}

function checkKept(name: string, nodes: number, kept = { nodes }): void {
    if (nodes !== kept.nodes) {
        const remedy = `to change it, remove the lab with lab/lab down --name ${name} --wipe`;
        throw new Error(`--nodes: must be ${kept.nodes}, the number of nodes of the lab, got ${nodes}; ${remedy}`);
    }
}

function wholeNumber(option: string, given: string | undefined, most: number, why = ""): number | undefined {
    if (given === undefined) {
        return undefined;
    }
    const number = /^\d+$/.test(given) ? Number(given) : 0;
    if (number < 1 || number > most) {
        const allowed = most === 1 ? "1" : `a whole number from 1 to ${most}`;
        throw new Error(`${option}: must be ${allowed}${why}, got ${JSON.stringify(given)}`);
    }
    return number;
}

/**
 * The layout of a lab as it is, or as one with the options that `up` was given.
 *
 * @throws Error that names the option, what it must be, and what it is
 */
export function layoutWith(name: string, subnet: number, given: TopologyOptions = {}): Layout {
    return layout(name, subnet, chosenTopology(name, given, keptTopology(layout(name, subnet))));
}
