import { expect } from "chai";
import { TrafficSplit } from "../../components/trafficSplit";
import { headlessServiceOnly } from "../../review/policy/headlessServiceOnly";
import { headlessWithoutReadinessProbe } from "../../review/policy/headlessWithoutReadinessProbe";
import { latestImageTag } from "../../review/policy/latestImageTag";
import { publishNotReadyAddresses } from "../../review/policy/publishNotReadyAddresses";
import { serviceSelectsNoPods } from "../../review/policy/serviceSelectsNoPods";
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
        for (const policy of [
            headlessServiceOnly,
            serviceSelectsNoPods,
            latestImageTag,
            headlessWithoutReadinessProbe,
            publishNotReadyAddresses,
        ]) {
            expect(policy.advise(stack, {}), policy.name).to.deep.equal([]);
        }
    });
});
