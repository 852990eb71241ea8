import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const textOf = (...path: string[]): string => readFileSync(join(__dirname, "..", "..", ...path), "utf8");

describe("the example in the README", () => {
    it("is the file that the compiler checks, of 15 lines", () => {
        const example = textOf("docs", "example.ts");
        expect(/```ts\n([^]*?)```/.exec(textOf("README.md"))?.[1]).to.equal(example);
        expect(example.trimEnd().split("\n")).to.have.length.at.most(15);
    });
});
