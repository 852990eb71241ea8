import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { requestTimeoutSeconds } from "../../probe/plan";
import { ownerOfSplit, preview } from "./recordedStack";
import { allOf, onlyOf, type Registered } from "./registrations";

const usual: TrafficSplitArgs = { namespace: "shop", name: "web", replicas: 3, requests: 100 };

async function resourcesOf(changes: TrafficSplitArgs): Promise<readonly Registered[]> {
    return (await preview(() => new TrafficSplit("split", { ...usual, ...changes }))).resources;
}

const jobOf = async (changes: TrafficSplitArgs) => onlyOf(await resourcesOf(changes), "kubernetes:batch/v1:Job");
const jobSpec = async (changes: TrafficSplitArgs) => (await jobOf(changes)).spec;

// Neither a Job's pod template nor its namespace can change: others are another Job, and so another measurement.
const identityOf = async (changes: TrafficSplitArgs) => {
    const { metadata, spec } = await jobOf(changes);
    return { namespace: metadata.namespace, template: spec.template };
};

describe("the probe runs again", () => {
    let identity: unknown;
    before(async () => {
        identity = await identityOf({});
    });

    const changed: TrafficSplitArgs[] = [
        { runId: "again" },
        { replicas: 4 },
        { requests: 101 },
        { parallelism: 2 },
        { image: "nginx:1.27" },
        { imageAnswersHostname: true },
        { probeImage: "node:24-bookworm" },
        { sessionAffinity: "ClientIP" },
        { serviceType: "NodePort" },
        { workload: "StatefulSet" },
        { internalTrafficPolicy: "Local" },
        { trafficDistribution: "PreferSameZone" },
        { publishNotReadyAddresses: true },
        { tls: true },
        { podNodes: ["node-1"] },
        { podSpread: "zones" },
        { resources: { requests: { memory: "64Mi" } } },
        { probeResources: { requests: { memory: "64Mi" } } },
        { tolerations: [{ operator: "Exists" }] },
        { nodeSelector: { disk: "ssd" } },
        { labels: { team: "shop" } },
        { portSysctl: false },
        { platformUser: true },
        { mesh: true },
        { probeNode: "node-1" },
        { probeZone: "zone-a" },
        { clients: ["curl", "node"] },
        { clients: ["curl-kept-alive"] },
        { clientImages: { curl: "node:24-bookworm" } },
        { name: "shopfront" },
        { namespace: "another" },
    ];
    for (const change of changed) {
        it(`with ${JSON.stringify(change)}`, async () => {
            expect(await identityOf(change)).to.not.deep.equal(identity);
        });
    }

    const unchanged: TrafficSplitArgs[] = [
        {},
        { runId: "" },
        { replicas: 3, sessionAffinity: "None", serviceType: "ClusterIP", imageAnswersHostname: false },
        { internalTrafficPolicy: "Cluster", trafficDistribution: "", publishNotReadyAddresses: false },
        { resources: {}, probeResources: {}, tolerations: [], nodeSelector: {}, labels: {}, annotations: {} },
        { imagePullSecrets: [], portSysctl: true, platformUser: false, mesh: false },
        { podNodes: [], podSpread: "none", probeNode: "", probeZone: "" },
        { readyTimeoutSeconds: 600 },
        { clients: ["curl", "curl-kept-alive", "node", "round-robin"], clientImages: { go: "golang:1.24" } },
        // These judge what was measured.
        { falseAlarmRate: 0.01 },
        { require: ["maxShare <= 0.5"] },
        { createNamespace: false },
        { tls: false, installCertManager: false },
    ];
    for (const change of unchanged) {
        it(`not with ${JSON.stringify(change)}`, async () => {
            expect(await identityOf(change)).to.deep.equal(identity);
        });
    }
});

describe("the probe's Job", () => {
    const attendants = ["resolver", "wait"];
    const clients = ["curl", "go-kept-alive"];

    it("gives both attendants the plan: both Services, the clients, as many pods as asked for", async () => {
        const { initContainers } = (await jobSpec({ replicas: 5, clients })).template.spec;
        expect(initContainers.map(({ name }) => name)).to.deep.equal(attendants);
        for (const { name, command } of initContainers) {
            const [node, program, plan = ""] = command;
            expect([node, program]).to.deep.equal(["node", `/probe/${name}.js`]);
            expect(JSON.parse(plan)).to.deep.equal({
                clients,
                services: [
                    { name: "webheadless", kind: "headless" },
                    { name: "webclusterip", kind: "ClusterIP" },
                ],
                ...{ port: 80, endpoints: 5, publishNotReadyAddresses: false },
                ...{ readyTimeoutSeconds: 60, caFile: null, resolvFolder: "/resolv" },
            });
        }
    });

    it("has a resolver that stays, and is ready before anybody asks", async () => {
        const { initContainers } = (await jobSpec({})).template.spec;
        expect(initContainers.map(({ restartPolicy }) => restartPolicy)).to.deep.equal(["Always", undefined]);
    });

    it("runs each client's program, in its own image or the one given, with a resolv.conf of its own", async () => {
        const clientImages = { go: "example.test/go:1" };
        const { containers } = (await jobSpec({ requests: 70, clients, clientImages })).template.spec;
        const services = ["webheadless", "webclusterip"];
        expect(containers.map(({ name, image, command }) => [name, image, command])).to.deep.equal([
            ["curl", "node:22-bookworm", ["sh", "/probe/curl.sh", "curl", "new", "70", "80", ...services]],
            [
                ...["go-kept-alive", "example.test/go:1"],
                ["go", "run", "/probe/go.go", "go-kept-alive", "kept-alive", "70", "80", ...services],
            ],
        ]);
        for (const { name, volumeMounts } of containers) {
            const conf = volumeMounts.find(({ mountPath }) => mountPath === "/etc/resolv.conf");
            expect(conf?.subPath).to.equal(`${name}.conf`);
        }
    });

    it("has the programs of its clients and attendants, and no other", async () => {
        const maps = allOf(await resourcesOf({ clients }), "kubernetes:core/v1:ConfigMap").map(({ data }) => data);
        const programs = maps.find((data) => "wait.js" in data);
        expect(programs).to.have.all.keys("wait.js", "resolver.js", "curl.sh", "go.go");
    });

    it("divides the requests among as many pods as asked for, on different nodes where there are", async () => {
        const { template, ...spec } = await jobSpec({ requests: 101, parallelism: 3 });
        expect(spec).to.deep.include({ completionMode: "Indexed", completions: 3, parallelism: 3 });
        expect(template.spec.containers[0]?.command).to.include("34,34,33");
        const [{ labelSelector, ...spread } = { labelSelector: {} }] = template.spec.topologySpreadConstraints;
        expect(spread).to.deep.equal({
            ...{ topologyKey: "kubernetes.io/hostname", maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway" },
            matchLabelKeys: ["batch.kubernetes.io/controller-uid"],
        });
        expect(template.metadata.labels).to.include((labelSelector as { matchLabels: object }).matchLabels);
    });

    it("is one pod of the same kind of Job where nobody asks for more", async () => {
        expect(await jobSpec({})).to.deep.include({ completionMode: "Indexed", completions: 1, parallelism: 1 });
    });

    it("never tries twice: a second attempt would be another measurement", async () => {
        const { backoffLimit, template } = await jobSpec({});
        expect({ backoffLimit, restartPolicy: template.spec.restartPolicy }).to.deep.equal({
            backoffLimit: 0,
            restartPolicy: "Never",
        });
    });

    it("is given time by what it can take, and its reader more than that", async () => {
        let before = 0;
        const rate = 10;
        for (const changes of [
            { requests: 1 },
            { requests: 300 },
            { requests: 300, rate, disruption: "scale" } as const,
        ]) {
            const resources = await resourcesOf(changes);
            const deadline = onlyOf(resources, "kubernetes:batch/v1:Job").spec.activeDeadlineSeconds;
            const reader = onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
            // Every request to either Service may run into its own time limit.
            expect(deadline)
                .to.be.above(before)
                .and.at.least(2 * changes.requests * requestTimeoutSeconds);
            expect(reader.timeoutSeconds).to.be.above(deadline);
            before = deadline;
        }
    });

    it("may stand still for as long as pods may take to become ready", async () => {
        const resources = await resourcesOf({ readyTimeoutSeconds: 10 });
        const reader = onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
        expect(reader.standstillSeconds).to.equal(10);
    });
});

describe("the Services", () => {
    it("are headless and not, over the same pods", async () => {
        const policies = {
            ...({ sessionAffinity: "ClientIP", internalTrafficPolicy: "Local" } as const),
            trafficDistribution: "PreferSameNode" as const,
        };
        const given = { ...policies, serviceType: "NodePort", publishNotReadyAddresses: true } as const;
        const resources = await resourcesOf(given);
        const services = allOf(resources, "kubernetes:core/v1:Service");
        const selector = { "traffic-split/owner": ownerOfSplit, "traffic-split/workload": "web" };
        const ports = [{ name: "http", port: 80, targetPort: 80 }];
        const family = { ipFamilyPolicy: "SingleStack", ipFamilies: ["IPv4"] };
        const common = { selector, ports, ...family, publishNotReadyAddresses: true };
        expect(services.map(({ metadata, spec }) => [metadata.name, spec])).to.have.deep.members([
            ["webheadless", { clusterIP: "None", ...common }],
            ["webclusterip", { type: "NodePort", ...policies, ...common }],
        ]);
        const { template } = onlyOf(resources, "kubernetes:apps/v1:Deployment").spec;
        expect(template.metadata.labels).to.include(selector);
    });
});
