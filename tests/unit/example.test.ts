import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const textOf = (...path: string[]): string => readFileSync(join(__dirname, "..", "..", ...path), "utf8");

describe("the example for a program of one's own", () => {
    it("is the file that the compiler checks, of 15 lines", () => {
        const example = textOf("docs", "example.ts");
        expect(/```ts\n([^]*?)```/.exec(textOf("docs", "own-code.md"))?.[1]).to.equal(example);
        expect(example.trimEnd().split("\n")).to.have.length.at.most(15);
    });
});
