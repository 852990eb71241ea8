import { execa } from "execa";
import { existsSync, readFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { processesIn, removeCgroup } from "./cgroups";
import type { Layout } from "./layout";
import { removeNetwork } from "./network";
import { kill } from "./processes";

/**
 * Ends every process of a lab and removes its mounts, namespaces, links and cgroups. The cluster's data stay, so that
 * the next start finds everything that was in it, as after a reboot.
 */
export async function stopLab(layout: Layout): Promise<void> {
    // Whoever is ended may just have started another.
    for (let pids = await processesIn(layout.cgroup); pids.length > 0; pids = await processesIn(layout.cgroup)) {
        await kill(pids);
    }
    for (const mountPoint of mountsBelow(layout.folder)) {
        await execa("umount", [mountPoint]);
    }
    await removeNetwork(layout);
    await removeCgroup(layout.cgroup);
    await removeRuntimeTraces(layout);
    await rm(layout.run, { recursive: true, force: true });
}

/** Removes a stopped lab's data too: the cluster with everything in it, and the state of stacks. */
export async function removeLab(layout: Layout): Promise<void> {
    await stopLab(layout);
    await rm(layout.folder, { recursive: true, force: true });
}

/** Mount points below a folder, the innermost first; /proc/self/mounts writes a space as \040 (see fstab(5)). */
function mountsBelow(folder: string): string[] {
    return readFileSync("/proc/self/mounts", "utf8")
        .split("\n")
        .map((line) => (line.split(" ")[1] ?? "").replaceAll("\\040", " "))
        .filter((mountPoint) => mountPoint.startsWith(`${folder}/`))
        .reverse();
}

// The container runtime keeps its shims' sockets, and the CNI library its notes, at fixed places outside of the lab.
async function removeRuntimeTraces(layout: Layout): Promise<void> {
    const tasks = join(layout.run, "containerd", "io.containerd.runtime.v2.task", "k8s.io");
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
