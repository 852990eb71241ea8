import { expect } from "chai";
import { PassThrough } from "node:stream";
import { WriteStream } from "node:tty";
import { stripVTControlCharacters } from "node:util";
import { table } from "../../report/table";
import { coloured } from "../../report/colouredTable";
import { outcome } from "../../split/verdict/judgement";
import { assessment, backend, client, clusterIP } from "./measurements";

const text = table(
    assessment([backend("web-a", "10.0.0.1")], [clusterIP(client({ "web-a": 2_000 }), client({ gone: 4 }))]),
);
const terminal = (depth: number): NodeJS.WritableStream =>
    Object.assign(new PassThrough(), { isTTY: true, getColorDepth: () => depth });

describe("the table on a terminal", () => {
    const before = process.env["FORCE_COLOR"];
    beforeEach(() => delete process.env["FORCE_COLOR"]);
    after(() => {
        if (before !== undefined) {
            process.env["FORCE_COLOR"] = before;
        }
    });

    it("has each client's verdict in its colour, and nothing else", () => {
        const styled = coloured(text, terminal(8));
        const [green, red] = ["\u001b[32mas expected\u001b[39m\n", "\u001b[31mcontradicts expectation\u001b[39m\n"];
        expect(styled).to.include(green).and.to.include(red);
        expect(styled.split("\u001b")).to.have.length(5);
        expect(stripVTControlCharacters(styled)).to.equal(text);
    });

    it("has a colour for every verdict there is", () => {
        for (const each of outcome.options) {
            const styled = coloured(`curl  1  ${each}\n`, terminal(8));
            expect(styled).to.not.equal(`curl  1  ${each}\n`);
            expect(stripVTControlCharacters(styled)).to.equal(`curl  1  ${each}\n`);
        }
    });

    it("is plain in a file or a pipe, and where the terminal has no colours", () => {
        expect(coloured(text, new PassThrough())).to.equal(text);
        expect(coloured(text, terminal(1))).to.equal(text);
    });

    it("is plain where NO_COLOR is set", () => {
        const asked = Object.assign(new PassThrough(), {
            isTTY: true,
            getColorDepth: () => WriteStream.prototype.getColorDepth({ NO_COLOR: "1", TERM: "xterm-256color" }),
        });
        expect(coloured(text, asked)).to.equal(text);
    });
});
