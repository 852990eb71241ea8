import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { UpResult } from "@pulumi/pulumi/automation";
import axios from "axios";
import { expect } from "chai";
import { Agent } from "node:https";
import { readFileSync } from "node:fs";
import type { Measurement } from "../../split/measurement/measurement";
import { meanwhile } from "./meanwhile";
import { environment, testLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

/** The stack, from nothing to nothing. */
export function experiment(): void {
    describe("the experiment", () => {
        let stack: TestStack;
        let first: UpResult;
        let core: CoreV1Api;
        const namespace = "test-experiment";

        before(async () => {
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromFile((await environment(testLab))["KUBECONFIG"] ?? "");
            core = kubeconfig.makeApiClient(CoreV1Api);
            stack = await TestStack.make("experiment", testLab);
            first = await stack.up({ serviceType: "NodePort" });
        });

        after(() => {
            meanwhile(() => stack.remove());
        });

        it("accounts for every request of both Services", () => {
            for (const { clients } of assessmentOf(first).services) {
                const [client] = clients;
                const counted = client?.pods.reduce((sum, { count }) => sum + count, 0);
                expect(counted).to.equal(30);
                expect(client?.requested).to.equal(30);
                expect(client?.errors).to.deep.equal({});
            }
        });

        it("names pods that exist, with their addresses and nodes", async () => {
            const labelSelector = "traffic-split/workload=nginx";
            const { items } = await core.listNamespacedPod({ namespace, labelSelector });
            const known = items.map(({ metadata, spec, status }) => [metadata?.name, status?.podIP, spec?.nodeName]);
            const { pods } = assessmentOf(first);
            expect(pods.map(({ name, address, node }) => [name, address, node])).to.have.deep.members(known);
        });

        it("connects to the pod that answers (headless), to the Service's address (ClusterIP) and to the node's", () => {
            const { pods, services } = assessmentOf(first);
            const addressOf = new Map(pods.map(({ name, address }) => [name, address]));
            const node = testLab.controlPlane.address;
            for (const { kind, clusterIP, clients } of services) {
                for (const { pod, count, addresses } of clients.flatMap((client) => client.pods)) {
                    const through = kind === "NodePort" ? node : clusterIP;
                    const expected = kind === "headless" ? addressOf.get(pod) : through;
                    expect(addresses).to.deep.equal({ [expected ?? ""]: count });
                }
            }
        });

        it("records what DNS answers: all pods (headless), the Service's address (ClusterIP)", () => {
            const { pods, services } = assessmentOf(first);
            const [headless, clusterIP] = services.map(({ clients }) => clients[0]?.dns.addresses);
            expect(headless).to.have.members(pods.map(({ address }) => address));
            expect(clusterIP).to.deep.equal([services[1]?.clusterIP]);
        });

        it("shows every pod in its table", () => {
            const table = first.outputs["table"]?.value as string;
            for (const { name } of assessmentOf(first).pods) {
                expect(table).to.contain(name);
            }
        });

        it("answers from outside: through the API server's service proxy, and through a NodePort", async () => {
            const names = assessmentOf(first).pods.map(({ name }) => name);
            for (const service of ["nginxheadless", "nginxclusterip"]) {
                const path = `/api/v1/namespaces/${namespace}/services/${service}:http/proxy/`;
                const { data } = await api().get<string>(path);
                expect(names).to.include(data.trim());
            }
            const { spec } = await core.readNamespacedService({ namespace, name: "nginxclusterip" });
            const port = spec?.ports?.[0]?.nodePort;
            const { data } = await axios.get<string>(`http://${testLab.controlPlane.address}:${port}/`);
            expect(names).to.include(data.trim());
        });

        it("keeps no credentials in its state, and the measurement's part small", async () => {
            const state = JSON.stringify(await stack.stack.exportStack());
            const key = /client-key-data: (\S+)/.exec(readFileSync(testLab.kubeconfig, "utf8"))?.[1] ?? "";
            expect(key).to.have.length.above(100);
            expect(state).not.to.contain(key);
            expect(state).not.to.contain("BEGIN RSA PRIVATE KEY");
            const { resources } = (JSON.parse(state) as { deployment: { resources: { type: string }[] } }).deployment;
            const logs = resources.filter(({ type }) => type.endsWith(":CollectedLogs"));
            expect(JSON.stringify(logs)).to.have.length.within(1_000, 128 * 1024);
        });

        it("changes nothing when nothing changed", async () => {
            const again = await stack.up();
            expect(Object.keys(again.summary.resourceChanges ?? {})).to.deep.equal(["same"]);
            expect(assessmentOf(again)).to.deep.equal(assessmentOf(first));
        });

        const reruns: [string, Record<string, string | number>, number][] = [
            ["more replicas", { replicas: 4 }, 4],
            ["fewer replicas", { replicas: 2 }, 2],
            ["another runId", { runId: "again" }, 2],
            ["session affinity", { sessionAffinity: "ClientIP" }, 2],
        ];
        for (const [change, config, pods] of reruns) {
            it(`measures again after ${change}`, async () => {
                const before = (await stack.stack.outputs())["trafficSplit"]?.value as Measurement;
                const after = assessmentOf(await stack.up(config));
                expect(after.job).not.to.equal(before.job);
                expect(after.pods.filter(({ ready }) => ready)).to.have.lengthOf(pods);
                const [headless] = after.services;
                expect(headless?.clients[0]?.dns.addresses).to.have.lengthOf(pods);
            });
        }

        it("sends one client address to one pod, under session affinity", async () => {
            const { services } = (await stack.stack.outputs())["trafficSplit"]?.value as Measurement;
            expect(services[1]?.clients[0]?.pods.map(({ count }) => count)).to.deep.equal([30]);
        });

        it("does not measure again after a change that shapes no traffic", async () => {
            const before = (await stack.stack.outputs())["trafficSplit"]?.value as Measurement;
            const after = assessmentOf(await stack.up({ readyTimeoutSeconds: 120 }));
            expect(after).to.deep.equal(before);
        });

        it("is admitted by the restricted Pod Security level", async () => {
            const { metadata } = await core.readNamespace({ name: namespace });
            expect(metadata?.labels).to.include({ "pod-security.kubernetes.io/enforce": "restricted" });
        });

        it("leaves no namespace", async () => {
            await stack.stack.destroy({ color: "never" });
            const { items } = await core.listNamespace();
            expect(items.map(({ metadata }) => metadata?.name)).not.to.include(namespace);
        });
    });
}

/** The API server, as the cluster's administrator, verified by the cluster's own authority. */
function api() {
    const kubeconfig = new KubeConfig();
    kubeconfig.loadFromFile(testLab.kubeconfig);
    const decode = (text = ""): Buffer => Buffer.from(text, "base64");
    const user = kubeconfig.getCurrentUser();
    const cluster = kubeconfig.getCurrentCluster();
    const httpsAgent = new Agent({
        ca: decode(cluster?.caData),
        cert: decode(user?.certData),
        key: decode(user?.keyData),
    });
    return axios.create({ baseURL: cluster?.server ?? "", httpsAgent });
}
