import { expect } from "chai";
import { mostFrequent, errorCounts } from "../../split/measurement/errorCounts";

describe("failed requests by message", () => {
    const cases: [what: string, given: [string, number][], counted: Record<string, number>][] = [
        ["nothing", [], {}],
        [
            "one cause at several ports",
            [
                ["reset by 10.0.0.1:40001", 1],
                ["reset by 10.0.0.1:40002", 2],
            ],
            { "reset by 10.0.0.1": 3 },
        ],
        [
            "one cause after several times",
            [
                ["timed out after 5001 ms", 1],
                ["timed out after 5002 ms", 1],
            ],
            { "timed out": 2 },
        ],
        [
            "the mostFrequent first",
            [
                ["rare", 1],
                ["common", 9],
            ],
            { common: 9, rare: 1 },
        ],
        [
            "at most 100 characters of each",
            [
                ["é".repeat(300), 1],
                ["é".repeat(301), 1],
            ],
            { [`${"é".repeat(99)}…`]: 2 },
        ],
    ];
    for (const [what, given, counted] of cases) {
        it(`counts ${what}`, () => {
            expect(Object.entries(errorCounts(given))).to.deep.equal(Object.entries(counted));
        });
    }

    it("counts all beyond the four mostFrequent together, and none twice", () => {
        const given = Array.from({ length: 30 }, (_, i): [string, number] => [`cause ${i}x`, 100 - i]);
        const counts = errorCounts(given);
        expect(Object.keys(counts)).to.deep.equal([...given.slice(0, 4).map(([each]) => each), "26 other messages"]);
        expect(Object.values(counts).reduce((sum, each) => sum + each)).to.equal(
            given.reduce((sum, [, each]) => sum + each, 0),
        );
    });

    it("leaves few as they are", () => {
        expect(
            mostFrequent(
                [
                    ["a", 2],
                    ["b", 1],
                ],
                2,
            ),
        ).to.deep.equal({ a: 2, b: 1 });
    });
});
