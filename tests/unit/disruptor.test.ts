import { expect } from "chai";
import type { DisruptionInputs } from "../../components/jobLogs/inputs";
import { collected } from "./collected";
import type { Answer } from "./kubernetesApi";
import { backends, complete, jobPath, log, probePod, probePods, running } from "./probedCluster";
import { linesOf, smallLog, textOf } from "./probeLogs";

const lines = linesOf(smallLog);
// A line a second.
const stamped = (count: number): string =>
    textOf(lines.slice(0, count).map((line, i) => `2024-05-01T10:00:0${i}.000000000Z ${line}`));
const podsPath = "/api/v1/namespaces/ns/pods";
const deployment = "/apis/apps/v1/namespaces/ns/deployments/nginx";
const nginx = (...names: string[]): object => ({
    items: names.map((name) => ({
        metadata: { name },
        status: {
            podIPs: [{ ip: "10.244.0.5" }],
            conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2024-05-01T10:00:02Z" }],
        },
    })),
});

/** A probe that is at its second line when it is first looked at, and goes on by one or two with each look. */
const disrupted: Record<string, Answer | Answer[]> = {
    [jobPath]: [running, running, complete, 404],
    [probePods]: { items: [probePod({ resolver: { running: {} }, curl: { running: {} } })] },
    [`${log}&tailLines=20&timestamps=true`]: [stamped(2), stamped(4)],
    [`${log}&timestamps=true`]: stamped(lines.length),
    [backends]: [nginx("nginx-a", "nginx-b"), nginx("nginx-b", "nginx-c"), nginx("nginx-c", "nginx-d")],
    [`${podsPath}/nginx-a?gracePeriodSeconds=0`]: {},
    [`${podsPath}/nginx-b?gracePeriodSeconds=0`]: {},
    [`${deployment}?fieldManager=traffic-split-disruption`]: {},
    [`${deployment}/scale?fieldManager=traffic-split-disruption`]: {},
    [deployment]: { metadata: { managedFields: [{ manager: "pulumi" }, { manager: "traffic-split-disruption" }] } },
};
const inputs = (kind: DisruptionInputs["kind"]) => ({
    disruption: { kind, deployment: "nginx", replicas: 2 },
});

describe("a disruption", () => {
    it("hits the pod that answers most, once in the middle of each Service, and tells who went and came", async () => {
        const { disruptions, api } = await collected(disrupted, inputs("kill-one-pod"));
        const deleted = api.seen.filter((path) => path.includes("gracePeriodSeconds"));
        expect(deleted).to.deep.equal(["nginx-a", "nginx-b"].map((name) => `${podsPath}/${name}?gracePeriodSeconds=0`));
        expect(disruptions.map(({ service, kind }) => [service, kind])).to.deep.equal([
            ["nginxheadless", "kill-one-pod"],
            ["nginxclusterip", "kill-one-pod"],
        ]);
        expect(
            disruptions.map(({ gained, lost }) => [lost, gained].map((pods) => pods.map(({ name }) => name))),
        ).to.deep.equal([
            [["nginx-a"], ["nginx-c"]],
            [["nginx-b"], ["nginx-d"]],
        ]);
        expect(Date.parse(disruptions[0]?.at ?? "") - Date.parse("2024-05-01T10:00:01Z")).to.be.within(0, 10_000);
        const [client] = disruptions[0]?.clients ?? [];
        expect(client?.client).to.equal("curl");
    });

    it("restarts the pods as kubectl does", async () => {
        const { api } = await collected(disrupted, inputs("rolling-restart"));
        expect(api.count(`${deployment}?fieldManager=traffic-split-disruption`)).to.equal(2);
    });

    it("scales back after each Service, and gives the number up to who declared it", async () => {
        const { api } = await collected(disrupted, inputs("scale"));
        const changes = api.seen
            .filter((path) => path.startsWith(deployment))
            .map((path) => path.slice(deployment.length));
        const scale = "/scale?fieldManager=traffic-split-disruption";
        // Up; back, with its reading and giving up; up; back.
        expect(changes).to.deep.equal([scale, scale, "", "", scale, scale, "", ""]);
    });

    const early: [what: string, changes: Record<string, Answer | Answer[]>, message: RegExp][] = [
        [
            "a client that is done with a Service too soon",
            { [`${log}&tailLines=20&timestamps=true`]: [stamped(3)] },
            /^disruption scale: curl was done with its 2 requests to nginxheadless before there was time for it/,
        ],
        [
            "a probe that ends too soon",
            { [jobPath]: [complete, 404] },
            /^disruption scale: the probe was done with its 2 requests to nginxheadless before there was time/,
        ],
    ];
    for (const [what, changes, message] of early) {
        it(`names ${what}`, async () => {
            const error = await collected({ ...disrupted, ...changes }, inputs("scale")).catch((each: unknown) => each);
            expect((error as Error).message).to.match(message);
        });
    }
});
