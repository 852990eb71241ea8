import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { corednsTag, imageRepository, pauseImage } from "./images";
import { dnsAddress, podRange, serviceRange, type Layout } from "./layout";
import type { clusterModules } from "./toolchain";

export type ProxyMode = "nftables" | "iptables";

/** Folders with the binaries of each of the cluster's modules; runc is Debian's. */
export type Binaries = Readonly<Record<keyof typeof clusterModules, string>>;

/** Socket of the container runtime. */
export const runtimeSocket = (layout: Layout): string => join(layout.run, "containerd.sock");

/** Path of one configuration file. */
export const configFile = (layout: Layout, name: string): string => join(layout.etc, name);

/** Writes the configuration of everything that takes one from a file: those in lab/etc, with this lab's values. */
export async function writeConfiguration(layout: Layout, { cni }: Binaries, mode: ProxyMode): Promise<void> {
    const fixed = { dnsAddress, podRange, serviceRange, corednsTag, imageRepository, pauseImage };
    const values: Record<string, string> = { ...layout, ...fixed, cni, mode, socket: runtimeSocket(layout) };
    await mkdir(configFile(layout, "cni"), { recursive: true });
    for (const name of await readdir(join(__dirname, "etc"))) {
        const template = await readFile(join(__dirname, "etc", name), "utf8");
        const content = template.replace(/\$\{(\w+)\}/g, (_, key: string) => {
            const value = values[key];
            if (value === undefined) {
                throw new Error(`lab/etc/${name}: there is no value for ${key}`);
            }
            return value;
        });
        // containerd reads every file of a folder.
        await writeChanged(configFile(layout, name.endsWith(".conflist") ? join("cni", name) : name), content);
    }
    // kubelet copies the machine's name servers into pods from here: the lab has none.
    await writeChanged(configFile(layout, "resolv.conf"), "");
}

// kube-proxy ends when its file is written, whatever is written.
async function writeChanged(path: string, content: string): Promise<void> {
    if (!existsSync(path) || (await readFile(path, "utf8")) !== content) {
        await writeFile(path, content);
    }
}
