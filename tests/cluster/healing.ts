import { expect } from "chai";
import { clusterBinaries } from "../../lab/cluster";
import { daemons } from "../../lab/daemons";
import { stopLab } from "../../lab/down";
import { kill, pidOf } from "../../lab/processes";
import { labUp, leftSince, brokenLab } from "./testLab";
import { assessmentOf, TestStack } from "./testStack";

/** The lab after crashes, and the machine after the lab. */
export function healing(machineBefore: Record<string, string[]>): void {
    describe("the lab", () => {
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("healing", brokenLab);
            await stack.up();
        });

        after(() => stack.remove());

        it("starts nothing anew when all is well", async () => {
            const before = await pids();
            await labUp(brokenLab);
            expect(await pids()).to.deep.equal(before);
        });

        it("is healthy again after each of its daemons was killed, and measures", async () => {
            for (const [name, pid] of Object.entries(await pids())) {
                await kill([pid ?? 0]);
                expect(await pidOf(brokenLab, name), name).to.equal(undefined);
                await labUp(brokenLab);
                expect(await pidOf(brokenLab, name), name).to.be.a("number");
            }
            const { services } = assessmentOf(await stack.up({ runId: "after the kills" }));
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([30, 30]);
        });

        it("leaves nothing on the machine when it is down, and brings its cluster back", async () => {
            const before = await stack.stack.outputs();
            await stopLab(brokenLab);
            expect(await leftSince(brokenLab, machineBefore)).to.deep.equal([]);
            await labUp(brokenLab);
            expect(await stack.stack.outputs()).to.deep.equal(before);
            const { services } = assessmentOf(await stack.up({ runId: "after the restart" }));
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([30, 30]);
        });

        it("survives two starts at once", async () => {
            await stopLab(brokenLab);
            await Promise.all([labUp(brokenLab), labUp(brokenLab)]);
            const { services } = assessmentOf(await stack.up({ runId: "after two starts" }));
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([30, 30]);
        });

        it("runs kube-proxy by iptables too", async () => {
            await labUp(brokenLab, "--proxy", "iptables");
            const { services } = assessmentOf(await stack.up({ runId: "iptables" }));
            expect(services.map(({ clients }) => clients[0]?.answered)).to.deep.equal([30, 30]);
        });
    });
}

async function pids(): Promise<Record<string, number | undefined>> {
    const list = daemons(brokenLab, await clusterBinaries()).map(async ({ name }) => [
        name,
        await pidOf(brokenLab, name),
    ]);
    return Object.fromEntries(await Promise.all(list)) as Record<string, number | undefined>;
}
