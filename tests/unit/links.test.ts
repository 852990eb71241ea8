import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const project = join(__dirname, "..", "..");
const docs = readdirSync(join(project, "docs"), { recursive: true, encoding: "utf8" });

describe("a link in the docs", () => {
    for (const page of [
        "README.md",
        ...docs.filter((file) => file.endsWith(".md")).map((file) => join("docs", file)),
    ]) {
        it(`leads to a file that is there, in ${page}`, () => {
            const text = readFileSync(join(project, page), "utf8");
            const targets = [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].flatMap(([, target = ""]) => target);
            const files = targets.filter((target) => !/^[a-z]+:/.test(target));
            expect(files.filter((file) => !existsSync(join(project, dirname(page), file)))).to.deep.equal([]);
        });
    }
});
