import { spawn } from "node:child_process";
import { existsSync, openSync, closeSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeDaemonCgroup } from "./cgroups";
import type { Layout } from "./layout";

/** One of the lab's daemons. */
export interface Daemon {
    /** One of a kind in the lab. */
    readonly name: string;
    /** Network namespace of the node that it is on. */
    readonly netns: string;
    /** Path of the binary, and its arguments. */
    readonly command: readonly string[];
    /** Folder that comes first on its PATH. */
    readonly path?: string;
}

interface PidFile {
    readonly pid: number;
    /** Start of the process in clock ticks since boot, by which a pid that was reused is recognized. */
    readonly started: string;
    /** The command and its configuration: another one is another daemon. */
    readonly identity: string;
}

const pidFileOf = (layout: Layout, name: string): string => join(layout.run, `${name}.pid`);

/** Pid of a daemon that runs, or undefined. */
export async function pidOf(layout: Layout, name: string): Promise<number | undefined> {
    const file = await readPidFile(layout, name);
    return file !== undefined && (await startOf(file.pid)) === file.started ? file.pid : undefined;
}

/** Starts a daemon in its node's network namespace, unless it runs already with the same command and configuration. */
export async function start(layout: Layout, { name, netns, command, path = "" }: Daemon): Promise<void> {
    const running = await pidOf(layout, name);
    const configuration = command.find((word) => word.startsWith("--config="))?.replace("--config=", "");
    const identity = JSON.stringify([command, configuration && (await readFile(configuration, "utf8"))]);
    if (running !== undefined) {
        if ((await readPidFile(layout, name))?.identity === identity) {
            return;
        }
        await kill([running]);
    }
    const cgroup = await makeDaemonCgroup(layout.cgroup);
    const log = openSync(join(layout.log, `${name}.log`), "a");
    // Both exec: the process keeps its pid from the shell that joins the cgroup to the daemon itself.
    const enter = 'echo $$ >"$1"/cgroup.procs && shift && exec nsenter "$@"';
    const child = spawn("sh", ["-c", enter, "sh", cgroup, `--net=/run/netns/${netns}`, ...command], {
        detached: true,
        stdio: ["ignore", log, log],
        // No other variable of the shell: HTTPS_PROXY, for example, would redirect the daemons' calls to each other.
        env: { HOME: process.env["HOME"], PATH: `${path}:${process.env["PATH"] ?? ""}` },
    });
    closeSync(log);
    child.unref();
    if (child.pid === undefined) {
        throw new Error(`${name} can't be started`);
    }
    const file: PidFile = { pid: child.pid, started: (await startOf(child.pid)) ?? "", identity };
    await writeFile(`${pidFileOf(layout, name)}.new`, JSON.stringify(file));
    await rename(`${pidFileOf(layout, name)}.new`, pidFileOf(layout, name));
}

/** Kills processes by id and waits until they are gone. All state that matters survives this. */
export async function kill(pids: readonly number[]): Promise<void> {
    for (const pid of pids) {
        try {
            process.kill(pid, "SIGKILL");
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
                throw error;
            }
        }
    }
    for (let waited = 0; waited < 100 && (await Promise.all(pids.map(startOf))).some(Boolean); waited++) {
        await sleep(100);
    }
}

async function readPidFile(layout: Layout, name: string): Promise<PidFile | undefined> {
    const path = pidFileOf(layout, name);
    return existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as PidFile) : undefined;
}

/** The 22nd field of /proc/<pid>/stat (see proc(5)), or undefined for a process that is gone or a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
    try {
        const stat = await readFile(`/proc/${pid}/stat`, "utf8");
        // The second field may hold spaces and brackets, and ends with the last bracket.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return fields[0] === "Z" ? undefined : fields[19];
    } catch {
        return undefined;
    }
}
