import { expect } from "chai";
import { parseRequirement, unmet } from "../../split/verdict/requirement";
import { assessment, backend, client, clusterIP, headless } from "./measurements";

const pods = [backend("a", "10.244.0.5"), backend("b", "10.244.1.6")];
const measured = assessment(pods, [
    // Rule 9 prefers a for a client of 10.244.0.9/24.
    headless(client({ a: 40 }), client({ a: 6, b: 32 }, { "HTTP 503": 2 }, { client: "go", resolver: "go" })),
    clusterIP(client({ a: 500, b: 500 }), client({ a: 20, b: 18 }, {}, { client: "go", resolver: "go" })),
]);

describe("a requirement", () => {
    // The pairs of Service and client that do not meet it, by their first letters.
    const rows: [text: string, failing: string[]][] = [
        ["as expected", ["h.g", "c.g"]],
        ["even", ["h.c", "h.g", "c.g"]],
        ["pinned to one pod", ["h.g", "c.c", "c.g"]],
        ["skewed", ["h.c", "c.c", "c.g"]],
        ["more even than random", ["h.c", "h.g", "c.c", "c.g"]],
        ["maxShare <= 0.5", ["h.c", "h.g", "c.g"]],
        ["maxShare < 0.5", ["h.c", "h.g", "c.c", "c.g"]],
        ["maxShare=1", ["h.g", "c.c", "c.g"]],
        ["podsReached >= 2", ["h.c"]],
        ["podsReached > 1", ["h.c"]],
        ["failedRequests = 0", ["h.g"]],
        ["  failedRequests   <=  2  ", []],
        ["nginxheadless: podsReached = 2", ["h.c"]],
        ["nginxclusterip.curl: even", []],
        ["nginxclusterip.go : even", ["c.g"]],
        ["nginxheadless.curl:pinned to one pod", []],
    ];
    for (const [text, failing] of rows) {
        it(`${JSON.stringify(text)} is not met by ${failing.join(", ") || "nobody"}`, () => {
            const requirement = parseRequirement(text);
            const sentences = requirement === null ? ["not read"] : unmet([requirement], measured);
            const found = sentences.map((sentence) => {
                const [, by = "", at = ""] = /: not met by (\w)\w* at nginx(\w)\w*\. .+\.$/.exec(sentence) ?? [];
                return `${at}.${by}`;
            });
            expect(found).to.have.members(failing);
        });
    }

    it("on the largest share is met by nobody whom no pod answered, and never by 0 in its place", () => {
        const silent = assessment(pods, [clusterIP(client({}, { refused: 300 }))]);
        for (const text of ["maxShare <= 0.5", "maxShare < 1", "maxShare = 0", "maxShare >= 0"]) {
            const requirement = parseRequirement(text);
            expect(requirement && unmet([requirement], silent), text).to.have.length(1);
        }
    });

    it("on the largest share is one of connections, whatever each carried", () => {
        const kept = client({ a: 100, b: 200 }, {}, { connection: "kept-alive", resolver: "own-round-robin" });
        const each = kept.pods.map((pod) => ({ ...pod, connections: 1, share: 0.5 }));
        const measured = assessment(pods, [headless({ ...kept, connections: 2, pods: each })]);
        const requirement = parseRequirement("maxShare <= 0.5");
        expect(requirement && unmet([requirement], measured)).to.deep.equal([]);
    });

    it("that is not met is a sentence that says what was seen", () => {
        const requirement = parseRequirement("nginxheadless.curl: podsReached = 2");
        expect(requirement && unmet([requirement], measured)).to.deep.equal([
            "nginxheadless.curl: podsReached = 2: not met by curl at nginxheadless. " +
                (measured.services[0]?.clients[0]?.verdict.sentence ?? ""),
        ]);
    });

    const unread = [
        ...["", " ", "fair", "Even", "even over 3 pods", "maxShare", "maxShare <=", "maxShare 0.5", "maxShare == 0.5"],
        ...["maxShare <= half", "maxShare <= -1", "maxShare <= 50%", "maxShare <= .5", "0.5 >= maxShare", "share < 1"],
        ...["web:", "web.: even", ".curl: even", "web.curl.x: even", "Web: even", "web even", "even\nskewed"],
        // What every object has.
        ...["constructor > 1", "toString = 1", "__proto__ < 1", "hasOwnProperty", "valueOf >= 0"],
    ];
    for (const text of unread) {
        it(`is none: ${JSON.stringify(text)}`, () => {
            expect(parseRequirement(text)).to.equal(null);
        });
    }
});
