import { execa } from "execa";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { configFile } from "./configuration";
import type { Layout } from "./layout";
import type { Binaries } from "./modules";

/** Certificates, and a kubeconfig for everybody who talks to the API server; what exists stays. */
export async function makeIdentities(layout: Layout, binaries: Binaries): Promise<void> {
    const kubeadm = (...args: string[]) =>
        execa(join(binaries.kubernetes, "kubeadm"), [...args, "--config", configFile(layout, "kubeadm.yaml")]);
    await kubeadm("init", "phase", "certs", "all");
    await kubeadm("init", "phase", "kubeconfig", "all", "--kubeconfig-dir", layout.etc);
    const identity = async (file: string, ...who: string[]): Promise<void> => {
        if (!existsSync(file)) {
            const { stdout } = await kubeadm("kubeconfig", "user", ...who);
            await writeFile(file, stdout, { mode: 0o600 });
        }
    };
    await identity(configFile(layout, "kube-proxy.conf"), "--client-name", "system:kube-proxy");
    for (const node of layout.nodes) {
        const who = ["--client-name", `system:node:${node.name}`, "--org", "system:nodes"];
        await identity(configFile(node, "kubelet.conf"), ...who);
    }
}
