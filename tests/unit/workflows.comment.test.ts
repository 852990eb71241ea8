import { expect } from "chai";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

interface Workflow {
    readonly jobs: {
        readonly comment: { readonly steps: readonly { readonly with?: { readonly script?: string } }[] };
    };
}
type Script = (github: unknown, context: unknown, core: unknown, require: NodeJS.Require) => Promise<void>;
type Call = readonly [method: string, given: Readonly<Record<string, unknown>>];
interface Comment {
    readonly id: number;
    readonly user: { readonly login: string };
    readonly body: string;
}

const workflow = join(__dirname, "..", "..", ".github", "workflows", "preview-comment.yml");
const { steps } = (parse(readFileSync(workflow, "utf8")) as Workflow).jobs.comment;
// As actions/github-script runs it.
const { constructor: AsyncFunction } = Object.getPrototypeOf(async () => Promise.resolve()) as {
    constructor: new (...words: string[]) => Script;
};
const script = new AsyncFunction("github", "context", "core", "require", steps.at(-1)?.with?.script ?? "");

const run = { head_sha: "5ea", head_branch: "change", head_repository: { id: 7 } };
const pull = { head: { sha: "5ea", ref: "change", repo: { id: 7 } as { id: number } | null }, state: "open" };
const body = "<!-- traffic-split shop/dev -->\n\n## Traffic split\n";
const bot = { login: "github-actions[bot]" };

/** What the script asks of the API, from the artifact's number, a comment and what the API knows. */
async function calls(number = "12\n", known = pull, comments: Comment[] = []): Promise<Call[]> {
    const temp = mkdtempSync(join(tmpdir(), "traffic-split-artifact-"));
    const made: Call[] = [];
    const call = (method: string, data: unknown) => (given: Call[1]) => {
        made.push([method, given]);
        return Promise.resolve({ data });
    };
    const issues = { createComment: call("create", {}), updateComment: call("update", {}), listComments: "comments" };
    const github = {
        rest: { pulls: { get: call("get", known) }, issues },
        paginate: () => Promise.resolve(comments),
    };
    const context = { repo: { owner: "o", repo: "r" }, payload: { workflow_run: run } };
    try {
        mkdirSync(join(temp, "preview"));
        writeFileSync(join(temp, "preview", "number"), number);
        writeFileSync(join(temp, "comment.md"), body);
        process.env["RUNNER_TEMP"] = temp;
        await script(github, context, { notice: () => undefined }, require);
    } finally {
        delete process.env["RUNNER_TEMP"];
        rmSync(temp, { recursive: true });
    }
    return made.filter(([method]) => method !== "get");
}

async function refusal(...given: Parameters<typeof calls>): Promise<string> {
    return calls(...given).then(
        () => "none",
        (error: unknown) => String(error),
    );
}

describe("the workflow that comments", () => {
    const repo = { owner: "o", repo: "r" };

    it("makes a comment where there is none of its own", async () => {
        const others = [{ id: 1, user: { login: "somebody" }, body }];
        expect(await calls(undefined, pull, others)).to.deep.equal([["create", { ...repo, issue_number: 12, body }]]);
    });

    it("edits the one that it made, whatever line ends it has by now", async () => {
        const ofOtherStack = { id: 1, user: bot, body: "<!-- traffic-split shop/article -->\n" };
        const ofOtherProject = { id: 2, user: bot, body: "<!-- traffic-split till/dev -->\n" };
        const mine = { id: 3, user: bot, body: "<!-- traffic-split shop/dev -->\r\nbefore" };
        expect(await calls(undefined, pull, [ofOtherStack, ofOtherProject, mine])).to.deep.equal([
            ["update", { ...repo, comment_id: 3, body }],
        ]);
    });

    it("leaves a pull request alone that has a newer commit, or is closed", async () => {
        expect(await calls(undefined, { ...pull, head: { ...pull.head, sha: "0ld" } })).to.deep.equal([]);
        expect(await calls(undefined, { ...pull, state: "closed" })).to.deep.equal([]);
    });

    it("refuses the number of another pull request", async () => {
        for (const head of [{ repo: { id: 8 } }, { repo: null }, { ref: "other" }]) {
            const other = { ...pull, head: { ...pull.head, ...head } };
            expect(await refusal(undefined, other)).to.include("is not the one that was previewed");
        }
    });

    for (const number of ["", "0", "-1", "1.5", "12; rm", "../12", "1234567890", "12\n13"]) {
        it(`refuses ${JSON.stringify(number)} for a number`, async () => {
            expect(await refusal(number)).to.include("is not that of a pull request");
        });
    }
});
