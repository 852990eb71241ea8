import { ApiextensionsV1Api, CoordinationV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import type { UpResult } from "@pulumi/pulumi/automation";
import axios from "axios";
import { expect } from "chai";
import { Agent } from "node:https";
import type { Layout } from "../../lab/layout";
import { rotation } from "./rotation";
import { assessmentOf, TestStack } from "./testStack";

const all = ["curl", "curl-musl", "node", "python", "go", "round-robin", "curl-kept-alive", "load"];

/** How often one true verdict may be called a contradiction: of 16 below, in fewer than 2 of 100 million runs. */
const falseAlarmRate = 1e-9;

/** Where this is the machine's first stack with TLS, the lab builds cert-manager during the update, beside other tests. */
const firstUpdate = 30 * 60_000;

/** HTTPS, from a cluster without cert-manager and back. */
export function tls(lab: Layout): void {
    describe("with tls", () => {
        let stack: TestStack;
        let core: CoreV1Api;
        let leases: CoordinationV1Api;
        let definitions: ApiextensionsV1Api;
        let result: UpResult;

        before(async () => {
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromFile(lab.kubeconfig);
            core = kubeconfig.makeApiClient(CoreV1Api);
            leases = kubeconfig.makeApiClient(CoordinationV1Api);
            definitions = kubeconfig.makeApiClient(ApiextensionsV1Api);
            stack = await TestStack.make("tls", lab);
        });

        after(() => stack.remove());

        it("loses no request of any client, on connections that each did a handshake, in one update from nothing", async () => {
            const config = { tls: true, serviceType: "NodePort", falseAlarmRate: String(falseAlarmRate) };
            result = await stack.up({ ...config, clients: all, requests: 20 });
            for (const { name, clients } of assessmentOf(result).services) {
                expect(clients.map(({ client }) => client)).to.deep.equal(all);
                for (const { client, answered, errors, latencyMs, verdict } of clients) {
                    expect({ answered, errors }, `${client} at ${name}`).to.deep.equal({ answered: 20, errors: {} });
                    expect(latencyMs?.handshake?.p50, `${client} at ${name}`).to.be.above(0);
                    expect(verdict.outcome, verdict.sentence).not.to.equal("contradicts expectation");
                }
            }
        }).timeout(firstUpdate);

        it("answers who trusts its authority from outside, by a Service's name and by no other", async () => {
            const ca = result.outputs["caCertificate"]?.value as string;
            const { spec } = await core.readNamespacedService({ namespace: "test-tls", name: "nginxclusterip" });
            const [node] = (await core.listNode()).items;
            const address = node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
            const get = async (servername: string): Promise<string> => {
                const httpsAgent = new Agent({ ca, servername });
                const url = `https://${address}:${spec?.ports?.[0]?.nodePort}/`;
                return (await axios.get<string>(url, { httpsAgent })).data.trim();
            };
            const names = ["nginxheadless", "nginxclusterip.test-tls.svc", "10-0-0-1.nginxheadless.test-tls.svc"];
            const pods = assessmentOf(result).pods.map(({ name }) => name);
            for (const name of names) {
                expect(pods).to.include(await get(name));
            }
            const refusal = await get("nginx").catch((error: unknown) => String(error));
            expect(refusal).to.include("does not match certificate's altnames");
        });

        it("keeps neither key nor token in its state", async () => {
            const state = await stack.storedState();
            expect(state).to.not.match(/PRIVATE KEY|"tls\.key"/);
            await stack.stack.refresh({ color: "never" });
            const refreshed = await stack.storedState();
            expect(refreshed)
                .to.contain("ciphertext")
                .and.not.match(/PRIVATE KEY|"tls\.key"/);
            const { items } = await core.listNamespacedSecret({ namespace: "test-tls" });
            const keys = items.flatMap(({ data }) => data?.["tls.key"] ?? []);
            expect(keys).to.have.length(2);
            for (const key of keys) {
                const [, line = ""] = Buffer.from(key, "base64").toString().split("\n");
                expect(line).to.have.length.above(40);
                expect(state.includes(key) || state.includes(line)).to.equal(false);
                // A refresh reads what is in the cluster: then it is there, encrypted.
                expect(refreshed.includes(key) || refreshed.includes(line)).to.equal(false);
            }
            expect((await stack.stack.preview({ color: "never" })).changeSummary).to.have.all.keys("same");
        });

        rotation(lab);

        // Of its own, as tests run before what is described beside them.
        describe("when it is destroyed", () => {
            it("leaves nothing of cert-manager's behind", async () => {
                await stack.stack.destroy({ color: "never" });
                const kept = [
                    ...(await definitions.listCustomResourceDefinition()).items,
                    ...(await core.listNamespace()).items,
                    ...(await leases.listNamespacedLease({ namespace: "kube-system" })).items,
                ].map(({ metadata }) => metadata?.name ?? "");
                expect(kept.filter((name) => /cert-manager|test-tls/.test(name))).to.deep.equal([]);
            });
        });
    });
}
