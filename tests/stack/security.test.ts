import type * as k8s from "@pulumi/kubernetes";
import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { preview } from "./recordedStack";
import { allOf, onlyOf, type Registered } from "./registrations";

async function resourcesOf(args: TrafficSplitArgs): Promise<readonly Registered[]> {
    return (await preview(() => new TrafficSplit("web", { namespace: "shop", ...args }))).resources;
}

const containersOf = ({ initContainers, containers }: k8s.types.output.core.v1.PodSpec) => [
    // A pod without init containers has no such field.
    ...((initContainers as typeof containers | undefined) ?? []),
    ...containers,
];

const pods = {
    "an nginx pod": "kubernetes:apps/v1:Deployment",
    "the probe's pod": "kubernetes:batch/v1:Job",
} as const;

const podsByTls = Object.entries(pods).flatMap(([pod, type]) => [false, true].map((tls) => [pod, type, tls] as const));
for (const [pod, type, tls] of podsByTls) {
    describe(`${pod}, with tls ${tls}, is what the restricted Pod Security level accepts`, () => {
        const podSpec = async () =>
            onlyOf(await resourcesOf({ clients: ["curl", "go"], tls }), type).spec.template.spec;

        it("runs as a user that is not root, under the runtime's seccomp profile", async () => {
            const { runAsNonRoot, runAsUser, seccompProfile } = (await podSpec()).securityContext;
            expect({ runAsNonRoot, seccompProfile }).to.deep.equal({
                runAsNonRoot: true,
                seccompProfile: { type: "RuntimeDefault" },
            });
            expect(runAsUser).to.be.above(0);
        });

        it("has no service account token", async () => {
            expect((await podSpec()).automountServiceAccountToken).to.be.false;
        });

        it("shares nothing with its node", async () => {
            const { volumes, ...spec } = await podSpec();
            expect(spec).to.not.have.any.keys("hostNetwork", "hostPID", "hostIPC");
            const kinds = volumes.flatMap(({ name: _, ...kind }) => Object.keys(kind));
            expect(["configMap", "emptyDir", ...(tls ? ["secret"] : [])]).to.include.members(kinds);
        });

        it("can write nowhere but where it must, and gain nothing", async () => {
            for (const { name, securityContext } of containersOf(await podSpec())) {
                expect(securityContext, name).to.deep.equal({
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ["ALL"] },
                    readOnlyRootFilesystem: true,
                });
            }
        });

        it("says what it needs", async () => {
            for (const { resources } of containersOf(await podSpec())) {
                expect(resources.requests).to.have.all.keys("cpu", "memory");
                expect(resources.limits).to.have.all.keys("memory");
            }
        });
    });
}

describe("the namespace", () => {
    const levels: [level: string, args: TrafficSplitArgs][] = [
        ["restricted", {}],
        // It may run as root.
        ["baseline", { imageAnswersHostname: true }],
    ];
    for (const [level, args] of levels) {
        it(`enforces the ${level} level with ${JSON.stringify(args)}`, async () => {
            const { metadata } = onlyOf(await resourcesOf(args), "kubernetes:core/v1:Namespace");
            expect(metadata.labels).to.deep.include({ "pod-security.kubernetes.io/enforce": level });
        });
    }

    it("is not made where it exists already", async () => {
        const resources = await resourcesOf({ createNamespace: false });
        expect(allOf(resources, "kubernetes:core/v1:Namespace")).to.deep.equal([]);
    });

    for (const createNamespace of [true, false]) {
        it(`holds everything else, with createNamespace ${createNamespace}`, async () => {
            const within = (await resourcesOf({ createNamespace })).filter(
                ({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:core/v1:Namespace",
            );
            expect(within).to.have.length(6);
            for (const { name, inputs } of within) {
                expect(inputs["metadata"], name).to.include({ namespace: "shop" });
            }
        });
    }
});

describe("an image that runs as it is", () => {
    it("gets no configuration of ours, and still no service account token", async () => {
        const resources = await resourcesOf({ image: "stenote/nginx-hostname", imageAnswersHostname: true });
        const { spec } = onlyOf(resources, "kubernetes:apps/v1:Deployment").spec.template;
        expect(spec.automountServiceAccountToken).to.be.false;
        expect(spec.containers.map(({ image }) => image)).to.deep.equal(["stenote/nginx-hostname"]);
        expect(spec.containers[0]).to.not.have.any.keys("command", "volumeMounts", "securityContext");
    });
});
