import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import * as k8s from "@pulumi/kubernetes";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { TrafficSplit } from "../../components/trafficSplit";
import type { Assessment } from "../../split/assessment";
import { meanwhile } from "./meanwhile";
import { copyOfProject, environment, testLab } from "./testLab";

/** The component in somebody else's program. */
export function otherStack(): void {
    describe("in another stack, with an explicit provider and an existing namespace", () => {
        const namespace = "test-existing";
        let project: ReturnType<typeof copyOfProject>;
        let stack: Stack;

        before(async () => {
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromFile(testLab.kubeconfig);
            await kubeconfig.makeApiClient(CoreV1Api).createNamespace({ body: { metadata: { name: namespace } } });
            project = copyOfProject();
            // The shell's own kubeconfig leads nowhere: whatever is read comes through the provider.
            const envVars = { ...(await environment(testLab)), KUBECONFIG: "/nonexistent" };
            const program = {
                stackName: "other",
                projectName: "other",
                program: () => {
                    const provider = new k8s.Provider("lab", { kubeconfig: readFileSync(testLab.kubeconfig, "utf8") });
                    const split = new TrafficSplit(
                        "mine",
                        {
                            namespace,
                            createNamespace: false,
                            name: "web",
                            replicas: 2,
                            requests: 20,
                            image: "traffic-split.lab/nginx:bookworm",
                            probeImage: "traffic-split.lab/probe:bookworm",
                            clientImages: { curl: "traffic-split.lab/curl:bookworm" },
                        },
                        { provider },
                    );
                    return Promise.resolve({ assessment: split.assessment });
                },
            };
            stack = await LocalWorkspace.createOrSelectStack(program, { workDir: project.folder, envVars });
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

        it("leaves the namespace that it did not create", async () => {
            await stack.destroy({ color: "never" });
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromFile(testLab.kubeconfig);
            const { status } = await kubeconfig.makeApiClient(CoreV1Api).readNamespace({ name: namespace });
            expect(status?.phase).to.equal("Active");
        });
    });
}
