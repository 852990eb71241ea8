import { execa } from "execa";
import { homedir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { clusterBinaries, kubectl } from "../../lab/cluster";
import type { FaultCase } from "./faultCase";
import { environment, labUp, brokenLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

/** Requests to each Service, at a rate at which they take ten seconds. */
export const requests = 200;
const rate = 20;
export const namespace = "test-faults";

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
    await labUp(brokenLab);
    // As it is, but for the fault: a measurement that failed is repeated without another runId.
    const next = { requests: 30, rate: 0, readyTimeoutSeconds: 110 };
    return [during, await updated(stack, "error" in during ? next : { ...next, runId: String(++runs) })];
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

/** The paragraph that tells of the error, of all that Pulumi prints. */
function errorIn(text: string): string {
    const lines = text.split("\n").map((line) => line.trim());
    const from = Math.max(
        0,
        lines.findIndex((line) => /^error: (?!update failed)/.test(line)),
    );
    const length = lines.slice(from).findIndex((line) => line === "" || /^(Outputs:|pulumi:pulumi:)/.test(line));
    return lines.slice(from, length === -1 ? undefined : from + length).join(" ");
}

/** For a cell of a table. */
export function told(end: Ended | undefined): string {
    const text = end === undefined ? "none" : "totals" in end ? `totals right: ${end.totals.join("; ")}` : end.error;
    return text.replaceAll("|", "\\|").replaceAll(homedir(), "~").replace(/\s+/g, " ").slice(0, 400);
}

/** Until the probe has sent a quarter of its requests. */
export async function inTheMiddle(): Promise<void> {
    const binaries = await clusterBinaries();
    const job = ["--namespace", namespace, "--selector", "batch.kubernetes.io/job-name", "--container", "curl"];
    for (let second = 0; second < 120; second++) {
        await sleep(1_000);
        const tail = await kubectl(brokenLab, binaries, ["logs", ...job, "--tail", "1", "--since", "3s"]).catch(
            () => "",
        );
        if (Number(/ (\d+) request /.exec(tail)?.[1] ?? 0) > requests / 4) {
            return;
        }
    }
    throw new Error("the probe did not come to the middle of its requests in two minutes");
}

/** How a `pulumi up` is ended in its middle. */
export interface Interruption {
    readonly what: string;
    /** SIGINT to its process group, as a terminal's Ctrl-C; the others to itself alone. */
    readonly signal: "SIGINT" | "SIGTERM" | "SIGKILL";
    readonly config?: Readonly<Record<string, unknown>>;
}

export const interruptions: readonly Interruption[] = [
    { what: "Ctrl-C in `pulumi up`", signal: "SIGINT" },
    { what: "SIGTERM to `pulumi up`", signal: "SIGTERM" },
    {
        what: "SIGTERM to `pulumi up` while a disruption has doubled the pods",
        signal: "SIGTERM",
        config: { disruption: "scale" },
    },
    { what: "kill -9 of `pulumi up`", signal: "SIGKILL" },
    {
        what: "kill -9 of `pulumi up` while a disruption has doubled the pods",
        signal: "SIGKILL",
        config: { disruption: "scale" },
    },
];

/** Ends a `pulumi up` in the middle, and tells how it ended itself, what the next one says, and what is left. */
export async function interrupted(stack: TestStack, { signal, config }: Interruption): Promise<Ended[]> {
    await stack.configure({ namespace, requests, rate, ...config, runId: String(++runs) });
    const { name, workspace } = stack.stack;
    const running = execa("pulumi", ["up", "--stack", name, "--yes", "--skip-preview", "--non-interactive"], {
        ...{ cwd: workspace.workDir, env: await environment(brokenLab), reject: false, all: true, stdin: "ignore" },
        detached: true,
    });
    await inTheMiddle();
    process.kill(signal === "SIGINT" ? -(running.pid ?? NaN) : (running.pid ?? NaN), signal);
    const signalled = Date.now();
    const { all: text, exitCode, signal: by } = await running;
    const first = endOfInterrupted(exitCode, by, text, Date.now() - signalled, await replicas());
    const next = { requests: 30, rate: 0, disruption: "none" };
    const second = await updated(stack, { ...next, runId: String(++runs) });
    if (!("error" in second)) {
        return [first, await withLeft(second)];
    }
    await stack.stack.cancel();
    return [first, second, await withLeft(await updated(stack, { ...next, runId: String(++runs) }))];
}

/** Milliseconds after which nobody waits for an update that was told to end. */
const mostMs = 10_000;

function endOfInterrupted(
    exitCode: number | undefined,
    by: string | undefined,
    text: string,
    ms: number,
    replicas: string,
): Ended {
    if (exitCode === 0) {
        return { totals: ["WRONG: it went on"] };
    }
    if (by !== "SIGKILL" && (ms > mostMs || replicas !== "3")) {
        return { totals: [`WRONG: it ended after ${ms} ms, and left ${replicas} replicas`] };
    }
    return { error: `${by ?? `exit code ${exitCode}`}: ${errorIn(text)}` };
}

/** Pods that the Deployment is told to have. */
async function replicas(): Promise<string> {
    const what = ["get", "deployment", "nginx", "--namespace", namespace, "--output", "jsonpath={.spec.replicas}"];
    return kubectl(brokenLab, await clusterBinaries(), what);
}

/** The same, with what should not be there any more beside the three pods and the last probe. */
async function withLeft(end: Ended): Promise<Ended> {
    const binaries = await clusterBinaries();
    const get = async (...what: string[]): Promise<number> => {
        const found = await kubectl(brokenLab, binaries, [
            "get",
            ...what,
            "--namespace",
            namespace,
            "--output",
            "name",
        ]);
        return found.split("\n").filter((line) => line !== "").length;
    };
    const selector = ["--selector", "traffic-split/workload=nginx"];
    for (let second = 0; ; second++) {
        const [jobs, pods] = [await get("jobs"), await get("pods", ...selector)];
        if ("error" in end || (jobs === 1 && pods === 3)) {
            return end;
        }
        if (second === 30) {
            return { totals: [`WRONG: ${jobs} Jobs and ${pods} pods behind the Services are left`, ...end.totals] };
        }
        await sleep(1_000);
    }
}
