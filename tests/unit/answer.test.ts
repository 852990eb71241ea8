import { expect } from "chai";
import { answer } from "../../report/answer";
import type { ClientSummary } from "../../split/measurement/measurement";
import { assessment, backend, client, clusterIP, headless } from "./measurements";

const pods = [backend("a", "10.244.0.5"), backend("b", "10.244.0.6"), backend("c", "10.244.0.7")];
const all = client({ a: 3, b: 4, c: 3 });
const one = client({ b: 10 });
const through = "Through nginxheadless (headless),";

describe("the sentence that answers a report's title", () => {
    const rows: [what: string, clients: ClientSummary[], sentence: string][] = [
        ["all clients at all pods", [all, all], `${through} all 2 clients reached all 3 pods.`],
        ["one client at one pod", [one], `${through} the only client reached only one of 3 pods.`],
        [
            "clients that differ, most numerous or not",
            [one, all, one, client({ a: 1, c: 1 }), client({}, { "HTTP 503": 2 })],
            `${through} 2 of 5 clients reached only one of 3 pods, 1 reached all 3 pods, 1 reached 2 of 3 pods and 1 got no answer.`,
        ],
        ["a pod that is gone since", [client({ gone: 2 })], `${through} the only client reached only one of 3 pods.`],
    ];
    for (const [what, clients, sentence] of rows) {
        it(`tells of ${what}`, () => {
            expect(answer(assessment(pods, [headless(...clients)]))).to.equal(sentence);
        });
    }

    it("tells of every Service, each by how its pods are reached", () => {
        expect(answer(assessment(pods.slice(0, 2), [headless(one), clusterIP(client({ a: 4, b: 6 }))]))).to.equal(
            `${through} the only client reached only one of 2 pods; through nginxclusterip (ClusterIP 10.96.0.7), ` +
                "the only client reached both pods.",
        );
    });

    it("tells of a pod that is called by its own name that it is the only one", () => {
        const named = { ...headless(one), name: "b", kind: "pod" } as const;
        expect(answer(assessment(pods, [named]))).to.equal(
            "Through b (name of one pod), the only client reached the only pod.",
        );
    });

    it("says so where no Service was called", () => {
        expect(answer(assessment(pods, []))).to.equal("No Service was called.");
    });
});
