import { expect } from "chai";
import { plain } from "../../report/markdown";

describe("plain text in Markdown", () => {
    // GitHub takes "\@name" and "\#1" for a mention and a reference nevertheless.
    const cases: [text: string, markdown: string][] = [
        ["@name", "@&#8203;name"],
        ["a@example.org", "a@&#8203;example.org"],
        ["#1, x/y#2", "#&#8203;1, x/y#&#8203;2"],
        ["GH-12 gh-3 GHz", "GH-&#8203;12 gh-&#8203;3 GHz"],
        ["http://x.example", "http:&#8203;//x.example"],
        ["www.x.example wwwx", "www&#8203;.x.example wwwx"],
        ["&#64;name", "&amp;#&#8203;64;name"],
        ["![a](b) <b> `c`", "!\\[a\\]\\(b\\) &lt;b&gt; \\`c\\`"],
        ["10.0.0.1:80, a: b", "10.0.0.1:80, a: b"],
        ["$x$ 03:50:47 :+1: :tada:", "$&#8203;x$&#8203; 03:50:47 :&#8203;+1: :&#8203;tada:"],
        ["a\u202eb", "a\ufffdb"],
    ];
    for (const [text, markdown] of cases) {
        it(`has nothing to follow: ${text}`, () => {
            expect(plain(text)).to.equal(markdown);
        });
    }
});
