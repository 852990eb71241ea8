import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { kubeconfigOf, KubernetesApi, type Answer } from "../unit/kubernetesApi";
import { ownerOfSplit, preview, up } from "./recordedStack";
import { onlyOf } from "./registrations";

const podsOf = async (args: TrafficSplitArgs) => {
    const { resources } = await preview(() => new TrafficSplit("split", { name: "web", ...args }));
    return {
        nginx: onlyOf(resources, "kubernetes:apps/v1:Deployment").spec.template.spec,
        probe: onlyOf(resources, "kubernetes:batch/v1:Job").spec.template.spec,
    };
};

const isNode = (name: string) => [{ key: "metadata.name", operator: "In", values: [name] }];
const inZone = (name: string) => [{ key: "topology.kubernetes.io/zone", operator: "In", values: [name] }];
const spreadOver = (topologyKey: string) => ({
    ...{ topologyKey, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" },
    labelSelector: { matchLabels: { "traffic-split/owner": ownerOfSplit, "traffic-split/workload": "web" } },
    ...{ matchLabelKeys: ["pod-template-hash"], nodeTaintsPolicy: "Honor" },
});

describe("the probe's pod", () => {
    const places: [args: TrafficSplitArgs, terms: object[]][] = [
        [{ probeNode: "node-1" }, [{ matchFields: isNode("node-1") }]],
        [{ probeZone: "zone-a" }, [{ matchExpressions: inZone("zone-a") }]],
        [
            { probeNode: "node-1", probeZone: "zone-a" },
            [{ matchFields: isNode("node-1"), matchExpressions: inZone("zone-a") }],
        ],
    ];
    for (const [args, nodeSelectorTerms] of places) {
        it(`is kept to its place with ${JSON.stringify(args)}`, async () => {
            const { affinity } = (await podsOf(args)).probe;
            expect(affinity).to.deep.equal({
                nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
            });
        });
    }

    it("runs anywhere else", async () => {
        expect((await podsOf({})).probe.affinity).to.deep.equal({});
    });
});

describe("the pods behind the Services", () => {
    it("are left to the scheduler", async () => {
        const { nginx } = await podsOf({});
        expect(nginx).to.not.have.any.keys("affinity", "topologySpreadConstraints");
    });

    it("are spread over exactly the nodes named, one more on those named first", async () => {
        const { affinity, topologySpreadConstraints } = (await podsOf({ podNodes: ["node-2", "node-1"] })).nginx;
        expect(affinity.nodeAffinity).to.deep.equal({
            requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchFields: isNode("node-2") }, { matchFields: isNode("node-1") }],
            },
            preferredDuringSchedulingIgnoredDuringExecution: [
                { weight: 100, preference: { matchFields: isNode("node-2") } },
                { weight: 50, preference: { matchFields: isNode("node-1") } },
            ],
        });
        expect(topologySpreadConstraints).to.deep.equal([spreadOver("kubernetes.io/hostname")]);
    });

    it("are spread over nodes or zones", async () => {
        for (const [podSpread, key] of [
            ["nodes", "kubernetes.io/hostname"],
            ["zones", "topology.kubernetes.io/zone"],
        ] as const) {
            const { nginx } = await podsOf({ podSpread });
            expect(nginx.topologySpreadConstraints).to.deep.equal([spreadOver(key)]);
            expect(nginx).to.not.have.property("affinity");
        }
    });
});

describe("a place that the cluster has not", () => {
    const node = (name: string, zone?: string) => ({
        metadata: { name, labels: zone === undefined ? {} : { "topology.kubernetes.io/zone": zone } },
    });
    const upOn = async (nodes: Answer, args: TrafficSplitArgs) => {
        const api = new KubernetesApi({ "/version": { major: "1", minor: "34" }, "/api/v1/nodes": nodes });
        await api.start();
        try {
            const { errors, resources } = await up(() => new TrafficSplit("split", args), {
                "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }),
            });
            return {
                errors,
                made: resources.filter(({ type, custom }) => custom && type !== "pulumi:index:Stash").length,
            };
        } finally {
            await api.stop();
        }
    };
    const two = { items: [node("node-2", "zone-b"), node("node-1", "zone-a")] };
    const cases: [nodes: Answer, args: TrafficSplitArgs, error: string][] = [
        [two, { probeNode: "node-3" }, 'probeNode: must be a node of the cluster (node-1, node-2), got "node-3"'],
        [two, { probeZone: "zone-c" }, 'probeZone: must be a zone of the cluster (zone-a, zone-b), got "zone-c"'],
        [two, { podNodes: ["node-1", "x"] }, 'podNodes: must be a node of the cluster (node-1, node-2), got "x"'],
        [
            { items: [node("node-1")] },
            { probeZone: "a" },
            'probeZone: must be empty, because the cluster has no zones, got "a"',
        ],
    ];
    for (const [nodes, args, error] of cases) {
        it(`is one clear error: ${error}`, async () => {
            expect(await upOn(nodes, args)).to.deep.equal({ errors: [error], made: 0 });
        });
    }

    it("is left to the scheduler to tell where nodes can't be listed", async () => {
        const { errors, made } = await upOn(403, { probeNode: "node-3" });
        expect(errors).to.deep.equal([]);
        expect(made).to.equal(8);
    });

    it("is no matter where the cluster has them all", async () => {
        const { errors } = await upOn(two, { probeNode: "node-1", probeZone: "zone-b", podNodes: ["node-2"] });
        expect(errors).to.deep.equal([]);
    });
});
