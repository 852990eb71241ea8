import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import type { ExpectedSplits } from "../../split/theory/expectedSplits";
import { preview } from "./recordedStack";
import { onlyOf, unknown, type Inputs, type Registered } from "./registrations";

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
    "pulumi:index:Stash",
];

async function previewWithout(argument: keyof TrafficSplitArgs): Promise<readonly Registered[]> {
    const program = () => new TrafficSplit("split", { ...known, [argument]: new Later("later").value });
    const { resources, errors } = await preview(program);
    expect(errors).to.deep.equal([]);
    return resources.filter(({ custom, name }) => custom && name !== "later");
}

describe("a preview that does not know everything yet", () => {
    const arguments_: (keyof TrafficSplitArgs)[] = [
        ...(["namespace", "name", "replicas", "requests", "image", "probeImage", "clientImages", "runId"] as const),
        ...(["sessionAffinity", "serviceType", "internalTrafficPolicy", "trafficDistribution"] as const),
        ...(["publishNotReadyAddresses", "falseAlarmRate"] as const),
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
        expect(spec.template.metadata.annotations).to.include({ "traffic-split/trigger": unknown });
        expect(spec.activeDeadlineSeconds).to.be.a("number");
    });

    const outputsWith = async (args: TrafficSplitArgs): Promise<Inputs> => {
        const { resources } = await preview(() => new TrafficSplit("split", { ...known, ...args }));
        return resources.find(({ name }) => name === "split")?.outputs[0] ?? {};
    };
    it("has no measurement, and does not make one up, but says what to expect", async () => {
        const measured: unknown[] = [];
        const program = () => {
            const { assessment, comparison } = new TrafficSplit("split", known);
            assessment.apply((each) => measured.push(each));
            comparison.apply((each) => measured.push(each));
        };
        expect((await preview(program)).errors).to.deep.equal([]);
        expect(measured).to.deep.equal([]);
        const { expected, ...rest } = await outputsWith({ clients: ["curl", "go"] });
        expect(rest).to.deep.equal({ namespace: "shop" });
        expect(splitsOf(expected)).to.deep.equal({
            webheadless: { curl: "decided by the pods' addresses", go: "decided by the order of DNS" },
            webclusterip: { curl: "even over 3 pods", go: "even over 3 pods" },
        });
    });

    it("says how a change alters what to expect", async () => {
        const { expected } = await outputsWith({ clients: ["curl"], sessionAffinity: "ClientIP" });
        expect(splitsOf(expected)).to.have.property("webclusterip").that.deep.equals({ curl: "pinned per client" });
    });

    for (const argument of ["replicas", "sessionAffinity"] as const) {
        it(`does not know what to expect without the ${argument}`, async () => {
            const program = () => new TrafficSplit("split", { ...known, [argument]: new Later("later").value });
            const { resources } = await preview(program);
            const outputs = resources.find(({ name }) => name === "split")?.outputs;
            expect(outputs).to.deep.equal([{ namespace: "shop", expected: unknown }]);
        });
    }
});

function splitsOf(expected: unknown): Record<string, Record<string, string>> {
    const words = Object.entries(expected as ExpectedSplits).map(([service, clients]) => [
        service,
        Object.fromEntries(Object.entries(clients).map(([client, { split }]) => [client, split])),
    ]);
    return Object.fromEntries(words) as ReturnType<typeof splitsOf>;
}
