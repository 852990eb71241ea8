import { expect } from "chai";
import type { Layout } from "../../lab/layout";
import { allDone } from "./meanwhile";
import { labDown, labUp, leftSince, machineState } from "./testLab";

const minute = 60_000;

/** Tests on a lab, which comes up before them, and of which nothing is left on the machine after them. */
export function onLab(title: string, lab: Layout, tests: (machineBefore: Record<string, string[]>) => void): void {
    describe(title, function () {
        this.timeout(5 * minute);
        const machineBefore: Record<string, string[]> = {};

        before("bring the lab up", async function () {
            // Its binaries may have to be built first.
            this.timeout(60 * minute);
            // A run that was cut off may have left a lab, and locked stacks in it.
            await labDown(lab);
            Object.assign(machineBefore, await machineState(lab));
            await labUp(lab);
        });

        beforeEach("show progress", function () {
            // A worker's report comes when it is done with the file.
            if (process.env["MOCHA_WORKER_ID"] !== undefined) {
                process.stderr.write(`${this.currentTest?.fullTitle()}\n`);
            }
        });

        after("take the lab down", async () => {
            try {
                await allDone();
            } finally {
                await labDown(lab);
            }
            expect(await leftSince(lab, machineBefore)).to.deep.equal([]);
        });

        tests(machineBefore);
    });
}
