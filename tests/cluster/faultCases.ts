import { mkdtempSync } from "node:fs";
import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../../lab/cgroups";
import { clusterBinaries, kubectl } from "../../lab/cluster";
import { daemons } from "../../lab/daemons";
import { kill, pidOf, start } from "../../lab/processes";
import type { FaultCase } from "./faultCase";
import { inTheMiddle, namespace, requests } from "./faultRuns";
import { labUp, brokenLab } from "./testLab";
import { TestStack } from "./testStack";

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

async function inNamespace(...args: string[]): Promise<string> {
    return kubectlOnLab("--namespace", namespace, ...args);
}

/** Creates something in the stack's namespace as soon as there is one, which is long before there is a probe. */
async function early(...args: string[]): Promise<void> {
    for (let second = 0; second < 60; second++) {
        const isCreated = await inNamespace("create", ...args).then(
            () => true,
            () => false,
        );
        if (isCreated) {
            return;
        }
        await sleep(1_000);
    }
    throw new Error(`kubectl create ${args.join(" ")} failed for a minute`);
}

/** The Job of this update, from the moment at which it is there. */
async function newJob(): Promise<string> {
    const list = async (): Promise<string[]> =>
        (await inNamespace("get", "jobs", "--output", "name").catch(() => ""))
            .split("\n")
            .filter((name) => name !== "");
    const before = await list();
    for (let tries = 0; tries < 600; tries++) {
        const job = (await list()).find((name) => !before.includes(name));
        if (job !== undefined) {
            return job;
        }
        await sleep(200);
    }
    throw new Error("no new Job came in two minutes");
}

const patience = { requests: 1, rate: 0, readyTimeoutSeconds: 20 };
/** How an update ends that waited for a probe that gets nowhere. */
const stoodStill = (why: string): RegExp => new RegExp(`Job test-faults/\\S+ stood still for 2\\d s: .*${why}`, "s");

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
        outcome:
            /the log of test-faults\/\S+, container curl: lines are missing from the log|failed\. .*curl.*exit code 137/s,
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
        outcome: /the log of test-faults\/\S+, container \S+: lines are missing from the log: 0/,
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
        fault: "a LimitRange refuses the probe's pod",
        outcome: stoodStill("FailedCreate: .*maximum memory usage per Container is 512Mi"),
        config: patience,
        act: async () => {
            const folder = mkdtempSync(join(tmpdir(), "limit-range-"));
            const file = join(folder, "limits.yaml");
            const limits = [{ type: "Container", max: { memory: "512Mi" }, default: { memory: "64Mi" } }];
            const metadata = { name: "tight" };
            await writeFile(file, JSON.stringify({ apiVersion: "v1", kind: "LimitRange", metadata, spec: { limits } }));
            await early("--filename", file);
            await rm(folder, { recursive: true });
        },
        undo: async () => {
            await inNamespace("delete", "limitrange", "tight");
        },
    },
    {
        fault: "a ResourceQuota has no room for the probe's pod",
        outcome: stoodStill("FailedCreate: .*exceeded quota: tight"),
        config: patience,
        act: () => early("quota", "tight", "--hard=limits.memory=1Gi"),
        undo: async () => {
            await inNamespace("delete", "quota", "tight");
        },
    },
    {
        fault: "somebody suspends the Job",
        outcome: stoodStill("the Job is suspended: Job suspended"),
        config: { ...patience, requests, rate: 5 },
        act: async () => {
            await inNamespace("patch", await newJob(), "--patch", JSON.stringify({ spec: { suspend: true } }));
        },
    },
    {
        fault: "somebody deletes the Job",
        outcome: /Job test-faults\/\S+ is gone: somebody else deleted it/,
        config: { requests, rate: 5 },
        act: async () => {
            await inNamespace("delete", await newJob());
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
