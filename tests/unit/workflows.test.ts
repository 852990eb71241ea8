import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { pulumiModules } from "../../lab/modules";

const folder = join(__dirname, "..", "..", ".github", "workflows");
const files = readdirSync(folder);

interface Step {
    readonly uses?: string;
    readonly run?: string;
    readonly "continue-on-error"?: boolean;
    readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: Readonly<Record<string, string>>;
    readonly concurrency: unknown;
    readonly jobs: Readonly<
        Record<string, { permissions?: unknown; "timeout-minutes"?: number; steps: readonly Step[] }>
    >;
}

const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");
const read = (file: string): Workflow => parse(textOf(file)) as Workflow;
const stepsOf = (file: string): Step[] => Object.values(read(file).jobs).flatMap(({ steps }) => steps);

describe("every workflow", () => {
    for (const file of files) {
        it(`pins each action by its commit, and names the version: ${file}`, () => {
            const uses = textOf(file).match(/uses:.*$/gm) ?? [];
            expect(uses).to.have.length.above(0);
            for (const each of uses) {
                expect(each).to.match(/^uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
            }
        });

        it(`ends by itself, leaves no credentials behind, and has no secret: ${file}`, () => {
            const { jobs, concurrency } = read(file);
            expect(concurrency).to.have.property("cancel-in-progress", true);
            expect(Object.values(jobs).map((job) => job["timeout-minutes"])).to.not.include(undefined);
            for (const step of stepsOf(file).filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
                expect(step.with).to.have.property("persist-credentials", false);
            }
            expect(textOf(file)).to.not.match(/\bsecrets\b\s*[.[:]/);
        });

        it(`puts no expression into a program: ${file}`, () => {
            for (const { run, with: given } of stepsOf(file)) {
                expect(`${run}${String(given?.["script"])}`).to.not.include("${{");
            }
        });
    }
});

describe("the workflows of a pull request", () => {
    it("run the change with the right to read, and nothing else", () => {
        const { on, permissions, jobs } = read("preview.yml");
        expect(Object.keys(on)).to.deep.equal(["pull_request"]);
        expect(permissions).to.deep.equal({ contents: "read" });
        expect(Object.values(jobs).map((job) => job.permissions)).to.deep.equal([undefined]);
        expect(textOf("preview.yml")).to.not.match(/: write|write-all/);
    });

    it("write with nothing of the change checked out or run", () => {
        const { on, permissions, jobs } = read("preview-comment.yml");
        expect(Object.keys(on)).to.deep.equal(["workflow_run"]);
        expect(permissions).to.deep.equal({});
        expect(jobs["comment"]?.permissions).to.deep.equal({
            ...{ actions: "read", contents: "read", "pull-requests": "write" },
        });
        const steps = stepsOf("preview-comment.yml");
        expect(steps.map(({ uses }) => uses?.split("@")[0])).to.deep.equal([
            ...["actions/checkout", "actions/setup-node", "actions/download-artifact", undefined],
            "actions/github-script",
        ]);
        // Without a ref, a checkout is of the default branch; the artifact lands beside it, never in it.
        expect(steps[0]?.with).to.deep.equal({ "persist-credentials": false });
        expect(steps[2]?.with?.["path"]).to.equal("${{ runner.temp }}/preview");
        expect(steps[3]?.run).to.match(/^npm ci --ignore-scripts\n/);
    });

    it("keep what both previews print, errors too, and go on where they fail", () => {
        const previews = stepsOf("preview.yml").filter(({ run }) => run?.includes("pulumi preview"));
        expect(previews.map((step) => step["continue-on-error"])).to.deep.equal([true, true]);
        const kept = previews.flatMap(({ run }) => run?.match(/(?<=> "\$RUNNER_TEMP\/preview\/)[\w.]+/g) ?? []);
        expect(kept).to.deep.equal(["base.json", "base.errors", "head.json", "head.errors"]);
        const comment = stepsOf("preview-comment.yml").find(({ run }) => run?.includes("npm run --silent comment"));
        expect(comment?.run?.match(/(?<=\$given\/)[\w.]+/g)).to.have.members(kept);
    });

    it("name the comment's project and stack, also for a preview that does not", () => {
        const { name } = parse(readFileSync(join(folder, "..", "..", "Pulumi.yaml"), "utf8")) as { name: string };
        const comment = stepsOf("preview-comment.yml").find(({ run }) => run?.includes("npm run --silent comment"));
        expect(comment?.run).to.include(` --project ${name} --stack dev `);
        const previews = stepsOf("preview.yml").filter(({ run }) => run?.includes("pulumi preview"));
        expect(previews.every(({ run }) => run?.includes(" --stack dev "))).to.equal(true);
    });

    it("preview with the version that the lab builds", () => {
        const installs = stepsOf("preview.yml").find(({ uses }) => uses?.startsWith("pulumi/actions@"));
        expect(pulumiModules.cli.ldflags).to.include(`=v${String(installs?.with?.["pulumi-version"])}`);
        expect(installs?.with).to.not.have.property("command");
    });
});
