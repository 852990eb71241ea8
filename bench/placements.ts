import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Assessment } from "../split/verdict/assessment";

/**
 * Moves all pods to new addresses again and again, measures each placement, and prints as Markdown what rule 9 predicts
 * for curl on the headless Service beside what curl did: `node -r ./typescript.cjs bench/placements.ts [rounds]`, in a
 * shell with the lab's `env`, on the stack `dev`.
 */
async function main(rounds: number): Promise<void> {
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromDefault();
    const [core, apps] = [kubeconfig.makeApiClient(CoreV1Api), kubeconfig.makeApiClient(AppsV1Api)];
    const stack = await LocalWorkspace.selectStack({ stackName: "dev", workDir: join(__dirname, "..") });
    console.log("| client | pods | predicted | measured | verdict |\n| --- | --- | --- | --- | --- |");
    const outcomes = new Map<string, number>();
    for (let round = 1; round <= rounds; round++) {
        // Addresses are given in ascending order: moving twice every other round moves the client among the pods.
        for (let moves = 0; moves <= round % 2; moves++) {
            await reschedule(core, apps);
        }
        await stack.setConfig("traffic-split:runId", { value: `placement ${Date.now()}` });
        const { outputs } = await stack.up({ color: "never" });
        const assessment = outputs["trafficSplit"]?.value as Assessment;
        print(assessment);
        tally(assessment, outcomes);
    }
    await stack.removeConfig("traffic-split:runId");
    console.log("\n| Service, client and outcome | placements |\n| --- | --- |");
    outcomes.forEach((count, what) => {
        console.log(`| ${what} | ${count} |`);
    });
}

const namespace = "traffic-split";
const labelSelector = "traffic-split/workload=nginx";

async function reschedule(core: CoreV1Api, apps: AppsV1Api): Promise<void> {
    await core.deleteCollectionNamespacedPod({ namespace, labelSelector });
    for (;;) {
        const { status } = await apps.readNamespacedDeployment({ namespace, name: "nginx" });
        const { items } = await core.listNamespacedPod({ namespace, labelSelector });
        if (status?.readyReplicas === 3 && items.length === 3) {
            return;
        }
        await sleep(300);
    }
}

/** A line for one placement. The prediction is the expectation, which no count has a part in. */
function print({ probes, pods, services }: Assessment): void {
    const curl = services[0]?.clients.find(({ client }) => client === "curl");
    if (curl === undefined) {
        throw new Error("the stack has no client curl");
    }
    const { distribution } = curl.expectation;
    const predicted = pods.map(({ name }) => ((distribution?.[name] ?? 0) * 100).toFixed(0)).join(" / ");
    const measured = pods.map(({ name }) => curl.pods.find(({ pod }) => pod === name)?.count ?? 0).join(" / ");
    const addresses = pods.map(({ address }) => address).join(", ");
    console.log(`| ${probes[0]?.address} | ${addresses} | ${predicted} % | ${measured} | ${curl.verdict.outcome} |`);
}

function tally({ services }: Assessment, outcomes: Map<string, number>): void {
    for (const { name, clients } of services) {
        for (const { client, verdict, prediction } of clients) {
            const strayed = prediction === null ? 0 : prediction.compared - prediction.agreed;
            const what = `${name}, ${client}: ${verdict.outcome}${strayed === 0 ? "" : `, ${strayed} connections elsewhere`}`;
            outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
        }
    }
}

main(Number(process.argv[2] ?? 20)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
});
