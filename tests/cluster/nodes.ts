import { expect } from "chai";
import { execa } from "execa";
import { clusterBinaries } from "../../lab/cluster";
import { daemons } from "../../lab/daemons";
import { removeLab } from "../../lab/down";
import { layout } from "../../lab/layout";
import { kill, pidOf } from "../../lab/processes";
import { labEnvironment } from "../../lab/shell";
import { shards } from "./shards";
import { guides } from "./guides";
import { tls } from "./tls";
import { leftSince, machineState, runLab } from "./testLab";

const minute = 60_000;
const lab = layout("nodes", 5, { nodes: 3, zones: 3 });
const names = ["--name", lab.name, "--subnet", "5"];

// Calls that reach any of three pods at random: that one pod is in none of 45 from one node, of three, has a chance of
// at most 9 * (2/3)^45 = 1.1e-7.
const calls = 45;

/** A cluster of three nodes in three zones, in a lab of its own. */
export function nodes(): void {
    describe("on a lab of three nodes", function () {
        this.timeout(5 * minute);
        let machineBefore: Record<string, string[]>;
        let pods: readonly EchoPod[];

        before(async () => {
            await removeLab(lab);
            machineBefore = await machineState(lab);
            await runLab("up", ...names, "--nodes", "3", "--zones", "3");
            await kubectl(["apply", "--filename", "-"], JSON.stringify(echo));
            await kubectl(["rollout", "status", "daemonset/echo", "--timeout=60s"]);
            const { items } = await get<{ items: PodObject[] }>("pods", "--selector", "app=echo");
            pods = items.map(({ metadata, spec, status }) => ({
                name: metadata.name,
                node: spec.nodeName,
                address: status.podIP,
            }));
        });

        after("take the lab down", async () => {
            await removeLab(lab);
            expect(await leftSince(lab, machineBefore)).to.deep.equal([]);
        });

        it("has a node in each zone", async () => {
            const { items } = await get<{ items: NodeObject[] }>("nodes");
            const seen = items.map(({ metadata, status }) => [
                metadata.name,
                metadata.labels["topology.kubernetes.io/zone"],
                status.conditions.find(({ type }) => type === "Ready")?.status,
            ]);
            expect(seen).to.deep.equal([
                ["nodes", "zone-a", "True"],
                ["nodes-2", "zone-b", "True"],
                ["nodes-3", "zone-c", "True"],
            ]);
        });

        it("gives each node's pods addresses of its own range", () => {
            expect(pods.map(({ node }) => node)).to.have.members(lab.nodes.map(({ name }) => name));
            for (const { node, address } of pods) {
                const range = lab.nodes.find(({ name }) => name === node)?.podRange ?? "";
                expect(address.split(".").slice(0, 3), node).to.deep.equal(range.split(".").slice(0, 3));
            }
        });

        it("carries packets between all pods, and leaves their source address as it is", async () => {
            for (const from of pods) {
                for (const to of pods.filter((each) => each !== from)) {
                    expect(await call(from, to.address)).to.deep.equal([{ node: to.node, source: from.address }]);
                }
            }
        });

        it("finds a Service by DNS from each node, and spreads its connections over all nodes", async () => {
            for (const from of pods) {
                const answers = await call(from, "echo.default.svc.cluster.local", calls);
                expect(answers).to.have.lengthOf(calls);
                const sources = answers.filter(({ node }) => node !== from.node).map(({ source }) => source);
                expect([...new Set(sources)], from.node).to.deep.equal([from.address]);
                const reached = new Set(answers.map(({ node }) => node));
                expect([...reached], from.node).to.have.members(pods.map(({ node }) => node));
            }
        });

        it("reads the logs of pods on each node", async () => {
            for (const { name } of pods) {
                expect(await kubectl(["logs", name])).to.contain("listening");
            }
        });

        shards(lab);
        tls(lab);

        guides(lab);

        it("heals each node, and starts nothing anew that runs", async () => {
            const before = await pids();
            for (const name of ["containerd-2", "kubelet-2", "kube-proxy-3"]) {
                await kill([before[name] ?? 0]);
            }
            await runLab("up", ...names);
            const { "containerd-2": runtime, "kubelet-2": kubelet, "kube-proxy-3": proxy, ...others } = await pids();
            for (const pid of [runtime, kubelet, proxy]) {
                expect(pid).to.be.a("number");
            }
            expect(before).to.include(others);
            for (const { name } of pods) {
                expect(await kubectl(["exec", name, "--", "node", "--version"])).to.match(/^v/);
            }
        });

        it("refuses another number of nodes", async () => {
            const error = await runLab("up", ...names, "--nodes", "2").catch((reason: unknown) => String(reason));
            expect(error).to.contain("--nodes: must be 3, the number of nodes of the lab, got 2");
        });
    });
}

interface EchoPod {
    readonly name: string;
    readonly node: string;
    readonly address: string;
}

interface PodObject {
    readonly metadata: { readonly name: string };
    readonly spec: { readonly nodeName: string };
    readonly status: { readonly podIP: string };
}

interface NodeObject {
    readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
    readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

async function kubectl(args: readonly string[], input = ""): Promise<string> {
    return (await execa("kubectl", args, { input, env: await labEnvironment(lab) })).stdout;
}

async function get<T>(...what: string[]): Promise<T> {
    return JSON.parse(await kubectl(["get", ...what, "--output", "json"])) as T;
}

/** What answers connections from a pod to a host: the node that each came to, and the address that it came from. */
async function call(from: EchoPod, host: string, times = 1): Promise<{ node: string; source: string }[]> {
    // curl closes after each answer, and makes one request for each number in the brackets.
    const curl = ["curl", "--no-progress-meter", "--fail", "--header", "Connection: close", "--max-time", "10"];
    const stdout = await kubectl(["exec", from.name, "--", ...curl, `http://${host}/?[1-${times}]`]);
    return stdout.split("\n").map((line) => JSON.parse(line) as { node: string; source: string });
}

async function pids(): Promise<Record<string, number | undefined>> {
    const list = daemons(lab, await clusterBinaries()).map(async ({ name }) => [name, await pidOf(lab, name)]);
    return Object.fromEntries(await Promise.all(list)) as Record<string, number | undefined>;
}

// Names the node, and the client as it sees it.
const server = `require("node:http")
    .createServer(({ socket }, response) => {
        response.end(JSON.stringify({ node: process.env.NODE, source: socket.remoteAddress }) + "\\n");
    })
    .listen(80, "0.0.0.0", () => console.log("listening"));`;

const labels = { app: "echo" };

const container = {
    name: "echo",
    image: "traffic-split.lab/probe:bookworm",
    command: ["node", "--eval", server],
    env: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 1 },
};

/** A pod on every node, and a Service over them. */
const echo = {
    apiVersion: "v1",
    kind: "List",
    items: [
        {
            apiVersion: "apps/v1",
            kind: "DaemonSet",
            metadata: { name: "echo" },
            spec: {
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: { terminationGracePeriodSeconds: 0, containers: [container] },
                },
            },
        },
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "echo" },
            spec: { selector: labels, ports: [{ port: 80 }] },
        },
    ],
};
