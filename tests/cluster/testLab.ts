import { execa } from "execa";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { removeLab } from "../../lab/down";
import { layout, type Layout } from "../../lab/layout";
import { labEnvironment } from "../../lab/shell";

export const projectFolder = join(__dirname, "..", "..");

/** Labs of the tests' own, beside any that a person uses: one to measure on, and one to break, at the same time. */
export const testLab = layout("test", 1);
export const brokenLab = layout("broken", 2);

/** Runs the command that a person uses, and shows its progress. */
export async function runLab(...args: string[]): Promise<void> {
    await execa(join(projectFolder, "lab", "lab"), args, { stdout: "inherit", stderr: ["inherit", "pipe"] });
}

/** Brings one of them up. */
export async function labUp({ name, subnet }: Layout, ...options: string[]): Promise<void> {
    await runLab("up", "--name", name, "--subnet", String(subnet), ...options);
}

export async function labDown(lab: Layout): Promise<void> {
    await removeLab(lab);
}

const temporaryOf = ({ folder }: Layout): string => join(folder, "tmp");

/** What a shell has after it evaluated the lab's `env`, and a folder of the tests' own for what is temporary. */
export async function environment(lab: Layout): Promise<Record<string, string>> {
    mkdirSync(temporaryOf(lab), { recursive: true });
    return { ...(await labEnvironment(lab)), TMPDIR: temporaryOf(lab) };
}

/** A copy of the project, so that settings that a test writes are not those of the checkout. */
export function copyOfProject(): { folder: string; remove: () => void } {
    // Not named as what belongs to a lab is, by which processes are told apart.
    const folder = mkdtempSync(join(tmpdir(), "stack-under-test-"));
    for (const name of [
        "Pulumi.yaml",
        "package.json",
        "tsconfig.json",
        "index.cjs",
        "index.ts",
        "components",
        "probe",
        "report",
        "split",
    ]) {
        cpSync(join(projectFolder, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
    return {
        folder,
        remove: () => {
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

/** What of the machine's a lab must leave as it found it; other labs come and go meanwhile. */
export async function machineState(lab: Layout): Promise<Record<string, string[]>> {
    const lines = async (command: string, ...args: string[]): Promise<string[]> =>
        (await execa(command, args)).stdout
            .split("\n")
            .filter((line) => line !== "" && !isOfAnother(lab, line))
            .sort();
    const temporary = temporaryOf(lab);
    return {
        namespaces: await lines("ip", "netns"),
        cgroups: await lines("find", "/sys/fs/cgroup", "-maxdepth", "2", "-type", "d", "-name", "traffic-split-*"),
        // Whatever hands over a kubeconfig, or holds one.
        kubeconfigs: existsSync(temporary) ? await lines("find", temporary, "-name", "kubeconfig") : [],
        podLogs: await lines("find", "/var/log/", "-path", "/var/log/containers/*", "-printf", "%p %l\\n"),
        links: await lines("ip", "-brief", "-oneline", "link"),
        mounts: await lines("findmnt", "--list", "--noheadings", "--output", "TARGET"),
        processes: (await lines("ps", "-ww", "-eo", "stat=,pid=,args="))
            .filter((line) => !line.startsWith("Z") && programs.test(line))
            .map((line) => /^\S+\s+(\d+)\s+(.*)$/.exec(line) ?? [])
            .filter(([, pid = ""]) => {
                const circumstances = circumstancesOf(pid);
                return circumstances !== null && !isOfAnother(lab, circumstances);
            })
            .map(([, , args = ""]) => args)
            .sort(),
    };
}

const programs = /etcd|kube-|kubelet|containerd|runc|nginx|coredns|busybox|dynamic-provider/;

/** Whether a text has another lab's name where a lab's names are: in those of kernel objects and in its folder's. */
function isOfAnother({ name, folder }: Layout, text: string): boolean {
    const names = [...text.matchAll(new RegExp(`(?:traffic-split-|tsplit-|${dirname(folder)}/)([a-z0-9]+)`, "g"))];
    return names.length > 0 && names.every(([, each]) => each !== name);
}

/** Cgroups and environment of a process; null of one that is gone, or has given up its memory on its way out. */
function circumstancesOf(pid: string): string | null {
    try {
        const [cmdline, ...circumstances] = ["cmdline", "cgroup", "environ"].map((file) =>
            readFileSync(`/proc/${pid}/${file}`, "utf8"),
        );
        return cmdline === "" ? null : circumstances.join("\n");
    } catch {
        return null;
    }
}

/** What of the machine's is not as it was: nothing, as a lab must leave it. */
export async function leftSince(lab: Layout, before: Record<string, string[]>): Promise<string[]> {
    const now = await machineState(lab);
    return Object.keys(now).flatMap((kind) => {
        const [then = [], after = []] = [before[kind], now[kind]];
        const without = (all: readonly string[], taken: readonly string[]): string[] => {
            const rest = [...taken];
            return all.filter((each) => {
                const i = rest.indexOf(each);
                rest.splice(i === -1 ? rest.length : i, 1);
                return i === -1;
            });
        };
        return [
            ...without(after, then).map((each) => `${kind}: left is ${each}`),
            ...without(then, after).map((each) => `${kind}: gone is ${each}`),
        ];
    });
}
