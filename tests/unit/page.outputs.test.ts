import { expect } from "chai";
import { execa } from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutputsError, readOutputs } from "../../report/outputs";
import { page } from "../../report/page/page";
import { markdownReport } from "../../report/markdownReport";
import { eventfulRun } from "./pageAssessments";

const { assessment, comparison } = eventfulRun();
const outputs = JSON.stringify({ trafficSplit: assessment, comparison, table: "a table" });
const changed = (change: (all: typeof assessment) => unknown): string =>
    JSON.stringify({ trafficSplit: change(structuredClone(assessment)) });

describe("the outputs that a report reads", () => {
    it("are those of a stack, with and without a run before", () => {
        expect(readOutputs(outputs, "file")).to.deep.equal({ assessment, comparison });
        const first = JSON.stringify({ trafficSplit: assessment, comparison: null });
        expect(readOutputs(first, "file")).to.deep.equal({ assessment, comparison: null });
    });

    const refused: [what: string, text: string, error: RegExp][] = [
        ["an empty file", "", /^o\.json: must be the JSON that pulumi stack output --json prints, got nothing$/],
        ["other text", "Current stack outputs", /^o\.json: must be the JSON .*, got "Current stack outputs"$/],
        ["a list", "[1]", /^o\.json: must be an object with the output trafficSplit, got \[1\]$/],
        [
            "another stack",
            '{"url":"x"}',
            /^o\.json: the output trafficSplit is missing \(outputs: url\); run pulumi up/,
        ],
        ["an old shape", '{"trafficSplit":{"schemaVersion":1}}', /trafficSplit\.schemaVersion: must be 5, got 1/],
        [
            "a secret",
            '{"trafficSplit":"[secret]"}',
            /^o\.json: the output trafficSplit is a secret, which Pulumi does not print$/,
        ],
        ["some text", '{"trafficSplit":"x"}', /^o\.json: trafficSplit: .*expected object, received string/],
        ["no pods", changed(({ pods: _, ...rest }) => rest), /^o\.json: trafficSplit\.pods: .*expected array/],
        ["no time", changed((all) => ({ ...all, startedAt: "noon" })), /^o\.json: trafficSplit\.startedAt: /],
    ];
    for (const [what, text, error] of refused) {
        it(`are not ${what}`, () => {
            expect(() => readOutputs(text, "o.json")).to.throw(OutputsError, error);
        });
    }
});

describe("npm run report", () => {
    const folder = mkdtempSync(join(tmpdir(), "traffic-split-report-"));
    const file = join(folder, "outputs.json");
    const root = join(__dirname, "../..");
    const report = (...args: string[]) => reportWith(`${folder}:${process.env["PATH"] ?? ""}`, ...args);
    const reportWith = (path: string, ...args: string[]) =>
        execa(process.execPath, ["-r", join(root, "typescript.cjs"), join(root, "report/main.ts"), ...args], {
            ...{ cwd: root, reject: false, stripFinalNewline: false },
            env: { PATH: path },
        });

    before(() => {
        writeFileSync(file, outputs);
        const pulumi = `#!/bin/sh\necho "$@" > ${join(folder, "asked")}\n[ "$5" = --stack ] && [ "$6" = none ] && { echo "error: no stack named 'none'" >&2; exit 255; }\ncat ${file}\n`;
        writeFileSync(join(folder, "pulumi"), pulumi, { mode: 0o755 });
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("writes the page of a file, and Markdown to the standard output", async () => {
        const target = join(folder, "page.html");
        const { stdout } = await report(file, "-o", target);
        expect(stdout).to.equal(`${target}\n`);
        expect(readFileSync(target, "utf8")).to.equal(await page(assessment, comparison));
        const markdown = await report(file, "--format", "markdown", "-o", "-");
        expect(markdown.stdout).to.equal(markdownReport(assessment, comparison));
    });

    it("asks a stack by its name", async () => {
        const { stdout } = await report("--stack", "dev", "-o", "-");
        expect(stdout).to.equal(await page(assessment, comparison));
        expect(readFileSync(join(folder, "asked"), "utf8")).to.equal(
            "stack output --json --non-interactive --stack dev\n",
        );
    });

    it("says where there is no Pulumi", async () => {
        const { stderr, exitCode } = await reportWith("/nowhere");
        expect(stderr).to.match(/^report: pulumi is not in PATH; /);
        expect(exitCode).to.equal(1);
    });

    const wrong: [args: string[], error: RegExp][] = [
        [["--stack", "none"], /^report: pulumi stack output: error: no stack named 'none'\n$/],
        [[join(folder, "absent.json")], /^report: ENOENT: .*absent\.json'\n$/],
        [
            [file, "--stack", "dev"],
            /^report: --stack dev: must not be used together with a file, got .*outputs\.json\n$/,
        ],
        [
            [file, "--open", "-o", "-"],
            /^report: --open: must not be used together with -o -; only a file can be opened\n$/,
        ],
        [
            [file, "--format", "pdf"],
            /^error: option '--format <format>' argument 'pdf' is invalid\. Allowed choices are html/,
        ],
    ];
    for (const [args, error] of wrong) {
        it(`says what is wrong with ${args.map((each) => each.replace(`${folder}/`, "")).join(" ")}`, async () => {
            const { stdout, stderr, exitCode } = await report(...args);
            expect(stderr).to.match(error);
            expect(stdout).to.equal("");
            expect(exitCode).to.equal(1);
        });
    }
});
