import { reporters, type MochaOptions, type Runner } from "mocha";

/** mocha's own report, and one closing line with both counts, for whoever reads only the end. */
export default class Counting extends reporters.Spec {
    constructor(runner: Runner, options: MochaOptions) {
        super(runner, options);
        runner.once("end", () => {
            const { passes, failures, pending } = this.stats;
            const skipped = pending === 0 ? "" : `, ${pending} skipped`;
            // A failing hook counts as a failure too: nothing that did not run is passed over.
            process.on("exit", () => {
                console.log(`${passes} passed, ${failures} failed${skipped}`);
            });
        });
    }
}
module.exports = Counting;
