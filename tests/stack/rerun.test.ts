import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { requestTimeoutSeconds } from "../../probe/plan";
import { preview } from "./recordedStack";
import { allOf, onlyOf, type Registered } from "./registrations";

const usual: TrafficSplitArgs = { namespace: "shop", name: "web", replicas: 3, requests: 100 };

async function resourcesOf(changes: TrafficSplitArgs): Promise<readonly Registered[]> {
    return (await preview(() => new TrafficSplit("split", { ...usual, ...changes }))).resources;
}

const jobSpec = async (changes: TrafficSplitArgs) => onlyOf(await resourcesOf(changes), "kubernetes:batch/v1:Job").spec;

// A Job's pod template can't change: another template is another Job, and so another measurement.
const templateOf = async (changes: TrafficSplitArgs) => (await jobSpec(changes)).template;

describe("the probe runs again", () => {
    let template: unknown;
    before(async () => {
        template = await templateOf({});
    });

    const changed: TrafficSplitArgs[] = [
        { runId: "again" },
        { replicas: 4 },
        { requests: 101 },
        { image: "nginx:1.27" },
        { imageAnswersHostname: true },
        { probeImage: "node:24-bookworm" },
        { sessionAffinity: "ClientIP" },
        { serviceType: "NodePort" },
        { name: "shopfront" },
        { namespace: "another" },
    ];
    for (const change of changed) {
        it(`with ${JSON.stringify(change)}`, async () => {
            expect(await templateOf(change)).to.not.deep.equal(template);
        });
    }

    const unchanged: TrafficSplitArgs[] = [
        {},
        { runId: "" },
        { replicas: 3, sessionAffinity: "None", serviceType: "ClusterIP", imageAnswersHostname: false },
        { readyTimeoutSeconds: 600 },
        { createNamespace: false },
    ];
    for (const change of unchanged) {
        it(`not with ${JSON.stringify(change)}`, async () => {
            expect(await templateOf(change)).to.deep.equal(template);
        });
    }
});

describe("the probe's Job", () => {
    it("is given the plan: both Services, as many requests and pods as asked for", async () => {
        const { template } = await jobSpec({ replicas: 5, requests: 70 });
        const [node, program, plan = ""] = template.spec.containers[0]?.command ?? [];
        expect([node, program]).to.deep.equal(["node", "/probe/probe.js"]);
        expect(JSON.parse(plan)).to.deep.include({
            services: [
                { name: "webheadless", kind: "headless" },
                { name: "webclusterip", kind: "ClusterIP" },
            ],
            ...{ namespace: "shop", port: 80, requests: 70, endpoints: 5 },
        });
    });

    it("never tries twice: a second attempt would be another measurement", async () => {
        const { backoffLimit, template } = await jobSpec({});
        expect({ backoffLimit, restartPolicy: template.spec.restartPolicy }).to.deep.equal({
            backoffLimit: 0,
            restartPolicy: "Never",
        });
    });

    it("is given time by the number of requests, and its reader more than that", async () => {
        let before = 0;
        for (const requests of [1, 300, 10_000]) {
            const resources = await resourcesOf({ requests });
            const deadline = onlyOf(resources, "kubernetes:batch/v1:Job").spec.activeDeadlineSeconds;
            const reader = onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
            // Every request to either Service may run into its own time limit.
            expect(deadline)
                .to.be.above(before)
                .and.at.least(2 * requests * requestTimeoutSeconds);
            expect(reader.timeoutSeconds).to.be.above(deadline);
            before = deadline;
        }
    });
});

describe("the Services", () => {
    it("are headless and not, over the same pods", async () => {
        const resources = await resourcesOf({ sessionAffinity: "ClientIP", serviceType: "NodePort" });
        const services = allOf(resources, "kubernetes:core/v1:Service");
        const selector = { "app.kubernetes.io/name": "web" };
        const ports = [{ name: "http", port: 80, targetPort: 80 }];
        const common = { selector, ports, ipFamilyPolicy: "SingleStack", ipFamilies: ["IPv4"] };
        expect(services.map(({ metadata, spec }) => [metadata.name, spec])).to.have.deep.members([
            ["webheadless", { clusterIP: "None", ...common }],
            ["webclusterip", { type: "NodePort", sessionAffinity: "ClientIP", ...common }],
        ]);
        const { template } = onlyOf(resources, "kubernetes:apps/v1:Deployment").spec;
        expect(template.metadata.labels).to.deep.equal(selector);
    });
});
