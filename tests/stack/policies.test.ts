import { expect } from "chai";
import { TrafficSplit } from "../../components/trafficSplit";
import { policies } from "../../review/policy/policies";
import { readStack } from "../../review/policy/stack";
import { preview } from "./recordedStack";

describe("the policies on this project's own stack", () => {
    it("see its two Services and the pods behind them, and have nothing to say", async () => {
        const { resources } = await preview(() => new TrafficSplit("split", {}));
        const provider = { urn: "default" };
        const stack = readStack(
            resources.map(({ urn, type, name, inputs }) => ({ urn, type, name, provider, props: inputs })),
        );
        expect([stack.services.length, stack.podSets.map(({ kind }) => kind)]).to.deep.equal([
            2,
            ["Deployment", "Job"],
        ]);
        for (const policy of policies) {
            expect(policy.advise(stack, {}), policy.name).to.deep.equal([]);
        }
    });
});
