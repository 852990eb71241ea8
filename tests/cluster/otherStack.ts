import { AppsV1Api, CoreV1Api, DiscoveryV1Api, KubeConfig } from "@kubernetes/client-node";
import * as k8s from "@pulumi/kubernetes";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { TrafficSplit } from "../../components/trafficSplit";
import type { Assessment } from "../../split/verdict/assessment";
import { meanwhile } from "./meanwhile";
import { TestStack } from "./testStack";
import { copyOfProject, environment, testLab } from "./testLab";

const namespace = "test-existing";

/** The component in somebody else's program, in a namespace that has objects of others already. */
export function otherStack(): void {
    describe("in another stack, with an explicit provider and an existing namespace", () => {
        let project: ReturnType<typeof copyOfProject>;
        let stack: Stack;
        let core: CoreV1Api;
        let apps: AppsV1Api;
        let discovery: DiscoveryV1Api;

        before(async () => {
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromFile(testLab.kubeconfig);
            core = kubeconfig.makeApiClient(CoreV1Api);
            apps = kubeconfig.makeApiClient(AppsV1Api);
            discovery = kubeconfig.makeApiClient(DiscoveryV1Api);
            await core.createNamespace({ body: { metadata: { name: namespace } } });
            // Somebody's own, by the labels that everybody uses.
            const labels = { "app.kubernetes.io/name": "web" };
            const containers = [{ name: "theirs", image: "traffic-split.lab/pause:bookworm" }];
            const spec = {
                selector: { matchLabels: labels },
                template: { metadata: { labels }, spec: { containers } },
            };
            await apps.createNamespacedDeployment({ namespace, body: { metadata: { name: "nginx" }, spec } });
            const service = { metadata: { name: "theirs" }, spec: { selector: labels, ports: [{ port: 80 }] } };
            await core.createNamespacedService({ namespace, body: service });
            project = copyOfProject();
            stack = await stackOf("other", "web");
        });

        after(() => {
            meanwhile(async () => {
                await stack.destroy({ color: "never" });
                project.remove();
            });
        });

        it("measures in the provider's cluster", async () => {
            const { outputs } = await stack.up({ color: "never" });
            const { services } = outputs["assessment"]?.value as Assessment;
            expect(services.map(({ name }) => name)).to.deep.equal(["webheadless", "webclusterip"]);
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([20, 20]);
        });

        it("counts nobody else's pods, and has none behind anybody else's Service", async () => {
            const { assessment } = await stack.outputs();
            const own = (assessment?.value as Assessment).pods.map(({ name }) => name);
            expect(own).to.have.length(2);
            const [theirs, ...more] = await endpointsOf("theirs");
            expect(more).to.deep.equal([]);
            expect(theirs).to.match(/^nginx-/);
            expect(await endpointsOf("webheadless")).to.have.members(own);
        });

        for (const [what, name, named] of [
            [
                "of another stack",
                "web",
                /Deployment test-existing\/web, which belongs to organization\/[^/]+\/other\/mine .*; Service test-existing\/webheadless, .*; Service test-existing\/webclusterip, /,
            ],
            [
                "of somebody's own",
                "nginx",
                /Deployment test-existing\/nginx, which has no label traffic-split\/owner; set another name /,
            ],
        ] as const) {
            it(`refuses by name what is ${what}, and touches none of it, neither then nor when it is destroyed`, async () => {
                const before = await uids();
                const second = await TestStack.make(`second-${name}`, testLab);
                try {
                    const config = { namespace, createNamespace: false, name, replicas: 2 };
                    expect(await second.failingUp(config)).to.match(named);
                    expect(await uids()).to.deep.equal(before);
                } finally {
                    await second.remove();
                }
                expect(await uids()).to.deep.equal(before);
            }).timeout(300_000);
        }

        it("takes up what a cancelled update made and never noted", async () => {
            const before = await uids();
            const state = await stack.exportStack();
            const { resources } = state.deployment as { resources: { type: string }[] };
            // What comes first: the owner is among it.
            const noted = resources.filter(({ type }) => /^pulumi:|:TrafficSplit$/.test(type));
            const deployment: object = { ...(state.deployment as object), resources: noted };
            await stack.importStack({ ...state, deployment });
            await stack.up({ color: "never" });
            const after = await uids();
            const named = Object.entries(before).filter(([name]) => !name.startsWith("Pod/"));
            for (const [name, uid] of named) {
                expect(after[name], name).to.equal(uid);
            }
        }).timeout(300_000);

        it("leaves the namespace that it did not create, and what it did not make there", async () => {
            await stack.destroy({ color: "never" });
            const { status } = await core.readNamespace({ name: namespace });
            expect(status?.phase).to.equal("Active");
            const left = Object.keys(await uids()).filter((name) => !name.startsWith("Pod/mine-probe-job"));
            expect(left.map((name) => name.replace(/-.*/, ""))).to.deep.equal([
                ...["Deployment/nginx", "Pod/nginx", "Service/theirs"],
            ]);
        });

        /** A stack with the component `mine`, by this name for what it makes. */
        async function stackOf(stackName: string, name: string): Promise<Stack> {
            // The shell's own kubeconfig leads nowhere: whatever is read comes through the provider.
            const envVars: Record<string, string> = { ...(await environment(testLab)), KUBECONFIG: "/nonexistent" };
            process.env["PATH"] = envVars["PATH"];
            const program = (): Promise<Record<string, unknown>> => {
                const provider = new k8s.Provider("lab", { kubeconfig: readFileSync(testLab.kubeconfig, "utf8") });
                const split = new TrafficSplit(
                    "mine",
                    {
                        namespace,
                        createNamespace: false,
                        name,
                        replicas: 2,
                        requests: 20,
                        clients: ["curl"],
                        image: "traffic-split.lab/nginx:bookworm",
                        probeImage: "traffic-split.lab/probe:bookworm",
                        clientImages: { curl: "traffic-split.lab/curl:bookworm" },
                    },
                    { provider },
                );
                return Promise.resolve({ assessment: split.assessment });
            };
            const inline = { stackName, projectName: "other", program };
            return LocalWorkspace.createOrSelectStack(inline, { workDir: project.folder, envVars });
        }

        /** Names of the pods that a Service sends to. */
        async function endpointsOf(service: string): Promise<string[]> {
            const labelSelector = `kubernetes.io/service-name=${service}`;
            for (;;) {
                const { items } = await discovery.listNamespacedEndpointSlice({ namespace, labelSelector });
                const ready = items.flatMap(({ endpoints }) =>
                    endpoints.filter(({ conditions }) => conditions?.ready === true),
                );
                if (ready.length > 0) {
                    return ready.map(({ targetRef }) => targetRef?.name ?? "");
                }
                await sleep(300);
            }
        }

        /** By kind and name, the uid of everything that could be taken over. */
        async function uids(): Promise<Record<string, string | undefined>> {
            const kinds = {
                Deployment: (await apps.listNamespacedDeployment({ namespace })).items,
                Pod: (await core.listNamespacedPod({ namespace })).items,
                Service: (await core.listNamespacedService({ namespace })).items,
            };
            return Object.fromEntries(
                Object.entries(kinds).flatMap(([kind, items]) =>
                    items.map(({ metadata }) => [`${kind}/${metadata?.name}`, metadata?.uid]),
                ),
            );
        }
    });
}
