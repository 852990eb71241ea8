import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { corednsTag, imageRepository, pauseImage } from "./images";
import { dnsAddress, serviceRange, type Layout } from "./layout";
import { clusterRange, type Node } from "./nodes";
import type { Binaries } from "./modules";

export type ProxyMode = "nftables" | "iptables";

/** Socket of a node's container runtime. */
export const runtimeSocket = (node: Node): string => join(node.run, "containerd.sock");

/** Path of one configuration file, of the cluster or of a node. */
export const configFile = ({ etc }: Pick<Node, "etc">, name: string): string => join(etc, name);

/** Writes the configuration of everything that takes one from a file: those in lab/etc, with this lab's values. */
export async function writeConfiguration(layout: Layout, { cni }: Binaries, mode: ProxyMode): Promise<void> {
    const { pki, etc: clusterEtc } = layout;
    const ranges = { dnsAddress, clusterRange, serviceRange };
    const shared = { ...ranges, corednsTag, imageRepository, pauseImage, cni, mode, pki, clusterEtc };
    const valuesOf = (node: Node): Values => ({ ...shared, ...node, socket: runtimeSocket(node) });
    await writeTemplates("cluster", layout, valuesOf(layout.controlPlane));
    for (const node of layout.nodes) {
        await mkdir(configFile(node, "cni"), { recursive: true });
        await writeTemplates("node", node, valuesOf(node));
        // kubelet copies the machine's name servers into pods from here: the lab has none.
        await writeChanged(configFile(node, "resolv.conf"), "");
    }
}

type Values = Readonly<Record<string, unknown>>;

async function writeTemplates(folder: string, to: Pick<Node, "etc">, values: Values): Promise<void> {
    const templates = join(__dirname, "etc", folder);
    for (const name of await readdir(templates)) {
        const template = await readFile(join(templates, name), "utf8");
        const content = template.replace(/\$\{(\w+)\}/g, (_, key: string) => {
            const value = values[key];
            if (typeof value !== "string") {
                throw new Error(`lab/etc/${folder}/${name}: there is no value for ${key}`);
            }
            return value;
        });
        // containerd reads every file of a folder.
        await writeChanged(configFile(to, name.endsWith(".conflist") ? join("cni", name) : name), content);
    }
}

// kube-proxy ends whenever its file is written, even with the same content.
async function writeChanged(path: string, content: string): Promise<void> {
    if (!existsSync(path) || (await readFile(path, "utf8")) !== content) {
        await writeFile(path, content);
    }
}
