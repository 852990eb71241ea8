import { expect } from "chai";
import { commandsIn, guides, textOf, trials } from "./documentedCommands";

describe("a command of the README and the guides", () => {
    for (const page of guides) {
        it(`is tried, or says why it is not, in ${page}`, () => {
            expect(commandsIn(textOf(page)).filter((command) => !Object.hasOwn(trials, command))).to.deep.equal([]);
        });
    }

    it("is in one of them still, where it is tried", () => {
        const all = guides.flatMap((page) => commandsIn(textOf(page)));
        expect(Object.keys(trials).filter((command) => !all.includes(command))).to.deep.equal([]);
    });

    it("is tried in the words that are given for it", () => {
        for (const [command, trial] of Object.entries(trials)) {
            if (typeof trial === "object" && "by" in trial) {
                expect(textOf(trial.by), command).to.include(trial.words);
            }
        }
    });

    it("is found in code, sentences and tables, one by one, and nothing else is", () => {
        const page = [
            "Run `npm ci` first; `replicas` is no command, nor is `pulumi`, and `pulumi stack",
            "output` goes on in the next line.",
            "",
            "    lab/lab up        # a comment",
            "    export A=b && pulumi up; kubectl get pods",
            "",
            "| `lab/lab down` | text |",
            "",
            "```ts",
            "    pulumi up",
            "```",
        ].join("\n");
        expect(commandsIn(page)).to.deep.equal([
            "npm ci",
            "pulumi stack output",
            "lab/lab up",
            "export A=b",
            "pulumi up",
            "kubectl get pods",
            "lab/lab down",
        ]);
    });
});
