import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { expect } from "chai";
import type { Api } from "../../components/jobLogs/api";
import type { DisruptionInputs } from "../../components/jobLogs/inputs";
import { countedLately } from "../../components/jobLogs/progress";
import { collected } from "./collected";
import { kubeconfigOf, KubernetesApi, type Answer } from "./kubernetesApi";
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
        // What an earlier run left is looked for; up; back, with its reading and giving up; up; back.
        expect(changes).to.deep.equal(["", scale, scale, "", "", scale, scale, "", ""]);
    });

    it("undoes first what an earlier run left that was ended in its middle, whatever it is to do itself", async () => {
        const left = [{ manager: "pulumi" }, { manager: "traffic-split-disruption", subresource: "scale" }];
        const { api } = await collected(
            { ...disrupted, [jobPath]: complete, [deployment]: { metadata: { managedFields: left } } },
            inputs("none"),
        );
        const changes = api.seen.filter((path) => path.startsWith(deployment));
        const scale = `${deployment}/scale?fieldManager=traffic-split-disruption`;
        expect(changes).to.deep.equal([deployment, scale, deployment, deployment]);
        expect(api.seen.indexOf(scale)).to.be.below(api.seen.findIndex((path) => path.includes("endpointslices")));
    });

    it("hits the pod that answers most of those that a client counts", async () => {
        const counted = [
            'ts4 abc 1 outcome ["10.244.0.5","nginx-a",null,true,false]',
            'ts4 abc 2 outcome ["10.244.0.6",null,"refused",false,false]',
            'ts4 abc 3 outcome ["10.244.0.7","nginx-b",null,true,false]',
            "ts4 abc 4 interval [0,1,1000,[[0,5],[1,1]],6]",
            "ts4 abc 5 interval [0,1001,1000,[[2,3],[0,2],[1,7]],18]",
        ];
        const api = new KubernetesApi({ "/api/v1/namespaces/ns/pods/probe/log?container=load": textOf(counted) });
        await api.start();
        try {
            const kubeconfig = new KubeConfig();
            kubeconfig.loadFromString(kubeconfigOf({ test: api.url }));
            const core = kubeconfig.makeApiClient(CoreV1Api);
            const pod = { metadata: { name: "probe", namespace: "ns" } };
            expect(await countedLately({ core } as Api, pod, "load")).to.deep.equal([
                ["nginx-b", 3],
                ["nginx-a", 2],
            ]);
        } finally {
            await api.stop();
        }
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
