import { expect } from "chai";
import { faultCases } from "./faultCases";
import { endOf, interrupted, interruptions, told, type Ended } from "./faultRuns";
import { brokenLab } from "./testLab";
import { TestStack } from "./testStack";

/** Of all faults, which `npm run faults` tries, the one that hits all others too. */
const quick = "kube-apiserver, and";

/** Updates while something breaks: right totals, or an error that tells what is missing. */
export function faults(): void {
    describe("an update during a fault", () => {
        let stack: TestStack;

        before(async () => {
            stack = await TestStack.make("faults", brokenLab);
        });

        after(() => stack.remove());

        for (const each of faultCases.filter(({ fault }) => fault.includes(quick))) {
            it(`ends in ${each.outcome === "totals" ? "right totals" : "a clear error"}: ${each.fault}`, async () => {
                const [during, after] = await endOf(each, stack);
                expectEnd(during, each.outcome);
                expectEnd(after, "totals");
            });
        }

        for (const each of interruptions.slice(0, 1)) {
            it(`can be interrupted, and the next one measures: ${each.what}`, async () => {
                const [first, second] = await interrupted(stack, each);
                expectEnd(first, /^(exit code [1-9]|SIG)/);
                expectEnd(second, "totals");
            });
        }
    });
}

export function expectEnd(end: Ended | undefined, outcome: "totals" | RegExp): void {
    expect(told(end)).to.match(outcome === "totals" ? /^totals right: [^;]+; [^;]+$/ : outcome);
    expect(told(end)).to.not.include("WRONG");
}
