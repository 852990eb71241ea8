import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Mount points of every cgroup hierarchy, of version 1 (one a controller) or 2 (one for all). */
function hierarchies(): string[] {
    return readFileSync("/proc/mounts", "utf8")
        .split("\n")
        .map((line) => line.split(" "))
        .filter(([, , type]) => type === "cgroup" || type === "cgroup2")
        .map(([, mountPoint]) => mountPoint ?? "");
}

/**
 * Makes the cgroup below which kubelet keeps its pods, in every hierarchy. A kubelet ends all pods below its root that it
 * does not know, so sharing the machine's root would disturb another cluster.
 */
export async function makeCgroup(name: string): Promise<void> {
    for (const mountPoint of hierarchies()) {
        const folder = join(mountPoint, name);
        await mkdir(folder, { recursive: true });
        // In version 1 a new cpuset has no processors and no memory, and takes no process until it has.
        for (const file of ["cpuset.cpus", "cpuset.mems"]) {
            if (existsSync(join(folder, file)) && (await readFile(join(folder, file), "utf8")).trim() === "") {
                await writeFile(join(folder, file), await readFile(join(mountPoint, file), "utf8"));
            }
        }
    }
}

/** A cgroup for the lab's daemons: whatever they start is in it too, and can be found after they died. */
export async function makeDaemonCgroup(name: string): Promise<string> {
    const mountPoints = hierarchies();
    const mountPoint = mountPoints.find((each) => each.endsWith("/pids")) ?? mountPoints[0];
    if (mountPoint === undefined) {
        throw new Error("no cgroup hierarchy is mounted below /sys/fs/cgroup");
    }
    const folder = join(mountPoint, name, "daemons");
    await mkdir(folder, { recursive: true });
    return folder;
}

/** Every process of the lab's: its daemons, their children, and the pods' containers. */
export async function processesIn(name: string): Promise<number[]> {
    const folders = await Promise.all(hierarchies().map((mountPoint) => foldersBelow(join(mountPoint, name))));
    const lists = await Promise.all(
        folders.flat().map((folder) => readFile(join(folder, "cgroup.procs"), "utf8").catch(ifGone(""))),
    );
    return [...new Set(lists.flatMap((list) => list.split("\n").filter(Boolean).map(Number)))].filter((pid) => pid > 0);
}

/** Those of the lab's processes whose command line, its words joined by spaces, has this in it. */
export async function processesOf(name: string, command: string): Promise<number[]> {
    const pids = await processesIn(name);
    const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(ifGone(""))));
    return pids.filter((_, i) => lines[i]?.replaceAll("\0", " ").includes(command));
}

/** Removes the lab's cgroups, which must be empty. */
export async function removeCgroup(name: string): Promise<void> {
    for (const mountPoint of hierarchies()) {
        for (const folder of (await foldersBelow(join(mountPoint, name))).reverse()) {
            await rmdir(folder).catch(ifGone(undefined));
        }
    }
}

/** A folder and all below it, parents first; none where it does not exist. */
async function foldersBelow(folder: string): Promise<string[]> {
    if (!existsSync(folder)) {
        return [];
    }
    const entries = await readdir(folder, { withFileTypes: true }).catch(ifGone([]));
    const children = entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
    return [folder, ...(await Promise.all(children.map(foldersBelow))).flat()];
}

// kubelet and runc may remove cgroups at the same time: one that is gone has no processes and no folders.
function ifGone<T>(value: T): (error: NodeJS.ErrnoException) => T {
    return (error) => {
        if (["ENOENT", "ENODEV", "ESRCH"].includes(error.code ?? "")) {
            return value;
        }
        throw error;
    };
}
