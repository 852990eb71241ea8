import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Certificate } from "../../components/workload/certificate";
import { calledServices } from "../../components/probe/calledServices";
import { JobLogs } from "../../components/jobLogs/jobLogs";
import { NginxHostname } from "../../components/workload/nginxHostname";
import { ProbeJob } from "../../components/probe/probeJob";
import { ServiceProbe } from "../../components/serviceProbe";
import { pairServices } from "../../components/workload/pairServices";
import { ServicePair } from "../../components/workload/servicePair";
import { TrafficSplit } from "../../components/trafficSplit";
import { kubeconfig, preview } from "./recordedStack";
import { type Registered } from "./registrations";

type Make = (name: string, opts?: pulumi.ComponentResourceOptions) => pulumi.ComponentResource;

const namespace = "shop";
const names = { headless: "webheadless", clusterIP: "webclusterip" };
const services = pairServices({
    name: "web",
    workload: "StatefulSet",
    tls: false,
    serviceType: "NodePort",
    sessionAffinity: "ClientIP",
    internalTrafficPolicy: "Local",
    trafficDistribution: "PreferSameZone",
    publishNotReadyAddresses: true,
});
const job = {
    job: "probe",
    jobUid: "uid-1",
    services: calledServices(services),
    timeoutSeconds: 60,
    pullTimeoutSeconds: 45,
    standstillSeconds: 110,
    shards: [2],
};
const selector = { app: "web" };
const owner = { id: "owner-1", stack: "organization/project/stack/web" };
const traits = [{ name: "curl", engine: "curl", resolver: "glibc", image: "curl:1", connection: "new" }] as const;
// What is not the default, so that it is held to the contract too.
const policies = {
    sessionAffinity: "ClientIP",
    serviceType: "NodePort",
    internalTrafficPolicy: "Local",
    trafficDistribution: "PreferSameZone",
    publishNotReadyAddresses: true,
} as const;
const clients = ["curl", "go-kept-alive", "round-robin"];
const clientImages = { go: "golang:1.25" };

const components: Record<string, Make> = {
    Certificate: (name, opts) => new Certificate(name, { namespace, owner, ...names }, opts),
    JobLogs: (name, opts) => new JobLogs(name, { namespace, owner: owner.id, ...job, selector, clients: traits }, opts),
    NginxHostname: (name, opts) => new NginxHostname(name, { namespace, owner, name, tlsSecret: "tls" }, opts),
    ProbeJob: (name, opts) =>
        new ProbeJob(
            name,
            { namespace, owner, services, port: 443, endpoints: 3, clients, clientImages, caSecret: "tls" },
            opts,
        ),
    ServicePair: (name, opts) =>
        new ServicePair(name, { namespace, owner, name, selector, port: 80, ...policies }, opts),
    ServiceProbe: (name, opts) =>
        new ServiceProbe(
            name,
            {
                namespace,
                owner,
                services,
                port: 443,
                selector,
                endpoints: 3,
                clients,
                caSecret: "tls",
                require: ["even"],
            },
            opts,
        ),
    TrafficSplit: (name, opts) =>
        new TrafficSplit(
            name,
            { namespace, name, clients, clientImages, ...policies, tls: true, require: ["even"] },
            opts,
        ),
};

describe("the components", () => {
    it("are all held to the contract", () => {
        const folder = join(__dirname, "../../components");
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
        const exported = files.flatMap((file) =>
            Object.entries(createRequire(__filename)(join(folder, file)) as Record<string, unknown>),
        );
        const classes = exported.filter(
            ([, value]) => typeof value === "function" && value.prototype instanceof pulumi.ComponentResource,
        );
        expect(classes.map(([name]) => name)).to.have.members(Object.keys(components));
    });
});

for (const [className, make] of Object.entries(components)) {
    describe(`the component ${className}`, () => {
        let resources: readonly Registered[];
        let errors: readonly string[];
        let self: Registered | undefined;
        let others: Registered[];

        before(async () => {
            ({ resources, errors } = await preview(() => make("web")));
            self = resources.find(({ parent }) => parent === "");
            others = resources.filter((each) => each !== self);
        });

        it("comes about without an error", () => {
            expect(errors).to.deep.equal([]);
        });

        it("is of its own type", () => {
            expect(self?.type).to.equal(`traffic-split:index:${className}`);
            expect(self?.custom).to.be.false;
        });

        it("is the parent of all it makes, or an ancestor", () => {
            expect(others).to.not.be.empty;
            const urns = resources.map(({ urn }) => urn);
            // Parents come first, so that each has the component above it in the end.
            others.forEach(({ parent, urn }) => {
                expect(urns.slice(0, urns.indexOf(urn))).to.include(parent);
            });
        });

        it("names what it makes after itself", () => {
            expect(others.filter(({ name }) => !name.startsWith("web-"))).to.deep.equal([]);
        });

        it("registers its outputs, once, and so does every component in it", () => {
            for (const { name, outputs } of resources.filter(({ custom, remote }) => !custom && !remote)) {
                expect(outputs, name).to.have.length(1);
                expect(Object.keys(outputs[0] ?? {}), name).to.not.be.empty;
            }
        });

        it("stands beside another of its kind", async () => {
            const both = await preview(() => [make("one"), make("two")]);
            expect(both.errors).to.deep.equal([]);
            expect(new Set(both.resources.map(({ urn }) => urn))).to.have.property("size", 2 * resources.length);
        });

        it("makes everything with the provider that it is given", async () => {
            const given = await preview(() => make("web", { provider: new k8s.Provider("elsewhere", { kubeconfig }) }));
            expect(given.errors).to.deep.equal([]);
            const ofKubernetes = given.resources.filter(({ type }) => type.startsWith("kubernetes:"));
            expect(ofKubernetes.filter(({ provider }) => !provider.includes("::elsewhere::"))).to.deep.equal([]);
            expect(ofKubernetes).to.have.length(others.filter(({ type }) => type.startsWith("kubernetes:")).length);
        });
    });
}
