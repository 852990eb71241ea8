import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { preview } from "./recordedStack";
import { allOf, onlyOf, type Registered } from "./registrations";

const resourcesOf = async (args: TrafficSplitArgs): Promise<readonly Registered[]> =>
    (await preview(() => new TrafficSplit("split", { name: "web", ...args }))).resources;

const argumentsOf = (resources: readonly Registered[]): string[] | undefined =>
    onlyOf(resources, "kubernetes:batch/v1:Job").spec.template.spec.containers[0]?.command.slice(5);

describe("a StatefulSet in place of the Deployment", () => {
    let resources: readonly Registered[];
    before(async () => {
        resources = await resourcesOf({ workload: "StatefulSet", replicas: 2 });
    });

    it("names its pods below the headless Service, and starts them all at once", () => {
        expect(allOf(resources, "kubernetes:apps/v1:Deployment")).to.deep.equal([]);
        const { metadata, spec } = onlyOf(resources, "kubernetes:apps/v1:StatefulSet");
        expect(metadata.name).to.equal("web");
        expect(spec).to.deep.include({ serviceName: "webheadless", podManagementPolicy: "Parallel", replicas: 2 });
    });

    it("has pods that the Services select, and a Deployment's pods of the same name are none of them", async () => {
        const selected = (of: readonly Registered[]) => {
            const [first, second] = allOf(of, "kubernetes:core/v1:Service").map(({ spec }) => spec.selector);
            expect(first).to.deep.equal(second);
            return first;
        };
        const { spec } = onlyOf(resources, "kubernetes:apps/v1:StatefulSet");
        expect(spec.template.metadata.labels).to.include(selected(resources));
        expect(selected(await resourcesOf({}))).to.not.deep.equal(selected(resources));
    });

    it("has its first pod called by the pod's own name, too", () => {
        expect(argumentsOf(resources)).to.deep.equal([
            "80",
            "webheadless",
            "webclusterip",
            "web-0=web-0.webheadless:80",
        ]);
        const { services } = onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
        expect(services.at(-1)).to.deep.include({ name: "web-0", kind: "pod", service: "webheadless" });
    });
});

describe("a NodePort", () => {
    it("is called at the node that the probe runs on, which kubelet puts in", async () => {
        const resources = await resourcesOf({ serviceType: "NodePort" });
        // Which port it is, the cluster says later.
        const called = ["80", "webheadless", "webclusterip", "webclusterip-nodeport=$(NODE_ADDRESS):0"];
        expect(argumentsOf(resources)).to.deep.equal(called);
        const { containers, initContainers } = onlyOf(resources, "kubernetes:batch/v1:Job").spec.template.spec;
        for (const { name, env } of [...initContainers, ...containers]) {
            expect(env, name).to.deep.include({
                name: "NODE_ADDRESS",
                valueFrom: { fieldRef: { fieldPath: "status.hostIP" } },
            });
        }
    });
});
