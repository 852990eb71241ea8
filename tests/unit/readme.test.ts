import { expect } from "chai";
import * as fc from "fast-check";
import { markdownReport } from "../../report/markdownReport";
import { compareRuns } from "../../split/verdict/comparison";
import { runOf } from "../../split/verdict/run";
import { largeRun } from "./pageAssessments";
import { assessment, backend, client, clusterIP, headless, measurement } from "./measurements";

const pods = [backend("web-b", "10.244.0.6"), backend("web-a", "10.244.0.5")];

describe("the report in Markdown", () => {
    it("tells who answered whom, the verdicts and why, and when it was measured", () => {
        const go = client({ "web-a": 3 }, { "HTTP 503": 1 }, { client: "go", engine: "Go", resolver: "go" });
        const text = markdownReport(assessment(pods, [headless(go), clusterIP(client({ "web-a": 10, "web-b": 6 }))]));
        expect(text).to.include("| Client | web-a | web-b | Pods reached | Largest share | Failed | Verdict |");
        expect(text).to.include("| go | 3 | 0 | 1 of 2 | 100.0 % | 1 | not enough data |");
        expect(text).to.include("## nginxclusterip (ClusterIP 10.96.0.7)");
        expect(text).to.include("| curl | 10 | 6 | 2 of 2 | 62.5 % | 0 | not enough data |");
        expect(text).to.match(/- \*\*go\*\*: All 3 answers came from web-a, .*1 × HTTP 503\./);
        expect(text).to.include("Measured from 2024-05-01T10:00:00.000Z to 2024-05-01T10:00:09.000Z by Job probe");
    });

    it("says that the split changed since the run before, and only then", () => {
        const now = [clusterIP(client({ "web-a": 40 }))];
        const before = runOf(measurement(pods, [clusterIP(client({ "web-a": 20, "web-b": 20 }))]));
        const text = (rate: number): string =>
            markdownReport(assessment(pods, now), compareRuns(before, runOf(measurement(pods, now)), rate));
        expect(text(0.001)).to.include("| nginxclusterip | curl | 20 / 20 | 40 / 0 |");
        expect(text(1e-12)).to.not.include("Split changed");
    });

    it("stays below 64,000 characters at the largest size of a stack, whatever its clients say", () => {
        for (const [replicas, clients] of [
            [100, 1],
            [8, 12],
            [7, 14],
        ] as const) {
            expect(markdownReport(largeRun(replicas, clients))).to.have.length.below(64_000);
        }
    });

    it("lets no name and no error become anything but text", () => {
        const evil = fc.string({
            unit: fc.constantFrom("<", ">", "|", "`", "\n", "\u001b", "@", "[", "](", "a"),
            minLength: 1,
        });
        fc.assert(
            fc.property(evil, evil, (pod, error) => {
                const text = markdownReport(
                    assessment([backend(`x${pod}`, null)], [clusterIP(client({ [`x${pod}`]: 1 }, { [error]: 2 }))]),
                );
                expect(text).to.not.match(/<(?!\/?details|\/?summary)|\p{Cc}(?<!\n)|@(?!&#8203;)|(?<!\\)`/u);
            }),
        );
    });
});
