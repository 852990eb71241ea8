import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { OutputMap } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { setTimeout as sleep } from "node:timers/promises";
import type { AssessedClient, Assessment } from "../../split/verdict/assessment";
import type { Comparison } from "../../split/verdict/comparison";
import { meanwhile } from "./meanwhile";
import { testLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

const namespace = "test-clients";
const all = ["curl", "curl-musl", "node", "python", "go", "round-robin", "curl-kept-alive"];

/**
 * How often one true verdict may be called a contradiction: with fewer than 200 of them below, chance makes these tests
 * fail in fewer than 2 of 10 million runs.
 */
const falseAlarmRate = 1e-9;

/** Every client there is, against what theory says of it. */
export function clients(): void {
    describe("every client", () => {
        let stack: TestStack;
        let core: CoreV1Api;
        let apps: AppsV1Api;

        before(async () => {
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromFile(testLab.kubeconfig);
            [core, apps] = [kubeconfig.makeApiClient(CoreV1Api), kubeconfig.makeApiClient(AppsV1Api)];
            stack = await TestStack.make("clients", testLab);
            await stack.configure({ falseAlarmRate: String(falseAlarmRate), requests: 60 });
        });

        after(() => {
            meanwhile(() => stack.remove());
        });

        it("contradicts theory nowhere, and each connection goes where its own DNS answer says", async () => {
            const measured = assessmentOf(await stack.up({ clients: all }));
            expect(measured.cluster).to.deep.include({ proxy: "nftables" });
            expect(measured.cluster.dns).to.deep.include({ loadbalance: "round_robin", order: "shuffled" });
            for (const { name, clients: each } of measured.services) {
                expect(each.map(({ client }) => client)).to.deep.equal(all);
                for (const { client, answered, verdict, prediction, connection, connections } of each) {
                    expect(answered, `${client} at ${name}`).to.equal(60);
                    expect(verdict.outcome, verdict.sentence).not.to.equal("contradicts expectation");
                    expect(connections).to.equal(connection === "new" ? 60 : 1);
                    const isHeadless = name.endsWith("headless");
                    expect(prediction, client).to.deep.equal(
                        isHeadless ? { compared: connections, agreed: connections, fallbacks: {} } : null,
                    );
                }
            }
            const [headless, clusterIP] = measured.services;
            expect(of(headless?.clients, "round-robin").verdict.outcome).to.equal("as expected");
            expect(of(clusterIP?.clients, "curl-kept-alive").verdict.outcome).to.equal("as expected");
            expect(of(clusterIP?.clients, "curl-kept-alive").expectation.reason.tag).to.equal("kept-alive");
        });

        it("is predicted pod by pod on fresh placements", async () => {
            for (const runId of ["first", "second"]) {
                await reschedule();
                const measured = assessmentOf(await stack.up({ clients: ["curl"], runId }));
                const curl = of(measured.services[0]?.clients, "curl");
                expect(curl.expectation.reason.tag).to.equal("longest-prefix");
                const predicted = curl.expectation.candidates ?? [];
                expect(predicted).to.include.members(curl.pods.map(({ pod }) => pod));
                expect(curl.verdict.outcome, curl.verdict.sentence).not.to.equal("contradicts expectation");
            }
        });

        it("is compared with the run before, which had other pods", async () => {
            const { outputs } = await stack.up({ runId: "third" });
            const { services } = outputs["comparison"]?.value as Comparison;
            const change = services["nginxclusterip"]?.["curl"];
            expect(change).to.deep.include({ matched: "by name" });
            expect(change?.before.reduce((sum, n) => sum + n, 0)).to.equal(60);
            expect(change?.changed, JSON.stringify(change)).to.be.false;
        });

        it("is pinned by session affinity, as expected, at its node's port too, and by a pod's own name", async () => {
            const others = { serviceType: "NodePort", workload: "StatefulSet" };
            const result = await stack.up({ sessionAffinity: "ClientIP", ...others });
            const { services } = assessmentOf(result);
            const [, clusterIP, nodePort, pod] = services.map(({ clients: each }) => of(each, "curl"));
            for (const curl of [clusterIP, nodePort]) {
                expect(curl?.expectation.reason.tag).to.equal("client-affinity");
                expect(curl?.verdict).to.deep.include({ outcome: "as expected", facts: ["pinned to one pod"] });
            }
            expect(pod?.expectation.candidates).to.deep.equal(["nginx-0"]);
            expect(pod?.pods.map((each) => [each.pod, each.count])).to.deep.equal([["nginx-0", 60]]);
            const expected = result.outputs["expected"]?.value as Record<string, Record<string, { split: string }>>;
            expect(expected["nginxclusterip"]?.["curl"]?.split).to.equal("pinned per client");
        });

        it("fails the update that does not meet a requirement, and stores what was measured", async () => {
            const before = (await outputs())["trafficSplit"]?.value as Assessment;
            const error = await stack.failingUp({
                ...{ sessionAffinity: "None", serviceType: "ClusterIP", workload: "Deployment" },
                require: ["nginxclusterip.curl: pinned to one pod", "failedRequests <= 0"],
            });
            expect(error).to.match(
                /require: nginxclusterip\.curl: pinned to one pod: not met by curl at nginxclusterip\./,
            );
            expect(error).not.to.include("failedRequests <= 0");
            const after = (await outputs())["trafficSplit"]?.value as Assessment;
            expect(after.job).not.to.equal(before.job);
            expect(of(after.services[1]?.clients, "curl").answered).to.equal(60);
        });

        it("is told which pod is not ready, where the Service publishes such", async () => {
            const { spec } = await apps.readNamespacedDeployment({ namespace, name: "nginx" });
            const labels = spec?.selector.matchLabels ?? {};
            await core.createNamespacedPod({ namespace, body: neverReady("unready", labels) });
            while ((await core.readNamespacedPod({ namespace, name: "unready" })).status?.podIP === undefined) {
                await sleep(200);
            }
            // That none of 150 connections draws one pod of four has a chance of 2e-19.
            const measured = assessmentOf(
                await stack.up({ require: [], publishNotReadyAddresses: true, requests: 150 }),
            );
            const curl = of(measured.services[1]?.clients, "curl");
            expect(curl.answered).to.be.below(150);
            expect(curl.notes.join(" ")).to.match(
                /requests failed; unready is not ready, and publishNotReadyAddresses/,
            );
            expect(curl.expectation.reason.sentence).to.include("unready");
            expect(curl.verdict.outcome, curl.verdict.sentence).not.to.equal("contradicts expectation");
        });

        async function outputs(): Promise<OutputMap> {
            return stack.stack.outputs();
        }

        /** New pods at new addresses for all replicas. */
        async function reschedule(): Promise<void> {
            await core.deleteCollectionNamespacedPod({ namespace, labelSelector: "traffic-split/workload=nginx" });
            for (;;) {
                const { status } = await apps.readNamespacedDeployment({ namespace, name: "nginx" });
                const { items } = await core.listNamespacedPod({
                    namespace,
                    labelSelector: "traffic-split/workload=nginx",
                });
                if (status?.readyReplicas === 3 && items.length === 3) {
                    return;
                }
                await sleep(300);
            }
        }
    });
}

function of(each: readonly AssessedClient[] = [], name: string): AssessedClient {
    const found = each.find(({ client }) => client === name);
    if (found === undefined) {
        throw new Error(`there is no client ${name}`);
    }
    return found;
}

function neverReady(name: string, labels: Record<string, string>): object {
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    const readinessProbe = { httpGet: { path: "/", port: 80 } };
    return {
        metadata: { name, labels },
        spec: {
            securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
            containers: [{ name, image: "traffic-split.lab/pause:bookworm", securityContext, readinessProbe }],
            terminationGracePeriodSeconds: 0,
        },
    };
}
