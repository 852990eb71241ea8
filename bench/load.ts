import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { processesIn, processesOf } from "../lab/cgroups";
import { parseClientLog } from "../split/protocol/clientLog";
import { benchLab, projectFolder, tools, type Tools } from "./benchLab";
import { counted } from "./counters";
import { interleaved, ratioRows } from "./interleaved";
import { makeLoadTools } from "./loadTools";

const namespace = "bench-load";
const connections = 20_000;
const concurrency = 8;

/**
 * New connections a second from one pod to a ClusterIP Service over three pods: the client `load`, which records pod,
 * address and latency of each, beside fortio, hey and wrk, which record less.
 *
 * @returns a section of Markdown
 */
export async function load(rounds: number): Promise<string> {
    const lab = await tools();
    const { image, folder } = await makeLoadTools();
    try {
        await lab.run("kubectl", ["apply", "--filename", "-"], workload(image, folder));
        for (const waiting of ["deployment/nginx", "deployment/tools"]) {
            await lab.run("kubectl", ["rollout", "status", waiting, `--namespace=${namespace}`, "--timeout=120s"]);
        }
        const of = ["service", "nginx", `--namespace=${namespace}`, "--output=jsonpath={.spec.clusterIP}"];
        const address = (await lab.run("kubectl", ["get", ...of])).trim();
        const source = readFileSync(join(projectFolder, "probe/clients/load.go"), "utf8");
        await inPod(lab, "cat > /tmp/load.go && cd /tmp && CGO_ENABLED=0 HOME=/tmp go build -o load load.go", source);
        const namespaces = await namespacesOf(lab);
        const lines: string[] = [];
        /** A slow round explains itself: what the kernel counted meanwhile is printed, and kept. */
        const explained = (name: string, run: () => Promise<number>) => async (round: number) => {
            const { result, line } = await counted(namespaces, run);
            lines.push(`- round ${round + 1}, ${name}, ${result.toFixed(0)} a second: ${line}`);
            console.error(lines.at(-1));
            return result;
        };
        const measured = await interleaved(rounds, {
            fortio: explained("fortio", () =>
                perSecond(
                    lab,
                    `/tools/fortio load -quiet -qps 0 -c ${concurrency} -n ${connections} -keepalive=false http://${address}/ 2>&1`,
                    /All done \d+ calls .*, ([\d.]+) qps/,
                ),
            ),
            "`load`": explained("load", () => ours(lab, address)),
            hey: explained("hey", () =>
                perSecond(
                    lab,
                    `/tools/hey -n ${connections} -c ${concurrency} -disable-keepalive http://${address}/`,
                    /Requests\/sec:\s+([\d.]+)/,
                ),
            ),
            wrk: explained("wrk", () =>
                perSecond(
                    lab,
                    `wrk --threads 2 --connections ${concurrency} --duration 3s --header 'Connection: close' http://${address}:80/`,
                    /Requests\/sec:\s+([\d.]+)/,
                ),
            ),
        });
        return `## New connections a second

${connections.toLocaleString("en")} connections (wrk: three seconds of them) from one pod to a ClusterIP Service over three
pods of the same node, by its address, so that none waits for DNS, ${concurrency} at once, a request on each, in turn,
${rounds} rounds; median (least to most). \`load\` records pod, address and times of each, and ends it by a reset.

| | a second | ratio to fortio |
| --- | --- | --- |
${ratioRows(measured, "fortio", 0).join("\n")}

What the kernel counted meanwhile in the network namespaces of the client, of all three pods and of the node:

${lines.join("\n")}
`;
    } finally {
        await lab.run("kubectl", ["delete", "namespace", namespace, "--ignore-not-found"]);
    }
}

/** Network namespaces of the client's pod, of the pods behind the Service, and of their node. */
async function namespacesOf(lab: Tools): Promise<Record<string, string[]>> {
    const client = (await inPod(lab, "readlink /proc/self/ns/net")).trim();
    const inClient = (await processesIn(benchLab.cgroup)).find((pid) => readlinkSync(`/proc/${pid}/ns/net`) === client);
    const servers = await processesOf(benchLab.cgroup, "nginx: master process");
    return {
        client: [`/proc/${inClient}/ns/net`],
        pods: servers.map((pid) => `/proc/${pid}/ns/net`),
        node: [`/run/netns/${benchLab.controlPlane.netns}`],
    };
}

async function perSecond(lab: Tools, command: string, pattern: RegExp): Promise<number> {
    const output = await inPod(lab, command);
    const found = pattern.exec(output)?.[1];
    if (found === undefined) {
        throw new Error(`${command}: no rate in ${output.slice(-500)}`);
    }
    return Number(found);
}

/** By its own log: from the start of the first request to the end of the last interval. */
async function ours(lab: Tools, address: string): Promise<number> {
    const command = `CONCURRENCY=${concurrency} RATE=0 /tmp/load load new ${connections} 80 nginx=${address}:80`;
    const log = parseClientLog(await inPod(lab, command));
    if (log.kind === "requests") {
        throw new Error("load prints a line for each request");
    }
    const failed = log.outcomes.filter(({ pod }) => pod === null);
    if (failed.length > 0) {
        throw new Error(`load failed: ${JSON.stringify(failed)}`);
    }
    const [first] = log.intervals;
    const last = log.intervals.at(-1);
    return connections / (((last?.start ?? NaN) + (last?.milliseconds ?? NaN) - (first?.start ?? NaN)) / 1000);
}

function inPod(lab: Tools, command: string, input = ""): Promise<string> {
    const exec = ["exec", "--stdin", `--namespace=${namespace}`, "deployment/tools", "--"];
    return lab.run("kubectl", [...exec, "/bin/busybox", "sh", "-c", command], input);
}

/** As JSON, which kubectl takes for YAML. */
function workload(image: string, folder: string): string {
    const deployment = (name: string, replicas: number, spec: object): object => ({
        ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } },
        spec: {
            replicas,
            selector: { matchLabels: { app: name } },
            template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, ...spec } },
        },
    });
    const service = { selector: { app: "nginx" }, ports: [{ port: 80 }] };
    const items = [
        { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
        deployment("nginx", 3, { containers: [{ name: "nginx", image: "traffic-split.lab/nginx-hostname:bookworm" }] }),
        { apiVersion: "v1", kind: "Service", metadata: { name: "nginx", namespace }, spec: service },
        deployment("tools", 1, {
            containers: [
                {
                    ...{ name: "tools", image, command: ["/bin/busybox", "sleep", "infinity"] },
                    volumeMounts: [{ name: "tools", mountPath: "/tools", readOnly: true }],
                },
            ],
            // The lab's node is this machine.
            volumes: [{ name: "tools", hostPath: { path: folder } }],
        }),
    ];
    return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}
