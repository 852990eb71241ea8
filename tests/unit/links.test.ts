import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const project = join(__dirname, "..", "..");
const docs = readdirSync(join(project, "docs"), { recursive: true, encoding: "utf8" });
const pages = [
    "README.md",
    "CHANGELOG.md",
    ...docs.filter((file) => file.endsWith(".md")).map((file) => join("docs", file)),
];

/** Links and pictures of a page that lead to no other host, each with its heading, if it names one. */
function targetsIn(page: string): [file: string, heading: string | undefined][] {
    const text = readFileSync(join(project, page), "utf8").replace(/^```[^]*?^```$/gm, "");
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = ""]) => target)
        .filter((target) => !/^[a-z]+:/.test(target))
        .map((target) => {
            const [file = "", heading] = target.split("#");
            return [file === "" ? page : join(dirname(page), file), heading];
        });
}

/** What links to the headings of a page end in, as GitHub makes it of them. */
function headingsIn(page: string): string[] {
    const text = readFileSync(join(project, page), "utf8").replace(/^```[^]*?^```$/gm, "");
    return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
        heading
            .toLowerCase()
            .replace(/[^\p{L}\p{N} _-]/gu, "")
            .replaceAll(" ", "-"),
    );
}

describe("a link", () => {
    for (const page of pages) {
        it(`leads to a file that is there, in ${page}`, () => {
            const files = targetsIn(page).map(([file]) => file);
            expect(files.filter((file) => !existsSync(join(project, file)))).to.deep.equal([]);
        });

        it(`leads to a heading that is there, in ${page}`, () => {
            const lost = targetsIn(page).filter(
                ([file, heading]) => heading !== undefined && !headingsIn(file).includes(heading),
            );
            expect(lost).to.deep.equal([]);
        });
    }

    it("leads from the README to each guide", () => {
        const guides = docs.filter((file) => /^[^/]+\.md$/.test(file)).map((file) => join("docs", file));
        expect(targetsIn("README.md").map(([file]) => file)).to.include.members(guides);
    });
});

describe("a source file that a page names", () => {
    for (const page of pages) {
        it(`is there, in ${page}`, () => {
            const text = readFileSync(join(project, page), "utf8");
            const named = [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.(?:ts|yml|yaml|md|sh|py|go))`/g)];
            const files = named.map(([, file = ""]) => file);
            expect(files.filter((file) => !existsSync(join(project, file)))).to.deep.equal([]);
        });
    }
});

describe("the README", () => {
    it("has 120 lines at most", () => {
        const text = readFileSync(join(project, "README.md"), "utf8");
        expect(text.trimEnd().split("\n")).to.have.length.at.most(120);
    });
});

describe("a table's cell", () => {
    for (const page of pages.filter((each) => /^(?:README\.md|docs\/[^/]+\.md)$/.test(each))) {
        it(`has 100 characters at most, in ${page}`, () => {
            const rows = readFileSync(join(project, page), "utf8")
                .split("\n")
                .filter((line) => line.startsWith("|") && !/^[|\s:-]+$/.test(line));
            const cells = rows.flatMap((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim()));
            expect(cells.filter(({ length }) => length > 100)).to.deep.equal([]);
        });
    }
});
