import { expect } from "chai";
import { fates } from "../../split/measurement/disruption";
import { brokenLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

const requests = 400;

/** Pods that are killed while clients call them. */
export function disruption(): void {
    describe("a disruption", () => {
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("disruption", brokenLab);
        });

        after(() => stack.remove());

        it("kills one pod in the middle of each Service's requests, and accounts for every request", async () => {
            const clients = ["curl", "node", "load"];
            const measured = assessmentOf(await stack.up({ clients, requests, rate: 10, disruption: "kill-one-pod" }));
            expect(measured.disruptions.map(({ service }) => service)).to.deep.equal(
                measured.services.map(({ name }) => name),
            );
            expect(measured.pods.filter(({ ready }) => ready)).to.have.length(3);
            for (const { service, lost, gained, clients: all } of measured.disruptions) {
                expect(lost, service).to.have.length(1);
                expect(gained, service).to.have.length(1);
                expect(all.map(({ client }) => client)).to.deep.equal(clients);
                for (const { client, seconds } of all) {
                    const counted = fates.flatMap((fate) => seconds[fate]).reduce((sum, count) => sum + count, 0);
                    expect(counted, `${client} at ${service}`).to.equal(requests);
                }
            }
            // 240 connections at least follow in 24 seconds. Of the 60 that are left if the pod takes 18 of these, none reaches
            // the new one of three pods once in 3e10 runs.
            const [, byProxy] = measured.disruptions;
            expect(byProxy?.clients.map(({ firstGained }) => firstGained)).to.not.include(null);
            const outcomes = measured.services.flatMap((each) => each.clients.map(({ verdict }) => verdict.outcome));
            expect(new Set(outcomes)).to.deep.equal(new Set(["no expectation"]));
        });
    });
}
