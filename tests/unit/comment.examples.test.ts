import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(__dirname, "..", "..");
const folder = join(root, "docs", "comments");
const { name } = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as { name: string };

describe("the examples of comments", () => {
    const examples = readdirSync(folder).filter((file) => file !== "README.md");

    it("are all named by the guide", () => {
        const guide = readFileSync(join(folder, "README.md"), "utf8");
        expect(guide.match(/(?<=\]\()\w+\.md/g)).to.have.members(examples);
    });

    for (const file of examples) {
        it(`have this project's marker and heading, and a severity for each finding: ${file}`, () => {
            const text = readFileSync(join(folder, file), "utf8");
            const start = `<!-- traffic-split ${name}/dev -->\n\n## Traffic split of ${name}/dev\n`;
            expect(text.slice(0, start.length)).to.equal(start);
            const [, findings = ""] = text.split("### Policies");
            const lines = findings.split("###")[0]?.match(/^- .*$/gm) ?? [];
            expect(lines.filter((line) => !/^- [\w-]+ \(\w+, \w+ severity\) on /.test(line))).to.deep.equal([]);
        });
    }
});
