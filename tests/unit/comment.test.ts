import { expect } from "chai";
import * as fc from "fast-check";
import { comment } from "../../review/comment";
import { PreviewError, readPreview, type Preview } from "../../review/preview";
import { assess } from "../../split/assessment";
import { backend, client, clusterIP, measurement } from "./measurements";
import { change, expecting, stackOutputs, stream, summary, type Event } from "./previewEvents";

const measured = assess(measurement([backend("web-a", "10.0.0.1")], [clusterIP(client({ "web-a": 3 }))]));
const service = "kubernetes:core/v1:Service";
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "hidden" };

const affinity = change("update", service, "web", {
    old: { inputs: { spec: { sessionAffinity: "None" } } },
    new: { inputs: { spec: { sessionAffinity: "ClientIP" } } },
    detailedDiff: { "spec.sessionAffinity": { diffKind: "update" } },
});
const outputs = stackOutputs(
    { expected: expecting("even over 3 pods"), trafficSplit: measured },
    { expected: expecting("pinned per client", "ClientIP does it.") },
);
const commentOn = (...events: Event[]): string => comment(readPreview(stream(...events, summary)));

describe("the comment on a preview", () => {
    it("tells how the expected split changes, when it was measured last, and what changes it", () => {
        const text = commentOn(affinity, outputs);
        expect(text).to.match(/^<!-- traffic-split dev -->\n/);
        expect(text).to.include("| webclusterip | curl | even over 3 pods | pinned per client | ClientIP does it. |");
        expect(text).to.include("Measured 2024-05-01T10:00:09.000Z by Job probe, 1 pods");
        expect(text).to.include("- update Service **web**: spec.sessionAffinity None → ClientIP");
    });

    it("compares with the base branch where no stack stores what it expects", () => {
        const previewOf = (split: string): Preview =>
            readPreview(stream(stackOutputs(null, { expected: expecting(split) }), summary));
        const preview = previewOf("pinned per client");
        expect(comment(preview)).to.include("| Service | Clients | Expected | Because |");
        expect(comment(preview, previewOf("even over 3 pods"))).to.include("even over 3 pods | pinned per client");
        expect(comment(preview, preview)).to.include("No expected split changes.");
        expect(comment(preview)).to.not.include("Measured");
    });

    it("gives a row to all clients for which the same changes", () => {
        const was = { web: { curl: { split: "a", reason: "" }, go: { split: "b", reason: "" } } };
        const same = { split: "c", reason: "So it is." };
        const now = { web: { curl: same, go: same, node: same, python: { split: "c", reason: "Not so." } } };
        const text = commentOn(stackOutputs({ expected: was }, { expected: now }));
        expect(text.split("\n").filter((line) => line.startsWith("| web"))).to.deep.equal([
            "| web | curl | a | c | So it is. |",
            "| web | go | b | c | So it is. |",
            "| web | node | none | c | So it is. |",
            "| web | python | none | c | Not so. |",
        ]);
        const all = commentOn(stackOutputs(null, { expected: now }));
        expect(all).to.include("| web | curl, go, node | c | So it is. |");
    });

    it("tells each problem once", () => {
        const warning = { diagnosticEvent: { severity: "warning", message: "old API" } };
        expect(commentOn(warning, warning, outputs).match(/old API/g)).to.have.length(1);
    });

    it("says that nothing is known where the preview ended in an error", () => {
        const failed = { diagnosticEvent: { severity: "error", message: "requests: 0 was given\n" } };
        const text = commentOn(failed, stackOutputs({ expected: expecting("even") }, { expected: "04da6b54-unknown" }));
        expect(text).to.include("What to expect after the change is not known");
        expect(text).to.include("- error: requests: 0 was given");
    });

    it("lists what policies find", () => {
        const found = {
            policyName: "readiness",
            enforcementLevel: "advisory",
            message: "Pods should have a probe.\nThese have none.",
            resourceUrn: "a::web",
        };
        const text = commentOn({ policyEvent: found }, outputs);
        expect(text).to.include("- readiness (advisory) on **web**: These have none.");
        expect(text).to.not.include("should have a probe");
        const oneLine = { ...found, message: "No probe." };
        expect(commentOn({ policyEvent: oneLine }, outputs)).to.include("on **web**: No probe.");
    });

    it("masks secrets, wherever in a value they are", () => {
        const data = { a: secret, b: [{ c: secret }] };
        const diff = {
            old: { inputs: { data } },
            new: { inputs: { data: "x" } },
            detailedDiff: { "data.a": {}, data: {} },
        };
        const text = commentOn(change("update", service, "web", diff), outputs);
        expect(text).to.include("secret");
        expect(text).to.not.include("hidden");
    });

    it("is the same for the same preview, in whatever order resources come", () => {
        const others = [change("create", service, "b"), change("delete", service, "a"), affinity];
        expect(commentOn(...others, outputs)).to.equal(commentOn(...others.toReversed(), outputs));
    });

    it("counts a replacement once, and what stays the same not at all", () => {
        const steps = ["create-replacement", "replace", "delete-replaced", "same"];
        const text = commentOn(...steps.map((op) => change(op, service, "web")), outputs);
        expect(text.match(/\*\*web\*\*/g)).to.have.length(1);
    });

    it("stays below 64,000 characters, and says that it was cut", () => {
        const many = Array.from({ length: 2_000 }, (_, i) => change("create", service, `web-${i}-${"x".repeat(40)}`));
        const text = commentOn(...many, outputs);
        expect(text).to.have.length.at.most(64_000);
        expect(text).to.match(/This comment is cut here, because it is too long\.\n$/);
    });

    it("lets no text become anything but text", () => {
        fc.assert(
            fc.property(
                fc.string({ unit: fc.constantFrom("<", ">", "|", "`", "\n", "\u001b", "@", "[", "](", "a") }),
                (evil) => {
                    const text = commentOn(
                        change("create", service, `x${evil}`),
                        stackOutputs(null, { expected: expecting(evil) }),
                    );
                    const rows = text.split("\n").filter((line) => line.startsWith("| webclusterip"));
                    expect(rows).to.have.length(1);
                    expect(rows[0]?.match(/(?<!\\)\|/g)).to.have.length(5);
                    expect(text).to.not.match(/<(?!!--|\/?details|\/?summary)|\p{Cc}(?<!\n)|@(?!&#8203;)|(?<!\\)`/u);
                },
            ),
        );
    });
});

describe("what is no preview", () => {
    const wrong: [what: string, text: string, message: RegExp][] = [
        ["nothing", "", /ends without its summary/],
        ["a stream that was cut", stream(outputs), /ends without its summary/],
        ["the digest of pulumi preview --json", '{\n  "steps": []\n}', /line 1 is no engine event: "\{"/],
        ["a line that is torn", `${stream(summary)}{"resourcePreEvent":{"metadata":1}}`, /line 2 is no engine event/],
    ];
    for (const [what, text, message] of wrong) {
        it(`is refused: ${what}`, () => {
            expect(() => readPreview(text)).to.throw(PreviewError, message);
        });
    }
});
