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
    await rm(layout.run, { recursive: true, force: true });
    await removeNetworkResults(layout.cgroup);
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

// The CNI library notes every network that it gave to a container in this folder, wherever the lab is.
async function removeNetworkResults(network: string): Promise<void> {
    const folder = "/var/lib/cni/results";
    const files = existsSync(folder) ? await readdir(folder) : [];
    await Promise.all(files.filter((file) => file.startsWith(`${network}-`)).map((file) => rm(join(folder, file))));
}
