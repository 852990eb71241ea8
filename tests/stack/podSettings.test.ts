import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { ownerOfSplit, preview, up } from "./recordedStack";
import { allOf, onlyOf, type Registered } from "./registrations";

async function resourcesOf(args: TrafficSplitArgs): Promise<readonly Registered[]> {
    const { resources, errors } = await preview(() => new TrafficSplit("split", { name: "web", ...args }));
    expect(errors).to.deep.equal([]);
    return resources;
}

async function podsOf(args: TrafficSplitArgs) {
    const resources = await resourcesOf(args);
    return {
        nginx: onlyOf(resources, "kubernetes:apps/v1:Deployment").spec.template,
        probe: onlyOf(resources, "kubernetes:batch/v1:Job").spec.template,
        resources,
    };
}

const kinds = ["nginx", "probe"] as const;

describe("the pods, both nginx's and the probe's", () => {
    it("run on Linux, by no Secret, and on no node with a taint, as long as nobody asks for more", async () => {
        const pods = await podsOf({});
        for (const kind of kinds) {
            const { spec } = pods[kind];
            expect(spec.nodeSelector, kind).to.deep.equal({ "kubernetes.io/os": "linux" });
            expect([spec.tolerations, spec.imagePullSecrets], kind).to.deep.equal([[], []]);
        }
    });

    it("suit clusters that are tainted, mixed and private", async () => {
        const tolerations = [{ key: "spot", operator: "Exists", effect: "NoSchedule" }] as const;
        const pods = await podsOf({
            imagePullSecrets: ["registry"],
            tolerations,
            nodeSelector: { "kubernetes.io/arch": "arm64" },
        });
        for (const kind of kinds) {
            const { spec } = pods[kind];
            expect(spec.imagePullSecrets, kind).to.deep.equal([{ name: "registry" }]);
            expect(spec.tolerations, kind).to.deep.equal(tolerations);
            expect(spec.nodeSelector, kind).to.deep.equal({
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "arm64",
            });
        }
    });

    it("have what a policy demands in their metadata, as every object has, and no selector goes by it", async () => {
        const labels = { team: "shop" };
        const annotations = { contact: "shop@example.test" };
        const pods = await podsOf({ labels, annotations });
        for (const kind of kinds) {
            expect(pods[kind].metadata.labels, kind).to.include({ ...labels, "traffic-split/owner": ownerOfSplit });
            expect(pods[kind].metadata.annotations, kind).to.include(annotations);
        }
        for (const { type, name, inputs } of pods.resources.filter((each) => each.type.startsWith("kubernetes:"))) {
            const { metadata } = inputs as { metadata: { labels: object; annotations: object } };
            expect(metadata.labels, `${type} ${name}`).to.include(labels);
            expect(metadata.annotations, `${type} ${name}`).to.include(annotations);
        }
        const [service] = allOf(pods.resources, "kubernetes:core/v1:Service");
        expect(service?.spec.selector).to.not.have.any.keys("team");
    });

    it("stay out of all meshes, unless they are to be in one", async () => {
        const [out, within] = [await podsOf({}), await podsOf({ mesh: true })];
        for (const kind of kinds) {
            expect(out[kind].metadata.labels, kind).to.include({
                "sidecar.istio.io/inject": "false",
                "istio.io/dataplane-mode": "none",
                "kuma.io/sidecar-injection": "disabled",
            });
            expect(out[kind].metadata.annotations, kind).to.include({
                "linkerd.io/inject": "disabled",
                "consul.hashicorp.com/connect-inject": "false",
            });
            const { labels, annotations } = within[kind].metadata as { labels: object; annotations?: object };
            const keys = Object.keys({ ...labels, ...annotations });
            expect(
                keys.filter((key) => /istio|linkerd|kuma|consul|mesh/.test(key)),
                kind,
            ).to.deep.equal([]);
        }
    });

    it("leave user and groups to a platform that gives them, and nothing else of what is restricted", async () => {
        for (const tls of [false, true]) {
            const pods = await podsOf({ platformUser: true, tls });
            for (const kind of kinds) {
                const { securityContext } = pods[kind].spec;
                expect(securityContext, kind).to.not.have.any.keys("runAsUser", "runAsGroup", "fsGroup");
                expect(securityContext, kind).to.deep.include({
                    runAsNonRoot: true,
                    seccompProfile: { type: "RuntimeDefault" },
                });
            }
        }
    });

    it("do without the sysctl, on ports that are everybody's", async () => {
        for (const [tls, port] of [
            [false, 8080],
            [true, 8443],
        ] as const) {
            const { resources, ...pods } = await podsOf({ portSysctl: false, tls });
            for (const kind of kinds) {
                expect(pods[kind].spec.securityContext, kind).to.not.have.any.keys("sysctls");
            }
            expect(pods.nginx.spec.containers[0]?.ports[0]?.containerPort).to.equal(port);
            const configs = allOf(resources, "kubernetes:core/v1:ConfigMap").map(
                ({ data }) => data["nginx.conf"] ?? "",
            );
            expect(configs.join("")).to.include(`listen ${port}`);
            for (const { spec } of allOf(resources, "kubernetes:core/v1:Service")) {
                expect(spec.ports[0]).to.include({ port, targetPort: port });
            }
            expect(pods.probe.spec.containers[0]?.command).to.include(String(port));
        }
    });

    it("stay on port 80 without the sysctl, where an image listens there by itself", async () => {
        const { nginx } = await podsOf({ portSysctl: false, imageAnswersHostname: true });
        expect(nginx.spec.containers[0]?.ports[0]?.containerPort).to.equal(80);
    });

    it("ask for what their programs need, with limits that no admission makes less than that", async () => {
        const clients = ["curl", "go", "node", "python", "load"];
        const { probe, nginx } = await podsOf({ clients });
        const all = [...probe.spec.initContainers, ...probe.spec.containers, ...nginx.spec.containers];
        for (const { name, resources } of all) {
            const [request = 0, limit = 0] = [resources.requests["memory"], resources.limits["memory"]].map((each) =>
                Number(/^(\d+)Mi$/.exec(each ?? "")?.[1]),
            );
            expect(request, name).to.be.above(0);
            expect(limit / request, name).to.be.within(1, 4);
        }
        const requestOf = (client: string): number =>
            parseInt(probe.spec.containers.find(({ name }) => name === client)?.resources.requests["memory"] ?? "", 10);
        // These compile their programs first.
        for (const compiling of ["go", "load"]) {
            expect(requestOf(compiling), compiling).to.be.above(4 * requestOf("python"));
        }
    });

    it("ask for what they are told to, and for nothing else", async () => {
        const resources = { requests: { memory: "20Mi" }, limits: { memory: "40Mi", cpu: "1" } };
        const probeResources = { requests: { memory: "600Mi" } };
        const { nginx, probe } = await podsOf({ resources, probeResources });
        expect(nginx.spec.containers.map((each) => each.resources)).to.deep.equal([resources]);
        for (const { name, resources: asked } of [...probe.spec.initContainers, ...probe.spec.containers]) {
            expect(asked, name).to.deep.equal(probeResources);
        }
    });
});

describe("the probe's pod alone", () => {
    it("keeps autoscalers from taking its node away", async () => {
        const { nginx, probe } = await podsOf({});
        const kept = {
            "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
            "karpenter.sh/do-not-disrupt": "true",
        };
        expect(probe.metadata.annotations).to.include(kept);
        expect(nginx.metadata.annotations).to.not.have.any.keys(...Object.keys(kept));
    });
});

describe("a cluster whose first address family is", () => {
    const upOn = async (spec: object | 403): Promise<{ errors: readonly string[]; isMade: boolean }> => {
        const api = new KubernetesApi({
            "/version": { major: "1", minor: "34" },
            "/api/v1/namespaces/default/services/kubernetes": spec === 403 ? 403 : { spec },
        });
        await api.start();
        try {
            const { errors, resources } = await up(() => new TrafficSplit("split", {}), {
                "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }),
            });
            return { errors, isMade: resources.some(({ type }) => type.startsWith("kubernetes:")) };
        } finally {
            await api.stop();
        }
    };

    it("IPv6 is refused before anything is created, with what is supported", async () => {
        expect(await upOn({ clusterIP: "fd00::1", ipFamilies: ["IPv6", "IPv4"] })).to.deep.equal({
            errors: [
                "The cluster's first address family is IPv6 (Service default/kubernetes has fd00::1), and what is measured is " +
                    "IPv4; use a cluster with IPv4 alone, or with IPv4 first and IPv6 second",
            ],
            isMade: false,
        });
    });

    for (const spec of [
        { clusterIP: "10.96.0.1", ipFamilies: ["IPv4", "IPv6"] },
        { clusterIP: "10.96.0.1" },
        403,
    ] as const) {
        it(`something else is measured: ${JSON.stringify(spec)}`, async () => {
            expect(await upOn(spec)).to.deep.equal({ errors: [], isMade: true });
        });
    }
});
