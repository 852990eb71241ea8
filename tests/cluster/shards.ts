import { expect } from "chai";
import type { Layout } from "../../lab/layout";
import { assessmentOf, TestStack } from "./testStack";

/** A probe of several pods, on a lab of three nodes. */
export function shards(lab: Layout): void {
    describe("with a pod of the probe on each node, and one behind the Services", () => {
        const nodes = lab.nodes.map(({ name }) => name);
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("shards", lab);
        });

        after(() => stack.remove());

        it("sends exactly what was asked for, and reaches by rule 9 each node's own pod from there", async () => {
            const config = { clients: ["curl", "load"], requests: 61, parallelism: 3, podSpread: "nodes" };
            const { probes, pods, services } = assessmentOf(await stack.up(config));
            expect(probes.map(({ node }) => node)).to.have.members(nodes);
            expect(pods.map(({ node }) => node)).to.have.members(nodes);
            for (const { name, clients } of services) {
                for (const client of clients) {
                    const of = `${client.client} at ${name}`;
                    expect([client.requested, client.answered], of).to.deep.equal([61, 61]);
                    expect(client.shards.map(({ answered }) => answered), of).to.deep.equal([21, 20, 20]); // prettier-ignore
                    expect(client.pods.reduce((sum, { count }) => sum + count, 0), of).to.equal(61); // prettier-ignore
                }
            }
            const [curl, load] = services.find(({ kind }) => kind === "headless")?.clients ?? [];
            const nodeOf = (pod: string | undefined) => pods.find(({ name }) => name === pod)?.node;
            curl?.shards.forEach((shard, i) => {
                const reached = curl.pods.filter((_, pod) => (shard.pods[pod]?.[0] ?? 0) > 0);
                expect(reached.map(({ pod }) => nodeOf(pod))).to.deep.equal([probes[i]?.node]);
            });
            expect(curl?.verdict.outcome).to.equal("as expected");
            // Each takes turns over all three pods.
            const turns = load?.shards.flatMap((shard) => shard.pods.map(([count]) => count)) ?? [];
            expect(turns).to.have.length(9);
            expect(Math.max(...turns) - Math.min(...turns)).to.be.at.most(1);
        });

        it("refuses a node that there is not, and says which there are", async () => {
            const error = await stack.failingUp({ probeNode: "nodes-9" });
            expect(error).to.contain(
                'probeNode: must be a node of the cluster (nodes, nodes-2, nodes-3), got "nodes-9"',
            );
        });
    });
}
