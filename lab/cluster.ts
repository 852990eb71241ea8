import { execa } from "execa";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeCgroup } from "./cgroups";
import { runtimeSocket, writeConfiguration, type ProxyMode } from "./configuration";
import { daemonOn, daemons } from "./daemons";
import { archiveOf, certManagerImages, images, type Image } from "./images";
import { dnsAddress, type Layout } from "./layout";
import { shareMounts } from "./mounts";
import { certManagerModule, clusterModules, type Binaries } from "./modules";
import { makeNetwork } from "./network";
import type { Node } from "./nodes";
import { makeIdentities } from "./pki";
import { pidOf, start } from "./processes";
import { linkTools } from "./shell";
import { keepTopology } from "./topology";
import { binariesOf } from "./toolchain";

/** Folders of the cluster's binaries. */
export async function clusterBinaries(): Promise<Binaries> {
    const folders = Object.entries(clusterModules).map(async ([name, module]) => [name, await binariesOf(module)]);
    return Object.fromEntries(await Promise.all(folders)) as Binaries;
}

/** Makes what the daemons need before they start: folders, network, cgroup, files, identities, tools. */
export async function prepareNodes(layout: Layout, binaries: Binaries, mode: ProxyMode): Promise<void> {
    await keepTopology(layout);
    const ofNodes = layout.nodes.flatMap(({ etc, run, data }) => [etc, run, data]);
    for (const folder of [layout.pki, layout.log, layout.pulumi, ...ofNodes]) {
        await mkdir(folder, { recursive: true, mode: 0o700 });
    }
    await makeNetwork(layout);
    for (const node of layout.nodes) {
        await makeCgroup(node.cgroup);
    }
    await writeConfiguration(layout, binaries, mode);
    await makeIdentities(layout, binaries);
    await linkTools(layout);
}

/** Starts a node's container runtime and gives it the images that it lacks. */
export async function startRuntime(layout: Layout, node: Node, binaries: Binaries): Promise<void> {
    const containerd = daemonOn(node, "containerd");
    await startDaemons(layout, binaries, [containerd]);
    await until(layout, containerd, async () => (await ctr(node, binaries, "version")).exitCode === 0);
    for (const image of images(binaries)) {
        await importImage(node, binaries, image);
    }
    for (const image of certManagerImages(await binariesOf(certManagerModule))) {
        if (existsSync(await archiveOf(image))) {
            await importImage(node, binaries, image);
        }
    }
}

/** Gives a node's container runtime, which runs, one image, unless it has it. */
export async function importImage(node: Node, binaries: Binaries, image: Image): Promise<void> {
    // Unpacking takes most of the time. Only the first node does it now; another one when a pod of its needs the image.
    const later = node.number === 1 && image.rare !== true ? [] : ["--no-unpack"];
    // A name says nothing of the content: another recipe makes another archive of the same name.
    const archive = await archiveOf(image);
    const imported = join(node.data, "imported", basename(archive));
    if (!existsSync(imported)) {
        const name = image.name.replace(/:.*/, "");
        await ctr(node, binaries, "images", "import", "--local", ...later, "--base-name", name, archive);
        await mkdir(dirname(imported), { recursive: true });
        await writeFile(imported, "");
    }
}

function ctr(node: Node, { containerd }: Binaries, ...args: string[]) {
    return execa(join(containerd, "ctr"), ["--address", runtimeSocket(node), "--namespace", "k8s.io", ...args]);
}

/** Starts etcd and the API server, then everything that would give up without them. */
export async function startControlPlane(layout: Layout, binaries: Binaries): Promise<void> {
    await startDaemons(layout, binaries, ["etcd", "kube-apiserver"]);
    const ask = () => kubectl(layout, binaries, ["get", "--raw", "/readyz"]);
    await until(layout, "kube-apiserver", async () => (await ask()) === "ok");
    for (const { data } of layout.nodes) {
        await shareMounts(join(data, "kubelet"));
    }
    const onNodes = layout.nodes.flatMap((node) => [daemonOn(node, "kubelet"), daemonOn(node, "kube-proxy")]);
    await startDaemons(layout, binaries, ["kube-controller-manager", "kube-scheduler", ...onNodes]);
}

/**
 * Applies what every kubeadm cluster has: the API server's rights at kubelet, and the cluster's DNS. Here DNS forwards to no
 * other server, because the lab has no other names.
 */
export async function applyAddons(layout: Layout, binaries: Binaries): Promise<void> {
    const kubeadm = join(binaries.kubernetes, "kubeadm");
    const args = "init phase addon coredns --print-manifest --config".split(" ");
    const { stdout } = await execa(kubeadm, [...args, join(layout.etc, "kubeadm.yaml")]);
    const manifest = stdout.replace(/^ *forward \. [^{\n]*\{[^}]*\}\n/m, "");
    if (!manifest.includes(dnsAddress) || manifest.includes("forward")) {
        throw new Error("kubeadm's DNS manifest is not what this version of the lab knows");
    }
    const rights = await readFile(join(layout.etc, "rights.yaml"), "utf8");
    // kube-proxy runs outside the cluster here. This ConfigMap names its mode, as kubeadm's does.
    const data = { "config.conf": await readFile(join(layout.etc, "kube-proxy.yaml"), "utf8") };
    const metadata = { name: "kube-proxy", namespace: "kube-system" };
    const proxy = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata, data });
    await kubectl(layout, binaries, ["apply", "--filename", "-"], `${manifest}\n---\n${rights}---\n${proxy}\n`);
}

/** Waits until every node takes pods and DNS answers. */
export async function untilReady(layout: Layout, binaries: Binaries): Promise<void> {
    const path = '{.status.conditions[?(@.type=="Ready")].status}';
    for (const node of layout.nodes) {
        await until(layout, daemonOn(node, "kubelet"), async () => {
            const state = await kubectl(layout, binaries, ["get", "node", node.name, "-o", `jsonpath=${path}`]);
            // The state may date from before the node was stopped. It also says nothing of the way to kubelet, which logs
            // need.
            const kubelet = `/api/v1/nodes/${node.name}/proxy/healthz`;
            return state === "True" && (await raw(layout, binaries, kubelet)) === "ok";
        });
        // A kubelet that was restarted is healthy before it knows from the API server which pods run on it.
        await until(layout, daemonOn(node, "kubelet"), async () => {
            const bound = `/api/v1/pods?fieldSelector=spec.nodeName%3D${node.name}`;
            const known = await podsAt(layout, binaries, `/api/v1/nodes/${node.name}/proxy/pods`);
            return (await podsAt(layout, binaries, bound)).every((uid) => known.includes(uid));
        });
    }
    // The state in etcd may date from before the pods ended: only an answer of theirs shows that they run.
    const dnsServer = "/api/v1/namespaces/kube-system/services/kube-dns:metrics/proxy/metrics";
    await until(layout, "kubelet", async () => (await raw(layout, binaries, dnsServer)).includes("coredns_build_info"));
}

function raw(layout: Layout, binaries: Binaries, path: string): Promise<string> {
    return kubectl(layout, binaries, ["get", "--raw", path]);
}

/** Uids of the pods that a list names. */
async function podsAt(layout: Layout, binaries: Binaries, path: string): Promise<string[]> {
    const list = JSON.parse(await raw(layout, binaries, path)) as { items: { metadata: { uid: string } }[] | null };
    return (list.items ?? []).map(({ metadata }) => metadata.uid);
}

export async function kubectl(
    layout: Layout,
    binaries: Binaries,
    args: readonly string[],
    input = "",
): Promise<string> {
    const program = join(binaries.kubernetes, "kubectl");
    const flags = ["--kubeconfig", layout.kubeconfig, "--request-timeout", "10s"];
    return (await execa(program, [...flags, ...args], { input, env: { NO_PROXY: "*" } })).stdout;
}

async function startDaemons(layout: Layout, binaries: Binaries, names: readonly string[]): Promise<void> {
    for (const daemon of daemons(layout, binaries).filter(({ name }) => names.includes(name))) {
        await start(layout, daemon);
    }
}

/** Polls for up to two minutes; a daemon that ended meanwhile ends the wait, with where to read why. */
async function until(layout: Layout, daemon: string, ready: () => Promise<boolean>): Promise<void> {
    const log = join(layout.log, `${daemon}.log`);
    for (let tries = 0; tries < 400; tries++) {
        if (await ready().catch(() => false)) {
            return;
        }
        if ((await pidOf(layout, daemon)) === undefined) {
            throw new Error(`${daemon} ended: ${await lastLines(log)}`);
        }
        await sleep(300);
    }
    throw new Error(`${daemon} is not ready after two minutes: ${await lastLines(log)}`);
}

async function lastLines(log: string): Promise<string> {
    return `the end of ${log} is\n${(await execa("tail", ["-n", "5", log])).stdout}`;
}
