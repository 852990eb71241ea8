import { execa } from "execa";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { processesIn, removeCgroup } from "./cgroups";
import type { Layout } from "./layout";
import { exclusively } from "./lock";
import { mountsBelow } from "./mounts";
import { removeNetwork } from "./network";
import type { Node } from "./nodes";
import { kill } from "./processes";

/**
 * Ends every process of a lab and removes its mounts, namespaces, links and cgroups. The cluster's data stay, so that
 * the next start finds everything that was in it, as after a reboot.
 */
export function stopLab(layout: Layout): Promise<void> {
    return exclusively(layout.folder, () => stop(layout));
}

/** Removes a stopped lab's data too: the cluster with everything in it, and the state of stacks. */
export function removeLab(layout: Layout): Promise<void> {
    return exclusively(layout.folder, async () => {
        await stop(layout);
        await rm(layout.folder, { recursive: true, force: true });
    });
}

async function stop(layout: Layout): Promise<void> {
    // A process that was ended may just have started another.
    for (let round = 0; (await processesIn(layout.cgroup)).length > 0; round++) {
        if (round === 10) {
            throw new Error(`processes ${(await processesIn(layout.cgroup)).join(", ")} do not end`);
        }
        await kill(await processesIn(layout.cgroup));
    }
    for (const mountPoint of mountsBelow(layout.folder)) {
        await execa("umount", [mountPoint]);
    }
    await removeNetwork(layout);
    await removeCgroup(layout.cgroup);
    for (const node of layout.nodes) {
        await removeRuntimeTraces(node);
        await rm(node.run, { recursive: true, force: true });
    }
}

// At fixed places outside of a node's folders, kubelet links to its pods' logs, the container runtime keeps its shims'
// sockets, and the CNI library its notes.
async function removeRuntimeTraces({ data, run }: Node): Promise<void> {
    const links = "/var/log/containers";
    for (const link of await filesIn(links)) {
        if ((await readlink(join(links, link)).catch(() => "")).startsWith(`${data}/`)) {
            await rm(join(links, link));
        }
    }
    const tasks = join(run, "containerd", "io.containerd.runtime.v2.task", "k8s.io");
    const notes = "/var/lib/cni/results";
    for (const id of await filesIn(tasks)) {
        const bootstrap = join(tasks, id, "bootstrap.json");
        if (existsSync(bootstrap)) {
            const { address } = JSON.parse(readFileSync(bootstrap, "utf8")) as { address: string };
            await rm(address.replace("unix://", ""), { force: true });
        }
        for (const note of (await filesIn(notes)).filter((name) => name.includes(id))) {
            await rm(join(notes, note), { force: true });
        }
    }
}

async function filesIn(folder: string): Promise<string[]> {
    return existsSync(folder) ? readdir(folder) : [];
}
