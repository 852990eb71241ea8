import { execa } from "execa";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf } from "../../lab/cgroups";
import { clusterBinaries, kubectl } from "../../lab/cluster";
import { daemons } from "../../lab/daemons";
import { kill, pidOf, start } from "../../lab/processes";
import { environment, labUp, testLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

/** Requests to each Service, at a rate at which they take ten seconds. */
const requests = 200;
const rate = 20;
const namespace = "test-faults";

/** Something that goes wrong while a stack is updated, and how that update must end. */
export interface FaultCase {
    readonly fault: string;
    /** "totals": every request is accounted for. Else what the error says. */
    readonly outcome: "totals" | RegExp;
    /** Does it, in the middle of an update or around it. */
    readonly act: (stack: TestStack) => Promise<void>;
    readonly config?: Readonly<Record<string, unknown>>;
    /** Makes good again what a start of the lab does not. */
    readonly undo?: () => Promise<void>;
}

/** What became of an update. */
export type Ended = { readonly totals: readonly string[] } | { readonly error: string };

let runs = 0;

/** Updates the stack anew, with the fault in the middle; then heals the lab, and updates it once more. */
export async function endOf(
    { act, config = {}, undo }: FaultCase,
    stack: TestStack,
): Promise<[during: Ended, after: Ended]> {
    const [during] = await Promise.all([
        updated(stack, { requests, rate, ...config, runId: String(++runs) }),
        act(stack),
    ]);
    await undo?.();
    await labUp();
    return [during, await updated(stack, { requests: 30, rate: 0, runId: String(++runs) })];
}

async function updated(stack: TestStack, config: Readonly<Record<string, unknown>>): Promise<Ended> {
    try {
        const { services } = assessmentOf(await stack.up({ namespace, ...config }));
        return {
            totals: services.flatMap(({ name, clients }) =>
                clients.map(({ requested, answered, pods, errors }) => {
                    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
                    const counted = pods.reduce((sum, { count }) => sum + count, failed);
                    const isWhole = counted === requested && requested === config["requests"];
                    return `${isWhole ? "" : "WRONG: "}${name} ${answered} answered, ${failed} failed`;
                }),
            ),
        };
    } catch (error) {
        return { error: errorIn(String(error)) };
    }
}

/** The lines that tell of the error, of all that Pulumi prints. */
function errorIn(text: string): string {
    const lines = text.split("\n").map((line) => line.trim());
    const from = lines.findIndex((line) => /^error: (?!update failed)/.test(line));
    return lines
        .slice(Math.max(0, from), from + 3)
        .filter((line) => line !== "")
        .join(" ");
}

/** Until the probe has sent a quarter of its requests. */
async function inTheMiddle(): Promise<void> {
    const binaries = await clusterBinaries();
    const job = ["--namespace", namespace, "--selector", "batch.kubernetes.io/job-name", "--container", "curl"];
    for (let second = 0; second < 120; second++) {
        await sleep(1_000);
        const tail = await kubectl(testLab, binaries, ["logs", ...job, "--tail", "1", "--since", "3s"]).catch(() => "");
        if (Number(/ (\d+) request /.exec(tail)?.[1] ?? 0) > requests / 4) {
            return;
        }
    }
    throw new Error("the probe did not come to the middle of its requests in two minutes");
}

const killed = (daemon: string): FaultCase => ({
    fault: `kill -9 of ${daemon}, and \`lab up\` three seconds later`,
    outcome: "totals",
    act: async () => {
        await inTheMiddle();
        await kill([(await pidOf(testLab, daemon)) ?? 0]);
        await sleep(3_000);
        await labUp();
    },
});

async function kubectlOnLab(...args: string[]): Promise<string> {
    return kubectl(testLab, await clusterBinaries(), args);
}

const probePods = ["--namespace", namespace, "--selector", "batch.kubernetes.io/job-name"];

export const faultCases: readonly FaultCase[] = [
    ...["kube-apiserver", "etcd", "kubelet", "containerd", "kube-proxy", "kube-controller-manager"].map(killed),
    {
        fault: "kill -9 of both CoreDNS processes",
        outcome: "totals",
        act: async () => {
            await inTheMiddle();
            await kill(await processesOf(testLab.cgroup, "/usr/local/bin/coredns"));
        },
    },
    {
        fault: "kill -9 of the client in its container, as out of memory is",
        outcome: /failed\. .*curl.*exit code 137/s,
        act: async () => {
            await inTheMiddle();
            await kill(await processesOf(testLab.cgroup, "/probe/curl.sh"));
        },
    },
    {
        fault: "the probe's pod is taken away at once, as by an eviction",
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
        fault: "kubelet rotates a container's log at 16 KiB, so that the API has only its end",
        outcome: /the log of test-faults\/\S+, container \S+: the log lacks line 0/,
        act: async () => {
            const binaries = await clusterBinaries();
            const kubelet = daemons(testLab, binaries).find(({ name }) => name === "kubelet");
            if (kubelet === undefined) {
                throw new Error("the lab has no kubelet");
            }
            await appendFile(
                join(testLab.controlPlane.etc, "kubelet.yaml"),
                "containerLogMaxSize: 16Ki\ncontainerLogMonitorInterval: 3s\n",
            );
            await kill([(await pidOf(testLab, "kubelet")) ?? 0]);
            await start(testLab, kubelet);
        },
    },
    {
        fault: "another stack is updated on the same cluster at once",
        outcome: "totals",
        act: async () => {
            const other = await TestStack.make("faults-other");
            try {
                await other.up();
            } finally {
                await other.remove();
            }
        },
    },
    {
        fault: "no node takes the probe's pod (a taint, as of a full disk)",
        outcome: /did not end in \d+ s; last seen: Pending: .*untolerated taint/,
        config: { requests: 1, rate: 0 },
        act: async () => {
            await kubectlOnLab("taint", "nodes", "--all", "disk=full:NoSchedule");
        },
        undo: async () => {
            await kubectlOnLab("taint", "nodes", "--all", "disk=full:NoSchedule-");
        },
    },
];

/** Ends a `pulumi up` in the middle, and tells how it ended itself and what the next one says. */
export async function interrupted(stack: TestStack, signal: "SIGINT" | "SIGKILL"): Promise<Ended[]> {
    await stack.configure({ namespace, requests, rate, runId: String(++runs) });
    const { name, workspace } = stack.stack;
    const running = execa("pulumi", ["up", "--stack", name, "--yes", "--skip-preview", "--non-interactive"], {
        ...{ cwd: workspace.workDir, env: await environment(), reject: false, all: true, stdin: "ignore" },
    });
    await inTheMiddle();
    running.kill(signal);
    const { all: text, exitCode, signal: by } = await running;
    const first = { error: `${by ?? `exit code ${exitCode}`}: ${errorIn(text)}` };
    const second = await updated(stack, { requests: 30, rate: 0, runId: String(++runs) });
    if (!("error" in second)) {
        return [first, second];
    }
    await stack.stack.cancel();
    return [first, second, await updated(stack, { requests: 30, rate: 0, runId: String(++runs) })];
}
