import { expect } from "chai";
import { execa } from "execa";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const workflows = join(__dirname, "..", "..", ".github", "workflows");

/** What actionlint, of the version that go.mod pins, finds in files; "" for nothing. */
async function findings(...files: string[]): Promise<string> {
    const args = ["tool", "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", ...files];
    const { stdout, stderr, exitCode } = await execa("go", args, { cwd: __dirname, reject: false });
    if (exitCode !== 0 && exitCode !== 1) {
        throw new Error(`actionlint did not run: ${stderr}`);
    }
    return stdout;
}

describe("the workflows", () => {
    it("have nothing that actionlint finds", async () => {
        expect(await findings(...readdirSync(workflows).map((file) => join(workflows, file)))).to.equal("");
    }).timeout(300_000);

    it("would be found, were they broken", async () => {
        const folder = mkdtempSync(join(tmpdir(), "traffic-split-workflow-"));
        try {
            const broken = join(folder, "broken.yml");
            const steps = "[{ run: 'echo ${{ github.event.pull_request.title }}' }, { run: 'echo ${{ runner.tmp }}' }]";
            writeFileSync(broken, `on: pull_request\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps: ${steps}\n`);
            const found = await findings(broken);
            expect(found).to.include('"github.event.pull_request.title" is potentially untrusted');
            expect(found).to.include('property "tmp" is not defined');
        } finally {
            rmSync(folder, { recursive: true });
        }
    }).timeout(300_000);
});
