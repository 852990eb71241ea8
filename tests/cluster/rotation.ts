import { BatchV1Api, CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { expect } from "chai";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import type { Layout } from "../../lab/layout";
import { makeAccount, onLabOf, roleText, type Account } from "./account";
import { assessmentOf, TestStack } from "./testStack";

const namespace = "test-rotation";
const certificates = { group: "cert-manager.io", version: "v1", namespace, plural: "certificates" };

/** A certificate that is renewed while clients call, by a cert-manager that is in the cluster already. */
export function rotation(lab: Layout): void {
    describe("with a cert-manager that is there, and the rights of both files in docs", () => {
        let account: Account;
        let stack: TestStack;
        let core: CoreV1Api;
        let batch: BatchV1Api;
        let objects: CustomObjectsApi;

        before(async () => {
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromFile(lab.kubeconfig);
            core = kubeconfig.makeApiClient(CoreV1Api);
            batch = kubeconfig.makeApiClient(BatchV1Api);
            objects = kubeconfig.makeApiClient(CustomObjectsApi);
            account = await makeAccount(lab, "rotating", ["clusterRole.yaml", "clusterRole.tls.yaml"].map(roleText));
            stack = await TestStack.make("rotation", lab, { KUBECONFIG: account.kubeconfig });
        });

        after(async () => {
            await stack.remove();
            await account.remove();
        });

        it("does not install another", async () => {
            const refusal = "installCertManager: must be false, got true; the cluster has cert-manager already";
            expect(await stack.failingUp({ tls: true })).to.contain(refusal);
            expect((await stack.resourceTypes()).filter((type) => type.startsWith("kubernetes"))).to.deep.equal([]);
        });

        it("serves a renewed certificate without one failed request", async () => {
            const config = { tls: true, installCertManager: false, serviceType: "NodePort", clients: ["load"] };
            const update = stack.up({ ...config, requests: 640, rate: 40 });
            const renewal = renew();
            const [result, { before, after, isMeasuring }] = await Promise.all([update, renewal]);
            expect(after).to.not.equal(before);
            expect(isMeasuring, "the measurement went on when all pods served the new one").to.equal(true);
            for (const { name, clients } of assessmentOf(result).services) {
                const { answered, errors } = clients[0] ?? {};
                expect({ name, answered, errors }).to.deep.equal({ name, answered: 640, errors: {} });
            }
        });

        /** Renews the certificate while requests are sent, and waits until every pod serves the new one. */
        async function renew(): Promise<{ before: string; after: string; isMeasuring: boolean }> {
            await until("requests are sent", isMeasuringNow);
            const before = await serial();
            const { items } = (await objects.listNamespacedCustomObject(certificates)) as {
                items: { metadata: { name: string }; spec: { isCA?: boolean }; status: { conditions: object[] } }[];
            };
            const [serving] = items.filter(({ spec }) => spec.isCA !== true);
            // As cert-manager's own command for it does.
            const issuing = { type: "Issuing", status: "True", reason: "ManuallyTriggered", message: "test" };
            const patch = { status: { conditions: [...(serving?.status.conditions ?? []), issuing] } };
            const path = [`certificate/${serving?.metadata.name}`, "--namespace", namespace, "--subresource", "status"];
            await onLabOf(lab, ["patch", ...path, "--type", "merge", "--patch", JSON.stringify(patch)]);
            let looked = 0;
            await until("every pod serves the renewed certificate", async () => {
                // kubelet looks at a pod's Secrets when it looks at the pod: at the latest after a minute or so, or
                // now.
                const pods = ["pods", "--selector", "traffic-split/workload=nginx", "--namespace", namespace];
                await onLabOf(lab, ["annotate", ...pods, "--overwrite", `test/look=${looked++}`]);
                // Of 40 connections, one of three pods is missed in fewer than 3 of 10 million runs.
                const serials = await Promise.all(Array.from({ length: 40 }, serial));
                return !serials.includes(before);
            });
            return { before, after: await serial(), isMeasuring: await isMeasuringNow() };
        }

        async function isMeasuringNow(): Promise<boolean> {
            const { items } = await batch.listNamespacedJob({ namespace });
            const pods = await core.listNamespacedPod({
                namespace,
                labelSelector: "traffic-split/component=probe",
            });
            const containers = pods.items.flatMap(({ status }) => status?.containerStatuses ?? []);
            return items.length > 0 && containers.some(({ state }) => state?.running !== undefined);
        }

        /** Serial number of the certificate that some pod serves. */
        async function serial(): Promise<string> {
            const { spec } = await core.readNamespacedService({ namespace, name: "nginxclusterip" });
            const [node] = (await core.listNode()).items;
            const host = node?.status?.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
            const { items } = await core.listNamespacedSecret({ namespace });
            const ca = items.flatMap(({ data }) => Buffer.from(data?.["ca.crt"] ?? "", "base64").toString());
            const socket = connect({ host, port: spec?.ports?.[0]?.nodePort ?? 0, servername: "nginxclusterip", ca });
            await once(socket, "secureConnect");
            const { serialNumber } = socket.getPeerCertificate();
            socket.destroy();
            return serialNumber;
        }
    });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 90_000; !(await isSo());) {
        if (Date.now() > deadline) {
            throw new Error(`after 90 s, not so: ${what}`);
        }
        await sleep(500);
    }
}
