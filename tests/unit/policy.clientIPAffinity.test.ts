import { expect } from "chai";
import { clientIPAffinity } from "../../review/policy/clientIPAffinity";
import { autoscaler, deployment, headless, service, unknown, workload } from "./policyObjects";
import { isSilent, messages, speaks } from "./policyTables";

describe("policy client-ip-affinity", () => {
    const sticky = (spec = {}) => service("web", { sessionAffinity: "ClientIP", ...spec });
    const hour = { clientIP: { timeoutSeconds: 3600 } };
    speaks(clientIPAffinity, {
        "three replicas": ["fewer than 3 client addresses", deployment(), sticky()],
        "the time that it lasts by default": ["for 10800 s", deployment(), sticky()],
        "the time that it lasts": ["for 3600 s", deployment(), sticky({ sessionAffinityConfig: hour })],
        "what an autoscaler allows": ["1 to 4 pods", deployment(), autoscaler({ maxReplicas: 4 }), sticky()],
    });
    isSilent(clientIPAffinity, {
        "no affinity": [deployment(), service("web")],
        "one replica": [deployment({ replicas: 1 }), sticky()],
        "no replicas": [deployment({ replicas: 0 }), sticky()],
        "a headless Service, where it does nothing": [deployment(), headless({ sessionAffinity: "ClientIP" })],
        "a DaemonSet, whose pods a stack does not count": [workload("apps/v1:DaemonSet", {}), sticky()],
        "affinity not known yet": [deployment(), sticky({ sessionAffinity: unknown })],
        "an address not known yet": [deployment(), sticky({ clusterIP: unknown })],
        "replicas not known yet": [deployment({ replicas: unknown }), sticky()],
    });
    it("counts idle pods of an autoscaler where it makes the most", () => {
        const pods = [deployment(), autoscaler({ minReplicas: 2, maxReplicas: 10 }), sticky()];
        const [message] = messages(clientIPAffinity, pods, { expectedClients: 3 });
        expect(message).to.include("at least 7 of 10 pods stay idle where all run.");
    });

    for (const [expectedClients, text] of [
        [1, "With 1 expected, at least 2 of 3 pods stay idle."],
        [2, "With 2 expected, at least 1 of 3 pods stays idle."],
        [3, undefined],
    ] as const) {
        it(`says "${text ?? "nothing"}" where ${expectedClients} clients are expected`, () => {
            const [message] = messages(clientIPAffinity, [deployment(), sticky()], { expectedClients });
            expect(message?.match(/With .*idle\./)?.[0]).to.equal(text);
        });
    }
});
