import { CoreV1Api } from "@kubernetes/client-node";
import { expect } from "chai";
import { clusterApi } from "../../components/cluster/clusterApi";
import type { Api } from "../../components/jobLogs/api";
import type { DisruptionInputs } from "../../components/jobLogs/inputs";
import { countedLately } from "../../components/jobLogs/progress";
import { loadKubeconfig } from "../../components/cluster/kubeconfig";
import { collected } from "./collected";
import { kubeconfigOf, KubernetesApi, type Answer } from "./kubernetesApi";
import { backends, complete, jobPath, kubeProxy, log, probePod, probePods, running, whole } from "./probedCluster";
import { linesOf, smallLog, textOf } from "./probeLogs";

const lines = linesOf(smallLog);
// A line a second.
const stamped = (count: number): string =>
    textOf(lines.slice(0, count).map((line, i) => `2024-05-01T10:00:0${i}.000000000Z ${line}`));
const podsPath = "/api/v1/namespaces/ns/pods";
const deployment = "/apis/apps/v1/namespaces/ns/deployments/nginx";
const replicaSets = "/apis/apps/v1/namespaces/ns/replicasets?labelSelector=traffic-split/workload=nginx";
const controlledBy = (uid: string) => ({ ownerReferences: [{ controller: true, uid }] });
const nginx = (...names: string[]): { items: object[] } => ({
    items: names.map((name) => ({
        metadata: { name, namespace: "ns", uid: `uid-of-${name}`, ...controlledBy("set-1") },
        status: {
            podIPs: [{ ip: "10.244.0.5" }],
            conditions: [{ type: "Ready", status: "True", lastTransitionTime: "2024-05-01T10:00:02Z" }],
        },
    })),
});

const managed = (...managers: object[]) => ({
    metadata: { uid: "deployment-1", resourceVersion: "7", managedFields: [{ manager: "pulumi" }, ...managers] },
});
const ours = { manager: "traffic-split-disruption", subresource: "scale" };
const scaled = managed({ manager: "traffic-split-disruption" });

/** A probe that is at its second line when it is first looked at, and goes on by one or two with each look. */
const disrupted: Record<string, Answer | Answer[]> = {
    [jobPath]: [running, running, complete, 404],
    [probePods]: { items: [probePod({ resolver: { running: {} }, curl: { running: {} } })] },
    [`${log}&tailLines=20&timestamps=true`]: [stamped(2), stamped(4)],
    [`${log}&timestamps=true`]: stamped(lines.length),
    [backends]: [nginx("nginx-a", "nginx-b"), nginx("nginx-b", "nginx-c"), nginx("nginx-c", "nginx-d")],
    [replicaSets]: {
        items: [
            { metadata: { name: "nginx-1", uid: "set-1", ...controlledBy("deployment-1") } },
            { metadata: { name: "theirs", uid: "set-2", ...controlledBy("another") } },
        ],
    },
    [`${podsPath}/nginx-a`]: {},
    [`${podsPath}/nginx-b`]: {},
    [`${deployment}?fieldManager=traffic-split-disruption`]: {},
    [`${deployment}/scale?fieldManager=traffic-split-disruption`]: {},
    [deployment]: scaled,
};
const inputs = (kind: DisruptionInputs["kind"]) => ({
    disruption: { kind, deployment: "nginx", uid: "deployment-1", replicas: 2 },
});

const killed = (name: string) => ({
    method: "DELETE",
    url: `${podsPath}/${name}`,
    body: { gracePeriodSeconds: 0, preconditions: { uid: `uid-of-${name}` } },
});
async function refused(changes: Record<string, Answer | Answer[]>, kind: DisruptionInputs["kind"]) {
    const api = new KubernetesApi({ ...whole, ...disrupted, ...changes });
    const error = await collected({}, inputs(kind), api).catch((each: unknown) => each);
    return { message: (error as Error).message, api };
}
const leaving = { metadata: { deletionTimestamp: "2024-05-01T10:00:00Z" } };

describe("a disruption", () => {
    it("hits the pod that answers most, once in the middle of each Service, and tells who went and came", async () => {
        const { disruptions, api } = await collected(disrupted, inputs("kill-one-pod"));
        expect(api.changes).to.deep.equal(["nginx-a", "nginx-b"].map(killed));
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
        const bodies = api.changes.map(({ body }) => body);
        const to = (replicas: number) => ({ metadata: { uid: "deployment-1" }, spec: { replicas } });
        expect(bodies.slice(0, 3)).to.deep.equal([
            to(4),
            to(2),
            [
                { op: "test", path: "/metadata/uid", value: "deployment-1" },
                { op: "replace", path: "/metadata/resourceVersion", value: "7" },
                { op: "replace", path: "/metadata/managedFields", value: [{ manager: "pulumi" }] },
            ],
        ]);
    });

    it("gives the number up anew where somebody changed the Deployment meanwhile", async () => {
        const { api } = await collected(
            {
                ...disrupted,
                [jobPath]: complete,
                // Read for what was left, and when it is scaled back; giving up is refused; read, given up.
                [deployment]: [managed(ours), managed(ours), 409, managed(ours), managed()],
            },
            inputs("none"),
        );
        expect(api.changes.map(({ method, url }) => `${method} ${url.slice(deployment.length)}`)).to.deep.equal([
            "PATCH /scale?fieldManager=traffic-split-disruption",
            "PATCH ",
            "PATCH ",
        ]);
    });

    it("undoes nothing at a Deployment of another uid, or at one that is gone", async () => {
        for (const found of [{ metadata: { uid: "another", managedFields: [ours] } }, 404]) {
            const { api } = await collected({ ...disrupted, [jobPath]: complete, [deployment]: found }, inputs("none"));
            expect(api.changes).to.deep.equal([]);
        }
    });

    it("kills no pod where all are on their way out, or are of another Deployment, and says so when it is too late", async () => {
        const all = nginx("nginx-a", "nginx-b").items as { metadata: object }[];
        const theirs = all.map((pod) => ({ ...pod, metadata: { ...pod.metadata, ...controlledBy("set-2") } }));
        const gone = all.map((pod) => ({ ...pod, metadata: { ...pod.metadata, ...leaving.metadata } }));
        for (const items of [[], theirs, gone]) {
            const { message, api } = await refused({ [backends]: { items } }, "kill-one-pod");
            expect(message).to.equal(
                "disruption kill-one-pod: curl was done with its 2 requests to nginxheadless, and no pod of Deployment " +
                    "ns/nginx was there to kill",
            );
            expect(api.changes).to.deep.equal([]);
        }
    });

    it("takes a pod for killed whose killing was answered late: then it is gone, or another has its name", async () => {
        for (const late of [404, 409]) {
            const { api, disruptions } = await collected(
                { ...disrupted, [`${podsPath}/nginx-a`]: [null, late] },
                inputs("kill-one-pod"),
            );
            expect(api.changes).to.deep.equal(["nginx-a", "nginx-a", "nginx-b"].map(killed));
            expect(disruptions).to.have.length(2);
        }
    });

    it("scales back before an error of anything else ends the update", async () => {
        const { message, api } = await refused({ [kubeProxy]: 418 }, "scale");
        expect(message).to.include("418");
        const replicas = api.changes.flatMap(
            ({ body }) => (body as { spec?: { replicas?: number } }).spec?.replicas ?? [],
        );
        expect(replicas.at(-1)).to.equal(2);
    });

    it("undoes first what an earlier run left that was ended in its middle, whatever it is to do itself", async () => {
        const { api } = await collected(
            { ...disrupted, [jobPath]: complete, [deployment]: managed(ours) },
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
            const cluster = await clusterApi(await loadKubeconfig({ kubeconfig: kubeconfigOf({ test: api.url }) }));
            const core = cluster.makeApiClient(CoreV1Api);
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
