import { expect } from "chai";
import { meanwhile } from "./meanwhile";
import { testLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

const requests = 20_000;

/** Many connections, which are counted where they are made. */
export function load(): void {
    describe("the load generator", () => {
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("load", testLab);
        });

        after(() => {
            meanwhile(() => stack.remove());
        });

        it("loses none of many connections, and keeps log and state small", async () => {
            const { services } = assessmentOf(await stack.up({ clients: ["load"], requests }));
            for (const { name, clients } of services) {
                const [client] = clients;
                const counted = client?.timeline?.intervals.flatMap(({ counts, failed }) => [...counts, failed]) ?? [];
                expect(client, name).to.deep.include({
                    requested: requests,
                    answered: requests,
                    connections: requests,
                });
                expect(
                    counted.reduce((sum, each) => sum + each, 0),
                    name,
                ).to.equal(requests);
                expect(client?.verdict.outcome, name).to.equal("as expected");
            }
            expect(JSON.stringify(services).length).to.be.below(64 * 1024);
        });

        it("sends no more a second than it is told", async () => {
            const { services } = assessmentOf(await stack.up({ rate: 500, requests: 1500 }));
            for (const { clients } of services) {
                const intervals = clients[0]?.timeline?.intervals ?? [];
                const seconds = intervals.reduce((sum, each) => sum + each.seconds, 0);
                // The first starts at once, and the last of 1500 after 1499 parts of 500 of a second.
                expect(seconds).to.be.at.least(1499 / 500 - 0.01);
            }
        });
    });
}
