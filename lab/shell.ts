import { existsSync } from "node:fs";
import { link, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { cacheFolder, type Layout } from "./layout";
import { hasPulumi } from "./refusals";
import { clusterModules, pulumiModules } from "./modules";
import { binariesOf } from "./toolchain";
import { versions } from "./versions";

const toolsOf = (layout: Layout): string => join(layout.folder, "bin");

/**
 * Gives a lab its tools, as hard links: kubectl, and where this machine has no Pulumi one with its language host beside
 * it and its provider among its plugins, as after an ordinary installation.
 */
export async function linkTools(layout: Layout): Promise<void> {
    const tools = toolsOf(layout);
    const plugins = join(layout.pulumi, "home", "plugins");
    const ofKubernetes = join(plugins, `resource-kubernetes-v${versions.pulumiKubernetes}`);
    const ofCertManager = join(plugins, `resource-kubernetes-cert-manager-v${versions.pulumiCertManager}`);
    for (const folder of [tools, ofKubernetes, ofCertManager]) {
        await rm(folder, { recursive: true, force: true });
    }
    const put = async (folder: string, from: string, ...names: string[]): Promise<void> => {
        await mkdir(folder, { recursive: true });
        await Promise.all(names.map((name) => link(join(from, name), join(folder, name))));
    };
    await put(tools, await binariesOf(clusterModules.kubernetes), "kubectl");
    if (!(await hasPulumi())) {
        const { cli, languageHost, provider } = pulumiModules;
        await put(tools, await binariesOf(cli), "pulumi", "pulumi-resource-pulumi-nodejs");
        await put(tools, await binariesOf(languageHost), "pulumi-language-nodejs");
        await put(ofKubernetes, await binariesOf(provider), "pulumi-resource-kubernetes");
        await standIn(layout, ofCertManager);
    }
}

/** Puts the stand-in for cert-manager's plugin, which is no Go module, where Pulumi looks for the plugin. */
async function standIn({ name, subnet }: Layout, folder: string): Promise<void> {
    const register = resolve(__dirname, "..", "typescript.cjs");
    const words = ["node", "-r", register, resolve(__dirname, "certManagerPlugin.ts"), name, String(subnet)];
    const cache = `TRAFFIC_SPLIT_CACHE=${quoted(dirname(cacheFolder))}`;
    const script = `#!/bin/sh\n${cache} exec ${words.map(quoted).join(" ")} "$@"\n`;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "pulumi-resource-kubernetes-cert-manager"), script, { mode: 0o755 });
}

/** A word of a command for a POSIX shell. */
const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

/**
 * What points kubectl and Pulumi at a lab: its cluster, its tools, and a backend in its folder.
 *
 * @throws Error where the lab was never up
 */
export async function labEnvironment(layout: Layout): Promise<Record<string, string>> {
    if (!existsSync(layout.kubeconfig) || !existsSync(toolsOf(layout))) {
        throw new Error(`the lab ${layout.name} was not brought up yet: lab/lab up --name ${layout.name}`);
    }
    const state = join(layout.pulumi, "state");
    await mkdir(state, { recursive: true });
    return {
        KUBECONFIG: layout.kubeconfig,
        NO_PROXY: [process.env["NO_PROXY"] ?? process.env["no_proxy"], layout.controlPlane.address]
            .filter(Boolean)
            .join(","),
        PATH: [toolsOf(layout), process.env["PATH"] ?? ""].join(":"),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_HOME: join(layout.pulumi, "home"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
    };
}

/** The same as commands for a POSIX shell. */
export async function shellEnvironment(layout: Layout): Promise<string> {
    return Object.entries(await labEnvironment(layout))
        .map(([name, value]) => `export ${name}=${quoted(value)}`)
        .join("\n");
}
