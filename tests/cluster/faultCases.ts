import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../../lab/cgroups";
import { clusterBinaries, kubectl } from "../../lab/cluster";
import { daemons } from "../../lab/daemons";
import { kill, pidOf, start } from "../../lab/processes";
import { inTheMiddle, namespace } from "./faultRuns";
import { labUp, brokenLab } from "./testLab";
import { TestStack } from "./testStack";

/** Something that goes wrong while a stack is updated, and how that update must end. */
export interface FaultCase {
    readonly fault: string;
    /** "totals": every request is accounted for. Else what the row of the table says. */
    readonly outcome: "totals" | RegExp;
    /** Does it, in the middle of an update or around it. */
    readonly act: (stack: TestStack) => Promise<void>;
    readonly config?: Readonly<Record<string, unknown>>;
    /** Makes good again what a start of the lab does not. */
    readonly undo?: () => Promise<void>;
}

const killed = (daemon: string): FaultCase => ({
    fault: `kill -9 of ${daemon}, and \`lab up\` three seconds later`,
    outcome: "totals",
    act: async () => {
        await inTheMiddle();
        await kill([(await pidOf(brokenLab, daemon)) ?? 0]);
        await sleep(3_000);
        await labUp(brokenLab);
    },
});

/** In the moment between a client's end and that anybody is told of it: what is hit is the collection. */
const killedAtTheEnd = (daemon: string, outcome: FaultCase["outcome"] = "totals"): FaultCase => ({
    fault: `kill -9 of ${daemon} when the client has ended and its log is to be read, and \`lab up\` three seconds later`,
    outcome,
    act: async () => {
        await inTheMiddle();
        while ((await processesOf(brokenLab.cgroup, client)).length > 0) {
            await sleep(20);
        }
        await kill([(await pidOf(brokenLab, daemon)) ?? 0]);
        await sleep(3_000);
        await labUp(brokenLab);
    },
});

/** Command of the client's container. */
const client = "/probe/curl.sh";

/** Leaves a process's container no more memory than it has, so that the kernel kills what wants any. */
async function starve(pid: number): Promise<void> {
    const path = /:memory:(.*)/.exec(await readFile(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "";
    const limit = join("/sys/fs/cgroup/memory", path, "memory.limit_in_bytes");
    for (let kibibytes = 1024; kibibytes < 16_384; kibibytes += 128) {
        // A limit below what is in use is refused as busy.
        const isTaken = await writeFile(limit, `${kibibytes}k`).then(
            () => true,
            () => false,
        );
        if (isTaken) {
            return;
        }
    }
    throw new Error(`${limit} takes no limit below 16 MiB`);
}

async function kubectlOnLab(...args: string[]): Promise<string> {
    return kubectl(brokenLab, await clusterBinaries(), args);
}

const probePods = ["--namespace", namespace, "--selector", "batch.kubernetes.io/job-name"];

export const faultCases: readonly FaultCase[] = [
    ...["kube-apiserver", "etcd", "kubelet", "containerd", "kube-proxy", "kube-controller-manager"].map(killed),
    ...["kube-apiserver", "etcd", "kubelet"].map((daemon) => killedAtTheEnd(daemon)),
    // Whether the container's exit code is lost with its runtime hangs on a millisecond.
    killedAtTheEnd("containerd", /^totals right|failed\. .*curl \(Unknown, exit code 255\)/),
    {
        fault: "kill -9 of both CoreDNS processes",
        outcome: "totals",
        act: async () => {
            await inTheMiddle();
            await kill(await processesOf(brokenLab.cgroup, "/usr/local/bin/coredns"));
        },
    },
    {
        fault: "the kernel kills the client's processes for lack of memory",
        outcome: /the log of test-faults\/\S+, container curl: the log lacks line|failed\. .*curl.*exit code 137/s,
        act: async () => {
            await inTheMiddle();
            await starve((await processesOf(brokenLab.cgroup, client))[0] ?? 0);
        },
    },
    {
        fault: "kill -9 of the client in its container",
        outcome: /failed\. .*curl.*exit code 137/s,
        act: async () => {
            await inTheMiddle();
            await kill(await processesOf(brokenLab.cgroup, client));
        },
    },
    {
        fault: "the probe's pod is deleted at once, by force",
        outcome: /Job test-faults\/\S+ (failed|is complete, but its pod is gone)/,
        act: async () => {
            await inTheMiddle();
            // The Job of the run before goes only when this one has come.
            const running = [...probePods, "--field-selector", "status.phase=Running"];
            const name = (await kubectlOnLab("get", "pods", ...running, "--output", "name")).trim();
            await kubectlOnLab("delete", name, "--namespace", namespace, "--grace-period=0", "--force");
        },
    },
    {
        fault: "kubelet evicts the probe's pod, which fills its disk",
        outcome: /failed\. .*Evicted: .*exceeds the limit/s,
        act: async () => {
            await inTheMiddle();
            const running = [...probePods, "--field-selector", "status.phase=Running"];
            const name = (await kubectlOnLab("get", "pods", ...running, "--output", "name")).trim();
            const fill = ["dd", "if=/dev/zero", "of=/tmp/full", "bs=1M", "count=1100"];
            await kubectlOnLab("exec", name, "--namespace", namespace, "--container", "curl", "--", ...fill);
        },
        config: { requests: 800 },
    },
    {
        fault: "kubelet rotates a container's log at 16 KiB, so that the API has only its end",
        outcome: /the log of test-faults\/\S+, container \S+: the log lacks line 0/,
        act: async () => {
            const binaries = await clusterBinaries();
            const kubelet = daemons(brokenLab, binaries).find(({ name }) => name === "kubelet");
            if (kubelet === undefined) {
                throw new Error("the lab has no kubelet");
            }
            await appendFile(
                join(brokenLab.controlPlane.etc, "kubelet.yaml"),
                "containerLogMaxSize: 16Ki\ncontainerLogMonitorInterval: 3s\n",
            );
            await kill([(await pidOf(brokenLab, "kubelet")) ?? 0]);
            await start(brokenLab, kubelet);
        },
    },
    {
        fault: "another stack is updated on the same cluster at once",
        outcome: "totals",
        act: async () => {
            const other = await TestStack.make("faults-other", brokenLab);
            try {
                await other.up();
            } finally {
                await other.remove();
            }
        },
    },
    {
        fault: "no node takes the probe's pod (a taint, as of a full disk)",
        outcome: /no node takes its pod: .*untolerated taint/,
        config: { requests: 1, rate: 0 },
        act: async () => {
            await kubectlOnLab("taint", "nodes", "--all", "disk=full:NoSchedule");
        },
        undo: async () => {
            await kubectlOnLab("taint", "nodes", "--all", "disk=full:NoSchedule-");
        },
    },
];
