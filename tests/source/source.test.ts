import { expect } from "chai";
import { execa } from "execa";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: { check: string } };

/** `npm run check`, beside other tests: these mostly wait, and it only computes. */
describe("the source", () => {
    for (const command of scripts.check.split(" && ")) {
        it(`passes \`${command}\``, async () => {
            const [file = "", ...args] = command.split(" ");
            const options = { cwd: root, preferLocal: true, reject: false, all: true } as const;
            const { exitCode, all } = await execa(file, args, options);
            expect(exitCode, all).to.equal(0);
        }).timeout(600_000);
    }
});
