import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { ownerOfSplit, preview, stackOfSplit } from "./recordedStack";
import { allOf, onlyOf, type Registered } from "./registrations";

async function resourcesOf(args: TrafficSplitArgs, name = "split"): Promise<readonly Registered[]> {
    const { resources, errors } = await preview(() => new TrafficSplit(name, { name: "web", ...args }));
    expect(errors).to.deep.equal([]);
    return resources;
}

interface Metadata {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

for (const args of [{}, { workload: "StatefulSet" }, { tls: true }] as const) {
    describe(`the owner of all that the stack makes with ${JSON.stringify(args)}`, () => {
        let resources: readonly Registered[];
        before(async () => {
            resources = await resourcesOf(args);
        });

        it("is in a label of every object, and beside it the stack that it is, for a person", () => {
            const objects = resources.filter(({ type, custom }) => custom && type.startsWith("kubernetes:"));
            expect(objects.length).to.be.at.least(7);
            for (const { name, inputs } of objects) {
                const { labels, annotations } = inputs["metadata"] as Metadata;
                expect(labels, name).to.include({ "traffic-split/owner": ownerOfSplit });
                expect(annotations, name).to.include({ "traffic-split/stack": stackOfSplit });
            }
        });

        it("is in all selectors, and in the pods' labels, of which none is one that everybody uses", () => {
            const [headless, clusterIP] = allOf(resources, "kubernetes:core/v1:Service");
            const kind = "workload" in args ? "StatefulSet" : "Deployment";
            const { spec } = onlyOf(resources, `kubernetes:apps/v1:${kind}`);
            const { template: probe } = onlyOf(resources, "kubernetes:batch/v1:Job").spec;
            const { selector } = onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
            const pods = {
                "traffic-split/owner": ownerOfSplit,
                "traffic-split/workload": kind === "Deployment" ? "web" : "web-stateful",
            };
            expect(spec.template.metadata.labels).to.include(pods);
            for (const each of [
                headless?.spec.selector,
                clusterIP?.spec.selector,
                spec.selector.matchLabels,
                selector,
            ]) {
                expect(each).to.deep.equal(pods);
            }
            expect(probe.metadata.labels).to.include({
                "traffic-split/owner": ownerOfSplit,
                "traffic-split/component": "probe",
            });
            for (const { metadata } of [spec.template, probe]) {
                expect(Object.keys(metadata.labels).join()).to.not.match(/(^|,)(app|app\.kubernetes\.io\/\w+)(,|$)/);
            }
        });

        it("manages the fields of objects whose names somebody else may use by one name in all updates", () => {
            const named = resources.filter(({ type }) => /:(Namespace|Deployment|StatefulSet|Service)$/.test(type));
            const ofChart = "split-certificate-cert-manager-namespace";
            for (const { name, inputs } of named.filter((each) => each.name !== ofChart)) {
                const { annotations } = inputs["metadata"] as Metadata;
                expect(annotations, name).to.include({
                    "pulumi.com/patchFieldManager": `traffic-split-${ownerOfSplit}`,
                });
            }
        });
    });
}

describe("an owner", () => {
    const kept = (resources: readonly Registered[]): Registered[] =>
        resources.filter(({ type }) => type === "pulumi:index:Stash");

    it("is kept in the stack's state, where the first that was drawn stays", async () => {
        const [first, second] = [kept(await resourcesOf({})), kept(await resourcesOf({}))];
        expect(first.map(({ name }) => name)).to.deep.equal(["split-owner"]);
        expect(first[0]?.inputs["input"]).to.match(/^[0-9a-f-]{36}$/);
        // Another is drawn each time: only what the state has can be the same in the next update.
        expect(first[0]?.inputs["input"]).to.not.equal(second[0]?.inputs["input"]);
        expect([...first, ...second].map(({ ignoreChanges }) => ignoreChanges)).to.deep.equal([["input"], ["input"]]);
    });

    it("is another for each component of a stack", async () => {
        const { resources } = await preview(() => [
            new TrafficSplit("one", { name: "one" }),
            new TrafficSplit("two", { name: "two" }),
        ]);
        const owners = allOf(resources, "kubernetes:apps/v1:Deployment").map(
            ({ metadata }) => metadata.labels["traffic-split/owner"],
        );
        expect(owners).to.have.members(["kept-by-one-owner", "kept-by-two-owner"]);
    });
});
