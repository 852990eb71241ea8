import { execa } from "execa";
import { existsSync, mkdirSync, readFileSync, realpathSync } from "node:fs";

/** Mount points below a folder, the innermost first; /proc/self/mounts writes a space as \040 (see fstab(5)). */
export function mountsBelow(folder: string): string[] {
    const real = existsSync(folder) ? realpathSync(folder) : folder;
    return readFileSync("/proc/self/mounts", "utf8")
        .split("\n")
        .map((line) => (line.split(" ")[1] ?? "").replaceAll("\\040", " "))
        .filter((mountPoint) => `${mountPoint}/`.startsWith(`${real}/`))
        .reverse();
}

/**
 * Makes a folder a mount point that shares the mounts below it, as kubelet wants its own to be. Kubelet does so itself
 * where it isn't, while another part of it puts a socket there: now and then it then finds itself between two file
 * systems, and gives up.
 */
export async function shareMounts(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true });
    if (!mountsBelow(folder).includes(realpathSync(folder))) {
        await execa("mount", ["--bind", folder, folder]);
        await execa("mount", ["--make-rshared", folder]);
    }
}
