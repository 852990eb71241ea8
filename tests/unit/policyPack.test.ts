import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { policies } from "../../review/policy/policies";

const guide = readFileSync(join(__dirname, "..", "..", "docs", "policies.md"), "utf8");

describe("the guide to the policies", () => {
    const rows = guide
        .split("\n")
        .filter((line) => line.startsWith("| `"))
        .map((line) =>
            line
                .split("|")
                .slice(1, -1)
                .map((cell) => cell.trim()),
        );

    it("has a row for each policy with its severity and its remediation steps", () => {
        const expected = policies.map(({ name, severity, remediationSteps }) => [
            `\`${name}\``,
            severity,
            remediationSteps,
        ]);
        expect(rows.map(([name, severity, , steps]) => [name, severity, steps])).to.have.deep.members(expected);
    });

    it("has no cell that is too long to read", () => {
        expect(rows.flat().filter((cell) => cell.length > 100)).to.deep.equal([]);
    });

    for (const { name } of policies) {
        it(`says when ${name} is silent`, () => {
            const [, silence = ""] = guide.split("## When they are silent");
            expect(silence).to.include(`\`${name}\``);
        });
    }
});
