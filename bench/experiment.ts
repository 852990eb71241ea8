import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tools, type Tools } from "./benchLab";
import { follow, type Moments } from "./eventLog";
import { interleaved, ratioRows, spread } from "./interleaved";

const namespaces = { pulumi: "traffic-split-article", kubectl: "kubectl-article" };

/**
 * The experiment of 2019 from nothing to its result: `pulumi up` of the stack `article` beside a shell script that does
 * it with kubectl, and where the time of `pulumi up` goes. What is taken away again is not timed.
 *
 * @returns a section of Markdown
 */
export async function experiment(rounds: number): Promise<string> {
    const lab = await tools();
    const traces: Phase[][] = [];
    const pulumi = async (): Promise<number> => {
        lab.freshBackend();
        await lab.run("pulumi", ["stack", "init", "article"]);
        try {
            const phases = await tracedUp(lab);
            traces.push(phases);
            return phases.reduce((sum, { seconds }) => sum + seconds, 0);
        } finally {
            await lab.run("pulumi", ["destroy", "--stack", "article", "--yes", "--skip-preview"]);
        }
    };
    const kubectl = async (): Promise<number> => {
        try {
            const start = performance.now();
            await lab.run(join(__dirname, "experiment.sh"), [namespaces.kubectl]);
            return (performance.now() - start) / 1000;
        } finally {
            await lab.run("kubectl", ["delete", "namespace", namespaces.kubectl, "--ignore-not-found"]);
        }
    };
    const measured = await interleaved(rounds, { "kubectl script": kubectl, "`pulumi up`": pulumi });
    const phases = (traces[0] ?? []).map(({ name }, i) => {
        return `| ${name} | ${spread(traces.map((trace) => trace[i]?.seconds ?? NaN))} |`;
    });
    return `## The whole experiment

\`pulumi up\` of the stack \`article\`, fresh each time, beside \`bench/experiment.sh\`, which makes the same with kubectl: three
pods, both Services, ten requests by curl to each, and a count. Until the result is told, in turn, ${rounds} rounds; median
(least to most).

| | seconds | ratio to the script |
| --- | --- | --- |
${ratioRows(measured, "kubectl script", 1).join("\n")}

Where the time of \`pulumi up\` goes, by the engine's event log and the timestamps of the pod's logs:

| from the end of the line above until | seconds |
| --- | --- |
${phases.join("\n")}
`;
}

interface Phase {
    readonly name: string;
    readonly seconds: number;
}

async function tracedUp(lab: Tools): Promise<Phase[]> {
    const folder = mkdtempSync(join(tmpdir(), "traffic-split-events-"));
    try {
        const start = Date.now();
        const log = join(folder, "events");
        const flags = ["--yes", "--skip-preview", "--suppress-outputs", "--event-log", log];
        const moments = await follow(log, lab.run("pulumi", ["up", "--stack", "article", ...flags]));
        return phasesOf(start, moments, Date.now(), await logTimes(lab));
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** When the first and the last line of each container's log was written, in milliseconds since 1970. */
async function logTimes(lab: Tools): Promise<Record<"resolver" | "curl", { first: number; last: number }>> {
    const namespace = ["--namespace", namespaces.pulumi];
    const job = (await lab.run("kubectl", ["get", "job", ...namespace, "--output", "name"])).trim();
    const times = async (container: string): Promise<{ first: number; last: number }> => {
        const args = ["logs", job, ...namespace, "--container", container, "--timestamps"];
        const lines = (await lab.run("kubectl", args)).split("\n").map((line) => Date.parse(line.split(" ")[0] ?? ""));
        return { first: lines[0] ?? NaN, last: lines.at(-1) ?? NaN };
    };
    return { resolver: await times("resolver"), curl: await times("curl") };
}

function phasesOf(
    start: number,
    { begun, done }: Moments,
    end: number,
    { resolver, curl }: Awaited<ReturnType<typeof logTimes>>,
): Phase[] {
    const resource = (map: Map<string, number>, name: string): number => map.get(`traffic-split${name}`) ?? NaN;
    const ends: [name: string, at: number][] = [
        ["Pulumi has started and the program is loaded", resource(begun, "")],
        ["the cluster has answered", resource(begun, "-namespace")],
        ["namespace, Services and nginx's ConfigMap stand", resource(begun, "-nginx-deployment")],
        ["three pods are ready, as Pulumi sees it", resource(done, "-nginx-deployment")],
        ["the probe's ConfigMap and Job stand", resource(done, "-probe-job-run")],
        ["the probe's pod has its network, and its resolver listens", resolver.first],
        ["DNS and both Services answer, and the client starts", curl.first],
        ["twenty requests were sent", curl.last],
        ["kubelet has noticed and ended the resolver", resolver.last],
        ["the logs are read and summarised", resource(done, "-probe-logs-collected")],
        ["Pulumi has stored outputs and ended", end],
    ];
    return ends.map(([name, at], i) => ({ name, seconds: (at - (ends[i - 1]?.[1] ?? start)) / 1000 }));
}
