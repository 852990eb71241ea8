import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { bundle } from "../../components/bundle";
import type { collect } from "../../components/jobLogs/collector";

const programs = ["probe/main.ts", "components/jobLogs/collector.ts"];

type LoadModule = (module: object, require: NodeJS.Require) => void;

describe("a program as one text", () => {
    for (const program of programs) {
        it(`is the same each time, wherever it is made: ${program}`, () => {
            const here = process.cwd();
            const first = bundle(program);
            try {
                process.chdir("/");
                expect(bundle(program)).to.equal(first);
            } finally {
                process.chdir(here);
            }
        });

        it(`holds nothing of the machine that made it: ${program}`, () => {
            expect(bundle(program)).to.not.include(process.cwd());
        });
    }

    it("is refused where the program does not exist, by name", () => {
        expect(() => bundle("probe/nothing.ts")).to.throw("probe/nothing.ts");
    });
});

describe("the bundled collector", () => {
    it("loads from its text alone, given a module and a require", () => {
        const loaded = { exports: {} as { collect?: typeof collect } };
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as the dynamic provider loads it
        const load = new Function("module", "require", bundle("components/jobLogs/collector.ts")) as LoadModule;
        load(loaded, require);
        expect(loaded.exports.collect).to.be.a("function");
    });

    it("asks for published packages only, nothing of this project's files", () => {
        const required = [...bundle("components/jobLogs/collector.ts").matchAll(/require\("([^"]+)"\)/g)];
        expect(required.map(([, name]) => name)).to.include("@kubernetes/client-node");
        expect(required.filter(([, name]) => name?.startsWith("."))).to.be.empty;
    });
});

describe("the bundled probe", () => {
    it("asks for nothing but Node itself", () => {
        const required = [...bundle("probe/main.ts").matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name);
        expect(required).to.not.be.empty;
        expect(required.filter((name) => !name?.startsWith("node:"))).to.be.empty;
    });

    it("is small enough for a ConfigMap", () => {
        expect(bundle("probe/main.ts").length).to.be.below(64 * 1024);
    });

    it("ends with one line and exit code 1 when it can't begin", () => {
        const args = ["-", JSON.stringify({ services: [{ name: "web", kind: "headless" }], readyTimeoutSeconds: 0 })];
        const ended = spawnSync(process.execPath, args, { input: bundle("probe/main.ts"), encoding: "utf8" });
        expect(ended.stderr).to.match(/^probe: after 0 s, web: .*\n$/);
        expect({ code: ended.status, printed: ended.stdout }).to.deep.equal({ code: 1, printed: "" });
    });
});
