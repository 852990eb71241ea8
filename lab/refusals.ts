import { execa } from "execa";
import { statfs } from "node:fs/promises";
import { existsSync } from "node:fs";
import { freemem, platform } from "node:os";
import { dirname } from "node:path";
import { cacheFolder, type Layout } from "./layout";
import { pidOf } from "./processes";

const gib = 1024 ** 3;

/** GiB of disk that building takes: nearly all of it module sources and compiler cache, which go afterwards. */
export const diskToBuild = 16;

/** Debian package of each program that the lab runs. */
const packages: Readonly<Record<string, string>> = {
    ip: "iproute2",
    nsenter: "util-linux",
    runc: "runc",
    nft: "nftables",
    mmdebstrap: "mmdebstrap",
    umoci: "umoci",
    tar: "tar",
};

/** What this machine lacks for a lab, each in one sentence; none where it lacks nothing. */
export async function refusals(layout: Layout, mode: string, builds: boolean): Promise<string[]> {
    if (platform() !== "linux") {
        return [
            `the lab needs Linux; this is ${platform()}. With Docker, kind gives you a cluster: https://kind.sigs.k8s.io`,
        ];
    }
    return [
        ...(process.getuid?.() === 0 ? [] : ["the lab needs root, for network namespaces, mounts and cgroups"]),
        ...(await missingPrograms(mode, builds)),
        ...(await lackOfRoom(layout, builds)),
        ...(await addressInUse(layout)),
        ...(/\s/.test(layout.folder) ? [`${layout.folder} has white space in it: set TRAFFIC_SPLIT_CACHE`] : []),
        ...layout.nodes
            .filter(({ run }) => run.length > 80)
            .map(({ run }) => `${run} is too long a path for sockets: set TRAFFIC_SPLIT_CACHE`),
    ];
}

/** What this machine lacks to build one more of the lab's programs, each in one sentence. */
export async function refusalsToBuild(): Promise<string[]> {
    return (await onPath("go")) === "" ? [`go is missing: ${goRemedy}`] : [];
}

const goRemedy = "version 1.26.6 or newer builds the binaries";

async function missingPrograms(mode: string, builds: boolean): Promise<string[]> {
    const fromDebian = Object.entries({ ...packages, ...(mode === "iptables" ? { iptables: "iptables" } : {}) });
    const remedies = [
        ...fromDebian.map(([program, name]) => ({ program, remedy: `apt-get install ${name}` })),
        ...(builds ? [{ program: "go", remedy: goRemedy }] : []),
    ];
    const paths = await Promise.all(remedies.map(({ program }) => onPath(program)));
    return remedies.filter((_, i) => paths[i] === "").map(({ program, remedy }) => `${program} is missing: ${remedy}`);
}

/** Whether this machine has a Pulumi of its own; a lab's, in a shell that evaluated its `env`, is none. */
export async function hasPulumi(): Promise<boolean> {
    const path = await onPath("pulumi");
    return path !== "" && !path.startsWith(cacheFolder);
}

/** Path of a program, or nothing. */
async function onPath(program: string): Promise<string> {
    return (await execa("sh", ["-c", 'command -v "$1"', "sh", program], { reject: false })).stdout;
}

async function lackOfRoom(layout: Layout, builds: boolean): Promise<string[]> {
    const runs = (await pidOf(layout, "kube-apiserver")) !== undefined;
    // Measured: a further node takes 0.2 GiB of memory, and 0.9 of disk when pods of it have used all images.
    const more = layout.nodes.length - 1;
    const [disk, memory] = [4 + more, 2 + more / 4];
    const needed = { disk: (builds ? diskToBuild : disk) * gib, memory: (builds ? 6 : runs ? 0 : memory) * gib };
    let folder = cacheFolder;
    while (!existsSync(folder)) {
        folder = dirname(folder);
    }
    const { bavail, bsize } = await statfs(folder);
    const free = { disk: bavail * bsize, memory: freemem() };
    const say = (what: "disk" | "memory", where: string): string[] =>
        free[what] >= needed[what]
            ? []
            : [
                  `${needed[what] / gib} GiB of ${what} are needed${where}, ${(free[what] / gib).toFixed(1)} GiB are free`,
              ];
    return [...say("disk", ` below ${folder}`), ...say("memory", "")];
}

/** A range is in use where something other than the lab's own link has an address in it or a route to it. */
async function addressInUse({ range, hostAddress, link }: Layout): Promise<string[]> {
    const routesBy = async (...selector: string[]): Promise<{ dst: string; dev?: string }[]> => {
        const args = ["-json", "route", "show", "table", "all", ...selector];
        const { stdout } = await execa("ip", args, { reject: false });
        return stdout === "" ? [] : (JSON.parse(stdout) as { dst: string; dev?: string }[]);
    };
    const routes = [...(await routesBy("match", hostAddress)), ...(await routesBy("root", range))];
    // The lab's own route goes before a wide one, such as a private network's as a whole.
    const isNarrow = (dst: string): boolean => dst !== "default" && Number(dst.split("/")[1] ?? 32) >= 16;
    const taken = routes.filter(({ dst, dev }) => isNarrow(dst) && dev !== link);
    return taken.map(({ dst, dev }) => `${range} is in use: ${dst} is at ${dev}; choose another range by --subnet`);
}
