import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expectationOf } from "../../split/theory/expectation";
import type { Verdict } from "../../split/verdict/verdict";
import { clusterIP, contextWith, headless, podsAt, type Changes } from "./contexts";
import { verdictOf } from "./verdictOf";

const guide = readFileSync(join(__dirname, "../../docs/experiment-of-2019.md"), "utf8").replace(/\s+/g, " ");

// The pods of the article of 2019; it does not tell the client's address, nor the counts behind the ClusterIP.
const backends = podsAt("100.64.10.148", "100.64.10.206", "100.64.2.87");
const at = (address: string | null, prefixLength: number | null): Changes =>
    headless({ address, prefixLength }, { backends });

const rows: [title: string, changes: Changes, counts: readonly number[], outcome: Verdict["outcome"]][] = [
    ["claims nothing without the client's address", at(null, null), [10, 0, 0], "no expectation"],
    ["finds 10/0/0 as expected of a client beside the first pod", at("100.64.10.150", 24), [10, 0, 0], "as expected"],
    ["finds 10/0/0 a contradiction on a /32", at("100.64.10.150", 32), [10, 0, 0], "contradicts expectation"],
    [
        "finds 7/2/1 too few behind a ClusterIP",
        clusterIP({}, { backends, proxy: "iptables", client: { address: null, prefixLength: null } }),
        ...([[7, 2, 1], "not enough data"] as const),
    ],
];

describe("on the article's own figures, the verdict", () => {
    for (const [title, changes, counts, outcome] of rows) {
        it(`${title}, in the guide's words`, () => {
            const names = backends.map(({ name }, i): [string, number] => [name, counts[i] ?? 0]);
            const expectation = expectationOf(contextWith(changes));
            const verdict = verdictOf(Object.fromEntries(names), expectation);
            expect(verdict.outcome).to.equal(outcome);
            expect(guide).to.include(`"${verdict.sentence}"`);
        });
    }
});
