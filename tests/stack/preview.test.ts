import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { preview } from "./recordedStack";
import { onlyOf, unknown, type Registered } from "./registrations";

/** Something that another resource will only know when it is made. */
class Later extends pulumi.CustomResource {
    declare readonly value: pulumi.Output<never>;
    constructor(name: string) {
        super("test:index:Later", name, { value: undefined });
    }
}

const known: TrafficSplitArgs = { namespace: "shop", name: "web" };
const everything = [
    "kubernetes:apps/v1:Deployment",
    "kubernetes:batch/v1:Job",
    ...["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Namespace"],
    ...["kubernetes:core/v1:Service", "kubernetes:core/v1:Service"],
    "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs",
];

async function previewWithout(argument: keyof TrafficSplitArgs): Promise<readonly Registered[]> {
    const program = () => new TrafficSplit("split", { ...known, [argument]: new Later("later").value });
    const { resources, errors } = await preview(program);
    expect(errors).to.deep.equal([]);
    return resources.filter(({ custom, name }) => custom && name !== "later");
}

describe("a preview that does not know everything yet", () => {
    const arguments_: (keyof TrafficSplitArgs)[] = [
        ...([
            "namespace",
            "name",
            "replicas",
            "image",
            "probeImage",
            "sessionAffinity",
            "serviceType",
            "runId",
        ] as const),
    ];
    for (const argument of arguments_) {
        it(`shows all resources without the ${argument}`, async () => {
            const resources = await previewWithout(argument);
            expect(resources.map(({ type }) => type)).to.have.members(everything);
        });
    }

    it("does not know the namespace of anything without it", async () => {
        const resources = await previewWithout("namespace");
        expect(onlyOf(resources, "kubernetes:apps/v1:Deployment").metadata.namespace).to.equal(unknown);
    });

    it("knows all but the number of pods and the measurement without replicas", async () => {
        const resources = await previewWithout("replicas");
        const deployment = onlyOf(resources, "kubernetes:apps/v1:Deployment");
        expect(deployment.spec.replicas).to.equal(unknown);
        expect(deployment.metadata).to.deep.include({ name: "web", namespace: "shop" });
        const { spec } = onlyOf(resources, "kubernetes:batch/v1:Job");
        expect(spec.template.metadata.annotations).to.deep.equal({ "traffic-split/trigger": unknown });
        expect(spec.activeDeadlineSeconds).to.be.a("number");
    });

    it("has no measurement, and does not make one up", async () => {
        const { resources } = await preview(() => new TrafficSplit("split", known));
        const outputs = resources.find(({ name }) => name === "split")?.outputs;
        expect(outputs).to.deep.equal([{ namespace: "shop", measurement: unknown }]);
    });
});
