import { article } from "./article";
import { experiment } from "./experiment";
import { failures } from "./failures";
import { healing } from "./healing";
import { otherStack } from "./otherStack";
import { labDown, labUp } from "./testLab";

const minute = 60_000;

describe("on the lab", function () {
    this.timeout(5 * minute);

    before("bring the lab up", async function () {
        // Its binaries may have to be built first.
        this.timeout(60 * minute);
        // A run that was cut off may have left a lab, and locked stacks in it.
        await labDown();
        await labUp();
    });

    after("take the lab down", labDown);

    experiment();
    article();
    failures();
    otherStack();
    healing();
});
