import { expect } from "chai";
import { article } from "./article";
import { clients } from "./clients";
import { disruption } from "./disruption";
import { experiment } from "./experiment";
import { faults } from "./faults";
import { failures } from "./failures";
import { healing } from "./healing";
import { leastPrivilege } from "./leastPrivilege";
import { load } from "./load";
import { nodes } from "./nodes";
import { otherStack } from "./otherStack";
import { policies } from "./policies";
import { labDown, labUp, leftSince, machineState } from "./testLab";

const minute = 60_000;

describe("on the lab", function () {
    this.timeout(5 * minute);
    const machineBefore: Record<string, string[]> = {};

    before("bring the lab up", async function () {
        // Its binaries may have to be built first.
        this.timeout(60 * minute);
        // A run that was cut off may have left a lab, and locked stacks in it.
        await labDown();
        Object.assign(machineBefore, await machineState());
        await labUp();
    });

    beforeEach("show progress", function () {
        // A worker's report comes when it is done with the file.
        if (process.env["MOCHA_WORKER_ID"] !== undefined) {
            process.stderr.write(`${this.currentTest?.fullTitle()}\n`);
        }
    });

    after("take the lab down", async () => {
        await labDown();
        expect(await leftSince(machineBefore)).to.deep.equal([]);
    });

    experiment();
    article();
    clients();
    load();
    disruption();
    faults();
    failures();
    otherStack();
    leastPrivilege();
    policies();
    healing(machineBefore);
});

// After the other lab is down: what each of them leaves on the machine must be nothing.
nodes();
