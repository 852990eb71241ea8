import { expect } from "chai";
import { comment } from "../../review/comment";
import { readPreview, type Preview } from "../../review/preview";
import { assess } from "../../split/verdict/assessment";
import { backend, client, clusterIP, measurement } from "./measurements";
import { change, expecting, later, secret, stackOutputs, stream, summary, type Event } from "./previewEvents";

const service = "kubernetes:core/v1:Service";
const created = change("create", service, "web", { new: { custom: true, inputs: {} } });
const outputs = stackOutputs(null, { expected: expecting("even") });
const whole = stream(created, outputs, summary);

describe("text around the events of a preview", () => {
    const plainComment = comment(readPreview(whole));
    const note = (text: string): string => /^The preview has .*$/m.exec(comment(readPreview(text)))?.[0] ?? "";
    const [first = "", ...rest] = whole.split(/(?<=\n)/);
    const install = "Installing policy pack acme 0.0.7...";

    const places: [where: string, text: string][] = [
        ["before them", `${install}\n${whole}`],
        ["after them", `${whole}${install}\n`],
        ["after them, without a newline", `${whole}${install}`],
        ["between them", `${first}${install}\n${rest.join("")}`],
        ["on the line of one", `${first}${install}${rest.join("")}`],
        ["in a file with other line ends", `${install}\n${whole}`.replaceAll("\n", "\r\n")],
    ];
    for (const [where, text] of places) {
        it(`is skipped, and noted: ${where}`, () => {
            expect(note(text)).to.equal(`The preview has 1 other line, skipped here: “${install}”.`);
            expect(comment(readPreview(text)).replace(`${note(text)}\n\n`, "")).to.equal(plainComment);
        });
    }

    it("is counted without empty lines, and quoted by its first line", () => {
        expect(note(`\n${install}\n\nadded 7 packages\n${whole}\n`)).to.equal(
            `The preview has 2 other lines, skipped here: “${install}”.`,
        );
        expect(plainComment).to.not.include("other line");
    });

    it("is bounded", () => {
        expect(note(`${"x".repeat(500)}\n${whole}`)).to.include(`“${"x".repeat(120)}…”`);
    });

    it("is text, without colors", () => {
        expect(note(`\u001b[1m\u001b[32m<b>@you</b>\u001b[0m\r\n${whole}`)).to.include(
            "“&lt;b&gt;@&#8203;you&lt;/b&gt;”",
        );
    });

    it("shows nothing of what may be a torn object, with values that nothing masks", () => {
        for (const torn of [
            '"data":{"password":"hunter2"}}',
            '{"data":"hunter2"}',
            'ter2","next":1}',
            'error: "hunter2"',
        ]) {
            expect(note(`${torn}\n${whole}`)).to.equal("The preview has 1 other line, skipped here.");
        }
        expect(note(`${JSON.stringify({ data: secret })}\n${whole}`)).to.not.include("hidden");
    });

    it("is noted of the base too", () => {
        const text = comment(readPreview(whole), readPreview(`${install}\n${whole}`));
        expect(text).to.include(`The preview of the base has 1 other line, skipped here: “${install}”.`);
    });
});

/** A resource in a digest. */
function step(op: string, type: string, name: string, given: Event = {}): Event {
    return { op, urn: `urn:pulumi:dev::shop::shop:index:Part$${type}::${name}`, detailedDiff: null, ...given };
}

const state = (inputs: Event): Event => ({ custom: true, inputs });

/** As Pulumi prints it. */
function digest(given: Event): string {
    return `${JSON.stringify({ changeSummary: { update: 1 }, ...given }, null, 4)}\n`;
}

describe("the digest of a preview", () => {
    const stackUrn = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
    const measured = assess(
        measurement([backend("web-a", "10.0.0.1")], [{ ...clusterIP(client({ "web-a": 3 })), name: "webclusterip" }]),
    );
    const stack = (stored: Event): Event => ({
        op: "same",
        urn: stackUrn,
        oldState: { custom: false, outputs: stored },
        newState: { custom: false, outputs: stored },
        detailedDiff: null,
    });
    const updated = step("update", service, "web", {
        oldState: state({ spec: { sessionAffinity: "None" } }),
        newState: state({ spec: { sessionAffinity: "ClientIP" } }),
        diffReasons: ["spec"],
        detailedDiff: { "spec.sessionAffinity": { kind: "update", inputDiff: true } },
    });
    const commentOn = (given: Event): string => comment(readPreview(digest(given)));

    it("becomes a comment of what it has, and says how to get more", () => {
        const text = commentOn({ steps: [stack({ expected: expecting("even"), trafficSplit: measured }), updated] });
        expect(text).to.match(/^<!-- traffic-split shop\/dev -->\n/);
        expect(text).to.include(
            "Read from a digest: the preview. Set `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true` for `pulumi preview --json`",
        );
        expect(text).to.include(
            "What to expect after the change is not known: a digest has no outputs after the change.",
        );
        expect(text).to.include("| webclusterip | curl | 3 of 3: as expected | even |");
        expect(text).to.include("- update Service **web**: spec.sessionAffinity None → ClientIP");
        expect(text).to.not.include("The preview failed");
    });

    it("says nothing of how to get more where there is no more to get", () => {
        expect(comment(readPreview(whole))).to.not.include("PULUMI_ENABLE_STREAMING_JSON_PREVIEW");
    });

    it("is read between other lines, some of which look like it", () => {
        const text = comment(readPreview(`Installing…\n{\n    "a": 1\n}\n${digest({ steps: [updated] })}Done.\n`));
        expect(text).to.include("The preview has 5 other lines, skipped here: “Installing…”.");
        expect(text).to.include("- update Service **web**");
    });

    it("is read with other line ends", () => {
        expect(comment(readPreview(digest({ steps: [updated] }).replaceAll("\n", "\r\n")))).to.include(
            "- update Service",
        );
    });

    it("says why it replaces, by paths, by names, or not at all", () => {
        const replaced = (given: Event): string =>
            /^- replace .*$/m.exec(commentOn({ steps: [step("replace", service, "web", given)] }))?.[0] ?? "";
        const states = { oldState: state({ a: 1 }), newState: state({ a: 2 }) };
        expect(replaced({ ...states, detailedDiff: { a: { kind: "update-replace" } } })).to.equal(
            "- replace Service **web**: a 1 → 2",
        );
        expect(replaced({ replaceReasons: ["spec"] })).to.include("**web**: replaced because of spec");
        expect(replaced({})).to.include("**web**: the preview does not say why it is replaced");
    });

    it("has problems, each with its severity once, and no expectation after an error", () => {
        const diagnostics = [
            { severity: "error", message: "error: \u001b[90mno clients\u001b[39m\n", urn: stackUrn },
            { severity: "warning", message: "warning: old API" },
            { severity: "info", message: "hello" },
            {},
        ];
        const text = commentOn({ changeSummary: undefined, diagnostics });
        expect(text).to.include("- error: no clients\n- warning: old API\n").and.not.include("hello");
        expect(text).to.include("What to expect after the change is not known: the preview failed.");
    });

    it("shows no secret, and no content of a Secret", () => {
        const kind = "kubernetes:core/v1:Secret";
        const paths = { "data.a": { kind: "update" }, "stringData.b": { kind: "update" } };
        const content = (value: string) => state({ data: { a: "[secret]" }, stringData: { b: value } });
        const text = commentOn({
            steps: [
                step("update", kind, "web", {
                    oldState: content("hunter1"),
                    newState: content("hunter2"),
                    detailedDiff: paths,
                }),
            ],
        });
        expect(text).to.include("\\[secret\\] → \\[secret\\]").and.not.include("hunter");
    });

    const base = (...resources: Event[]): Preview =>
        readPreview(digest({ steps: resources, changeSummary: { create: resources.length } }));
    const creating = (inputs: Event): Event => step("create", service, "web", { newState: state(inputs) });

    it("is compared with a base, if both list all resources", () => {
        const text = comment(base(creating({ a: 2, b: later })), base(creating({ a: 1, b: later })));
        expect(text).to.include("- change Service **web**: a 1 → 2");
        expect(text).to.include("known when the update is made can't be compared: web b.");
        expect(text).to.include("Read from a digest: the preview, the preview of the base. Set ");
        const streamed = comment(readPreview(whole), base(creating({})));
        expect(streamed).to.include("Read from a digest: the preview of the base. Set ");
    });

    it("is not compared with a base, if one leaves resources out", () => {
        const incomplete = readPreview(digest({ steps: [stack({}), updated], changeSummary: { same: 4, update: 1 } }));
        const note =
            "A digest leaves out unchanged resources, here 3, so the resources are not compared with the base.";
        for (const text of [comment(incomplete, base(creating({}))), comment(incomplete, incomplete)]) {
            expect(text).to.include(note).and.include("- update Service **web**: spec.sessionAffinity None → ClientIP");
        }
        const text = comment(base(creating({})), incomplete);
        expect(text).to.include(note).and.include("- create Service **web**");
    });

    it("has the stack's name from whoever knows it, if it ended before its first resource", () => {
        const diagnostics = [{ severity: "error", message: "error: it does not compile" }];
        const text = comment(readPreview(digest({ diagnostics }), { project: "till", stack: "prod" }));
        expect(text).to.match(/^<!-- traffic-split till\/prod -->\n/);
    });
});
