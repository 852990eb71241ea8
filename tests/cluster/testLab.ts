import { execa } from "execa";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeLab } from "../../lab/down";
import { layout } from "../../lab/layout";
import { labEnvironment } from "../../lab/shell";

export const projectFolder = join(__dirname, "..", "..");

/** A lab of the tests' own, beside any that a person uses. */
export const testLab = layout("test", 1);

const names = ["--name", testLab.name, "--subnet", "1"];

/** Runs the command that a person uses, and shows its progress. */
export async function runLab(...args: string[]): Promise<void> {
    await execa(join(projectFolder, "lab", "lab"), args, { stdout: "inherit", stderr: ["inherit", "pipe"] });
}

/** Brings the tests' lab up. */
export async function labUp(...options: string[]): Promise<void> {
    await runLab("up", ...names, ...options);
}

export async function labDown(): Promise<void> {
    await removeLab(testLab);
}

const temporary = join(testLab.folder, "tmp");

/** What a shell has after it evaluated the lab's `env`, and a folder of the tests' own for what is temporary. */
export async function environment(): Promise<Record<string, string>> {
    mkdirSync(temporary, { recursive: true });
    return { ...(await labEnvironment(testLab)), TMPDIR: temporary };
}

/** A copy of the project, so that settings that a test writes are not those of the checkout. */
export function copyOfProject(): { folder: string; remove: () => void } {
    const folder = mkdtempSync(join(tmpdir(), "traffic-split-test-"));
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

/** What of the machine's a lab must leave as it found it. */
export async function machineState(): Promise<Record<string, string[]>> {
    const lines = async (command: string, ...args: string[]): Promise<string[]> =>
        (await execa(command, args)).stdout.split("\n").filter(Boolean).sort();
    const programs = /etcd|kube-|kubelet|containerd|runc|nginx|coredns|busybox|dynamic-provider/;
    return {
        namespaces: await lines("ip", "netns"),
        cgroups: await lines("find", "/sys/fs/cgroup", "-type", "d", "-name", "traffic-split-*"),
        // Whatever hands over a kubeconfig, or holds one.
        kubeconfigs: existsSync(temporary) ? await lines("find", temporary, "-name", "kubeconfig") : [],
        podLogs: await lines("find", "/var/log", "-path", "/var/log/containers/*"),
        links: await lines("ip", "-brief", "-oneline", "link"),
        mounts: await lines("findmnt", "--list", "--noheadings", "--output", "TARGET"),
        processes: (await lines("ps", "-eo", "stat=,args="))
            .filter((line) => !line.startsWith("Z") && programs.test(line))
            .map((line) => line.replace(/^\S+\s+/, ""))
            .sort(),
    };
}

/** What of the machine's is not as it was: nothing, as a lab must leave it. */
export async function leftSince(before: Record<string, string[]>): Promise<string[]> {
    const now = await machineState();
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
