import { expect } from "chai";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { preview, type Inputs, type Registered } from "./recordedStack";

async function resourcesOf(args: TrafficSplitArgs): Promise<readonly Registered[]> {
    return (await preview(() => new TrafficSplit("web", { namespace: "shop", ...args }))).resources;
}

function inputsOf(resources: readonly Registered[], type: string): Inputs {
    const found = resources.filter((each) => each.type === type);
    expect(found, type).to.have.length(1);
    return found[0]?.inputs ?? {};
}

const pods: Record<string, string> = {
    "an nginx pod": "kubernetes:apps/v1:Deployment",
    "the probe's pod": "kubernetes:batch/v1:Job",
};

for (const [pod, type] of Object.entries(pods)) {
    describe(`${pod} is what the restricted Pod Security level accepts`, () => {
        let spec: Inputs;
        let containers: Inputs[];
        before(async () => {
            spec = (inputsOf(await resourcesOf({}), type)["spec"] as Inputs)["template"].spec as Inputs;
            containers = spec["containers"] as Inputs[];
        });

        it("runs as a user that is not root, under the runtime's seccomp profile", () => {
            expect(spec["securityContext"]).to.include({ runAsNonRoot: true });
            expect(spec["securityContext"].runAsUser).to.be.above(0);
            expect(spec["securityContext"].seccompProfile).to.deep.equal({ type: "RuntimeDefault" });
        });

        it("has no service account token", () => {
            expect(spec["automountServiceAccountToken"]).to.be.false;
        });

        it("shares nothing with its node", () => {
            expect(spec).to.not.have.any.keys("hostNetwork", "hostPID", "hostIPC");
            const kinds = (spec["volumes"] as Inputs[]).flatMap(({ name: _, ...kind }) => Object.keys(kind));
            expect(["configMap", "emptyDir"]).to.include.members(kinds);
        });

        it("can write nowhere but where it must, and gain nothing", () => {
            expect(containers).to.have.length(1);
            for (const { securityContext } of containers) {
                expect(securityContext).to.deep.equal({
                    allowPrivilegeEscalation: false,
                    capabilities: { drop: ["ALL"] },
                    readOnlyRootFilesystem: true,
                });
            }
        });

        it("says what it needs", () => {
            for (const { resources } of containers) {
                expect(resources.requests).to.have.all.keys("cpu", "memory");
                expect(resources.limits).to.have.all.keys("memory");
            }
        });
    });
}

describe("the namespace", () => {
    const level = async (args: TrafficSplitArgs): Promise<unknown> => {
        const { metadata } = inputsOf(await resourcesOf(args), "kubernetes:core/v1:Namespace") as { metadata: Inputs };
        return metadata["labels"]["pod-security.kubernetes.io/enforce"];
    };

    it("enforces the restricted level", async () => {
        expect(await level({})).to.equal("restricted");
    });

    it("enforces the baseline level for an image that runs as it is, maybe as root", async () => {
        expect(await level({ imageAnswersHostname: true })).to.equal("baseline");
    });

    it("is not made where it exists already", async () => {
        const resources = await resourcesOf({ createNamespace: false });
        expect(resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace")).to.deep.equal([]);
    });

    for (const createNamespace of [true, false]) {
        it(`holds everything else, with createNamespace ${createNamespace}`, async () => {
            const resources = await resourcesOf({ createNamespace });
            const within = resources.filter(
                ({ type }) => type.startsWith("kubernetes:") && type !== "kubernetes:core/v1:Namespace",
            );
            expect(within).to.have.length(6);
            expect(within.filter(({ inputs }) => inputs["metadata"].namespace !== "shop")).to.deep.equal([]);
        });
    }
});

describe("an image that runs as it is", () => {
    it("gets no configuration of ours, and still no service account token", async () => {
        const resources = await resourcesOf({ image: "stenote/nginx-hostname", imageAnswersHostname: true });
        const { spec } = inputsOf(resources, "kubernetes:apps/v1:Deployment") as { spec: Inputs };
        const pod = spec["template"].spec as Inputs;
        expect(pod["automountServiceAccountToken"]).to.be.false;
        expect(pod["containers"][0]).to.include({ image: "stenote/nginx-hostname" });
        expect(pod["containers"][0]).to.not.have.any.keys("command", "volumeMounts", "securityContext");
    });
});
