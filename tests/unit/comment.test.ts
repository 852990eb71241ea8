import { expect } from "chai";
import { execa } from "execa";
import * as fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { comment } from "../../review/comment";
import { failedPreview, readPreview, type Preview } from "../../review/preview";
import { PreviewError } from "../../review/standardOutput";
import { assess } from "../../split/verdict/assessment";
import { backend, client, clusterIP, measurement } from "./measurements";
import { change, expecting, failure, later, secret, stackOutputs, stream, summary, type Event } from "./previewEvents";

const measured = assess(
    measurement([backend("web-a", "10.0.0.1")], [{ ...clusterIP(client({ "web-a": 3 })), name: "webclusterip" }]),
);
const service = "kubernetes:core/v1:Service";

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
        expect(text).to.match(/^<!-- traffic-split shop\/dev -->\n\n## Traffic split of shop\/dev\n/);
        expect(text).to.include("| Service | Clients | Measured | Expected now | After | Because |");
        expect(text).to.include(
            "| webclusterip | curl | 3 of 3: as expected | even over 3 pods | pinned per client | ClientIP does it. |",
        );
        expect(text).to.match(/Measured from 2024\S+ to 2024-05-01T10:00:09.000Z by Job probe with 1 pod: /);
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
        const failed = { diagnosticEvent: { severity: "error", message: "requests: must be at least 1, got 0\n" } };
        const unknown = stackOutputs({ expected: expecting("even") }, { expected: later });
        const text = comment(readPreview(stream(failed, unknown, failure)));
        expect(text).to.include("What to expect after the change is not known: the preview failed.");
        expect(text).to.include("| webclusterip | curl | even |");
        expect(text).to.include("- error: requests: must be at least 1, got 0");
        const stored = { expected: expecting("even over 3 pods") };
        const unchanged = comment(readPreview(stream(failed, stackOutputs(stored, stored), failure)));
        expect(unchanged).to.include("What to expect after the change is not known: the preview failed.");
        expect(unchanged.indexOf("### Problems")).to.be.within(0, unchanged.indexOf("### Expected"));
        expect(text).to.include("The preview failed before its end: what else changes is not known.");
        expect(text).to.not.include("No resource changes");
    });

    it("tells of a stack that expects nothing that it doesn't, and of what changes there", () => {
        const without = (...events: Event[]): Preview =>
            readPreview(stream(...events, stackOutputs(null, {}), summary));
        const gone = change("create", service, "gone", { new: { custom: true, inputs: {} } });
        const text = comment(without(), without(gone));
        expect(text).to.include(
            "What to expect after the change is not known: the preview has no output `expected`, or does not know it yet.",
        );
        expect(text).to.include("- delete Service **gone**");
        expect(text).to.not.include("failed");
    });

    const problem = (text: string): string[] => text.match(/(?<=^- warning: ).*/gm) ?? [];
    const unreadable: [what: string, old: Event, problems: string[]][] = [
        [
            "a secret measurement",
            { trafficSplit: secret },
            ["the stack: the output trafficSplit is a secret, which Pulumi does not print"],
        ],
        ["a secret expectation", { expected: secret }, ["the stack: expected is a secret, and is not shown"]],
        [
            "an older version's measurement",
            { trafficSplit: { schemaVersion: 1 } },
            ["the stack: trafficSplit.schemaVersion: must be 5, got 1; run pulumi up again"],
        ],
        [
            "another stack's outputs",
            { expected: { replicas: 3 }, trafficSplit: "done" },
            [
                "the stack: expected is not that of a TrafficSplit",
                "the stack: trafficSplit: Invalid input: expected object, received string",
            ],
        ],
    ];
    for (const [what, old, problems] of unreadable) {
        it(`says what of the stored outputs it can't read: ${what}`, () => {
            const text = commentOn(stackOutputs(old, { expected: expecting("even") }));
            expect(problem(text)).to.deep.equal(problems);
            expect(text).to.include("| webclusterip | curl | even | So it is. |").and.not.include("hidden");
        });
    }

    it("tells the error of a preview that printed nothing, under the same first line", () => {
        const base = readPreview(stream(outputs, summary));
        const name = { project: "shop", stack: "dev" };
        const text = comment(failedPreview(name, "error: replicas must be an integer\n"), base);
        expect(text).to.match(/^<!-- traffic-split shop\/dev -->\n/);
        expect(text).to.include("- error: replicas must be an integer\n");
        expect(text).to.include("What to expect after the change is not known: the preview failed.");
        expect(text).to.not.match(/No resource changes|delete/);
    });

    it("compares nothing with a base whose preview failed, and says why", () => {
        const text = comment(
            readPreview(stream(affinity, outputs, summary)),
            failedPreview({ project: "shop", stack: "dev" }, "error: no clients"),
        );
        expect(text).to.include("- of the base: error: no clients");
        expect(text).to.include("Which resources change is not known: the preview of the base failed.");
        expect(text).to.not.include("**web**");
    });

    it("tells what is secret in both previews, and nowhere that nothing changes", () => {
        const given = (data: Event): Preview =>
            readPreview(stream(change("create", service, "web", { new: { custom: true, inputs: { data } } }), summary));
        const text = comment(given({ "a.key": secret }), given({ "a.key": secret }));
        expect(text).to.include('Values that are secret can\'t be compared: web data\\["a.key"\\].');
        expect(text).to.not.include("No resource changes");
        expect(comment(given({ a: "1" }), given({ a: "1" }))).to.include("No resource changes.");
        expect(comment(given({ a: secret }), given({ a: "1" }))).to.include("data.a \\[secret\\] → \\[secret\\]");
        const many = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`k${10 + i}`, later]));
        expect(comment(given(many), given(many))).to.match(
            /Values that are known when the update is made can't be compared: web data\.k10, .* and 2 more\./,
        );
    });

    it("tells that a mandatory policy stops the update, and all that changes nevertheless", () => {
        const found = {
            policyName: "z-strict",
            enforcementLevel: "mandatory",
            message: "No.\nNot so.",
            resourceUrn: "a::web",
        };
        const advice = { ...found, policyName: "a-mild", enforcementLevel: "advisory" };
        const error = (message: string): Event => ({ diagnosticEvent: { severity: "error", message } });
        const base = readPreview(
            stream(change("same", service, "gone", { new: { custom: true, inputs: {} } }), summary),
        );
        const stopped = (...more: Event[]): string =>
            comment(readPreview(stream({ policyEvent: advice }, { policyEvent: found }, ...more, failure)), base);
        const text = stopped(error("preview failed"));
        expect(text)
            .to.include("- delete Service **gone**")
            .and.include("- error: a mandatory policy stops the update");
        expect(text.indexOf("z-strict")).to.be.lessThan(text.indexOf("a-mild"));
        expect(stopped(error("preview failed"), error("boom"))).to.include("The preview failed before its end");
    });

    it("tells errors before warnings, in whatever order they come, and the commit", () => {
        const told = (severity: string, message: string): Event => ({ diagnosticEvent: { severity, message } });
        const events = [told("warning", "b"), told("error", "c"), told("warning", "a")];
        expect(commentOn(...events)).to.equal(commentOn(...events.toReversed()));
        expect(commentOn(...events)).to.include("- error: c\n- warning: a\n- warning: b");
        const text = comment(readPreview(stream(summary)), null, "0123456789abcdef`@x");
        expect(text).to.include("Preview of commit `0123456789ab`.");
    });

    it("tells of pods that answered nothing", () => {
        const pods = ["a", "b"].map((name) => backend(name, null));
        const one = assess(measurement(pods, [clusterIP(client({ b: 3 }))]));
        const text = commentOn(stackOutputs({ trafficSplit: one }, { expected: {} }));
        expect(text).to.match(/\| curl \| 3 \/ 0 of 3: /);
    });

    it("counts pods where there are too many for a table", () => {
        const counts = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`web-${i}`, i === 0 ? 28 : 1]));
        const many = assess(measurement([], [clusterIP(client(counts))]));
        const text = commentOn(stackOutputs({ trafficSplit: many }, { expected: expecting("even") }));
        expect(text).to.include("| 13 of 13 pods, 70.0 % at most, of 40: ");
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
        const severe = { policyEvent: { ...found, severity: "high" } };
        const mild = { policyEvent: { ...found, policyName: "latest", severity: "low" } };
        const sorted = commentOn({ policyEvent: found }, mild, severe, outputs);
        expect(sorted.match(/^- \w+ \(advisory.*?\)/gm)).to.deep.equal([
            "- readiness (advisory, high severity)",
            "- latest (advisory, low severity)",
            "- readiness (advisory)",
        ]);
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

    describe("on a replacement", () => {
        const lines = (...events: Event[]): string[] => commentOn(...events, outputs).match(/^- replace .*/gm) ?? [];
        const states = { old: { inputs: { a: 1, b: 1, c: 1, d: 1 } }, new: { inputs: { a: 2, b: 2, c: 2, d: 2 } } };
        const updated = (...paths: string[]): Event =>
            Object.fromEntries(paths.map((path) => [path, { diffKind: "update" }]));

        it("says so if the preview does not say why", () => {
            for (const op of ["replace", "create-replacement", "import-replacement"]) {
                expect(lines(change(op, service, "web"))).to.deep.equal([
                    "- replace Service **web**: the preview does not say why it is replaced",
                ]);
            }
            // As with --target-replace.
            expect(lines(change("replace", service, "web", { keys: ["id"] }))).to.deep.equal(
                lines(change("replace", service, "web")),
            );
            const changed = { ...states, detailedDiff: updated("a") };
            expect(lines(change("replace", service, "web", changed))).to.deep.equal([
                "- replace Service **web**: a 1 → 2; the preview does not say why it is replaced",
            ]);
        });

        it("has the properties that force it before others", () => {
            const detailedDiff = { ...updated("a", "b", "c"), d: { diffKind: "update-replace" } };
            expect(lines(change("replace", service, "web", { ...states, detailedDiff }))).to.deep.equal([
                "- replace Service **web**: d 1 → 2, a 1 → 2, b 1 → 2, 1 more",
            ]);
        });

        it("has the names of properties if the provider gives no paths", () => {
            const keys = ["spec", "metadata"];
            expect(lines(change("replace", service, "web", { keys }))).to.deep.equal([
                "- replace Service **web**: replaced because of metadata, spec",
            ]);
            const many = change("replace", service, "web", { keys: ["a", "b", "c", "d", "e"] });
            expect(lines(many)).to.deep.equal(["- replace Service **web**: replaced because of a, b, c, 2 more"]);
        });

        it("takes the reason from any of its steps", () => {
            const steps = [
                change("create-replacement", service, "web"),
                change("replace", service, "web", { ...states, detailedDiff: { a: { diffKind: "update-replace" } } }),
                change("delete-replaced", service, "web"),
            ];
            for (const events of [steps, steps.toReversed()]) {
                expect(lines(...events)).to.deep.equal(["- replace Service **web**: a 1 → 2"]);
            }
        });

        const goal = { new: { custom: true, inputs: {} } };
        const previewOf = (op: string, given: Event = {}): Preview =>
            readPreview(stream(change(op, service, "web", { ...goal, ...given }), outputs, summary));

        it("tells of one that only the change causes, although both programs ask for the same", () => {
            const [same, replaced] = [previewOf("same"), previewOf("replace")];
            const line = "- replace Service **web**: the preview does not say why it is replaced";
            expect(comment(replaced, same)).to.include(line);
            expect(comment(replaced, replaced)).to.include("No resource changes.");
            expect(comment(previewOf("replace", { keys: ["spec"] }), same)).to.include(
                "- replace Service **web**: replaced because of spec",
            );
        });
    });

    it("stays below 64,000 characters, and says that it was cut", () => {
        const many = Array.from({ length: 2_000 }, (_, i) => change("create", service, `web-${i}-${"x".repeat(40)}`));
        const text = commentOn(...many, outputs);
        expect(text).to.have.length.at.most(64_000);
        const [, left] = /This comment is cut here, because it is too long: (\d+) lines more\.\n$/.exec(text) ?? [];
        expect(text.match(/^- create/gm)?.length ?? 0).to.equal(2_000 - Number(left));
    });

    it("closes what is folded where it is cut, and limits each problem", () => {
        const splits = Object.fromEntries(
            Array.from({ length: 1_000 }, (_, i) => [`web-${i}`, { curl: { split: "even", reason: "x".repeat(90) } }]),
        );
        const text = commentOn(stackOutputs({ expected: splits }, { expected: splits }));
        expect(text).to.match(
            /\|\n\n<\/details>\n\nThis comment is cut here, because it is too long: \d+ lines more\.\n$/,
        );
        const error = { diagnosticEvent: { severity: "error", message: "x".repeat(70_000) } };
        const limited = commentOn(error, affinity, outputs);
        expect(limited).to.include("x… \\(70,007 characters\\)").and.include("**web**").and.not.include("is cut here");
    });

    it("leaves out properties before anything else, and says so", () => {
        const properties = Array.from({ length: 2_000 }, (_, i) => [`p${i}.${"x".repeat(40)}`, {}]);
        const text = commentOn(
            change("update", service, "web", { detailedDiff: Object.fromEntries(properties) as Event }),
            outputs,
        );
        expect(text).to.include(", 1997 more");
        expect(text).to.match(/2000 properties are left out, because this comment would be too long\.\n$/);
    });

    it("tells what is imported", () => {
        expect(commentOn(change("import", service, "web"), outputs)).to.include("- import Service **web**");
    });

    it("lets no text become anything but text, wherever it comes from", () => {
        const parts = [
            "<b>",
            "\n",
            "\u001b",
            "|",
            "`",
            "@you",
            "#1",
            "GH-1",
            "[a](b)",
            "![",
            "http://x.org",
            "www.x.org",
        ];
        fc.assert(
            fc.property(fc.string({ unit: fc.constantFrom(...parts, "](", " ", "-->") }), (evil) => {
                const found = {
                    policyName: evil,
                    enforcementLevel: evil,
                    severity: evil,
                    message: evil,
                    resourceUrn: evil,
                };
                const events = (context: string): Event[] => [
                    { preludeEvent: { config: { "kubernetes:context": context } } },
                    { diagnosticEvent: { severity: "error", message: evil } },
                    { policyEvent: found },
                    change("create", service, `x${evil}`, { new: { custom: true, inputs: { [evil]: [context] } } }),
                    stackOutputs({ trafficSplit: { ...measured, job: evil } }, { expected: expecting(evil) }),
                ];
                const preview = readPreview(`x${evil}\n${stream(...events(evil), summary)}`);
                for (const base of [null, readPreview(stream(...events("test"), summary))]) {
                    const text = comment({ ...preview, project: evil, stack: evil }, base);
                    const rows = text.split("\n").filter((line) => line.startsWith("| webclusterip"));
                    expect(rows).to.have.length(1);
                    expect(rows[0]?.match(/(?<!\\)\|/g)).to.have.length(6);
                    const [marker = "", ...rest] = text.split("\n");
                    expect(marker).to.match(/^<!-- traffic-split [\w.-]*\/[\w.-]* -->$/);
                    expect(rest.join("\n")).to.not.match(
                        /<(?!\/?details|\/?summary)|\p{Cc}(?<!\n)|@(?!&#8203;)|(?<!^#*)(?<!&)#(?!&#8203;)|(?<!\\)[`[]|:\/\/|www\.|GH-\d/mu,
                    );
                }
            }),
        );
    });

    it("is made by a command, from previews that printed nothing too, and a measurement that was kept", async () => {
        const folder = mkdtempSync(join(tmpdir(), "traffic-split-comment-"));
        const [base, empty, errors, kept] = ["base.json", "empty.json", "errors", "kept.json"].map((name) =>
            join(folder, name),
        ) as [string, string, string, string];
        const main = join(__dirname, "..", "..", "review", "main.ts");
        const command = async (...args: string[]): Promise<string> => {
            const run = ["-r", join(__dirname, "..", "..", "typescript.cjs"), main, ...args];
            return (await execa(process.execPath, run, { reject: false, all: true })).all;
        };
        try {
            writeFileSync(base, stream(affinity, outputs, summary));
            writeFileSync(empty, "");
            writeFileSync(errors, "error: replicas must be an integer\n");
            writeFileSync(kept, JSON.stringify({ trafficSplit: { ...measured, job: "kept" } }));
            const given = ["--errors", errors, "--project", "shop", "--stack", "dev", "--base", base];
            const failed = await command(empty, ...given, "--measured", kept);
            expect(failed)
                .to.match(/^<!-- traffic-split shop\/dev -->\n/)
                .and.include("- error: replicas must be an integer");
            expect(failed).to.include("by Job kept").and.include("| 3 of 3: as expected | pinned per client |");
            expect(await command(base, "--base", empty, "--base-errors", errors)).to.include("- of the base: error: ");
            writeFileSync(kept, JSON.stringify({ trafficSplit: { schemaVersion: 1 } }));
            expect(await command(base, "--measured", kept)).to.include(
                "- warning: measured: trafficSplit.schemaVersion: must be 5, got 1",
            );
            // As where the policy pack of the change can't be loaded.
            writeFileSync(empty, stream(affinity));
            expect(await command(empty, ...given)).to.include("- error: replicas must be an integer");
            expect(await command(empty)).to.include("comment: the preview ends without its summary");
        } finally {
            rmSync(folder, { recursive: true });
        }
    }).timeout(120_000);
});

describe("what is no preview", () => {
    const wrong: [what: string, text: string, message: RegExp][] = [
        ["nothing", "", /has neither an event nor a whole digest, it is empty: give what/],
        ["text alone", "\nInstalling…\n", /nor a whole digest, its first line is "Installing…": give what/],
        ["a stream that was cut", stream(outputs), /ends without its summary/],
        ["a digest that was cut", '{\n    "steps": [', /nor a whole digest, its first line is "\{"/],
        ["a digest without a summary", '{\n    "config": {}\n}', /nor a whole digest/],
        [
            "an event of another shape",
            `${stream(summary)}{"sequence":1,"resourcePreEvent":{"metadata":1}}`,
            /line 2 of the preview is a torn event: "\{\\"sequence/,
        ],
        ["a line that is torn", `${stream(summary)}{"sequence":1,"resource`, /line 2 of the preview is a torn event/],
    ];
    for (const [what, text, message] of wrong) {
        it(`is refused: ${what}`, () => {
            expect(() => readPreview(text)).to.throw(PreviewError, message);
        });
    }
});
