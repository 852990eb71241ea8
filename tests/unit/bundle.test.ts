import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../components/bundle";
import { clientKinds } from "../../components/clients";
import type { collect } from "../../components/jobLogs/collector";
import type { ProbePlan } from "../../probe/plan";

const inPod = ["probe/wait.ts", "probe/resolver.ts", "probe/clients/node.ts", "probe/clients/round-robin.ts"];
const programs = [...inPod, "components/jobLogs/collector.ts"];

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
        const load = new Function(
            "module",
            "require",
            bundle("components/jobLogs/collector.ts", "external"),
        ) as LoadModule;
        load(loaded, require);
        expect(loaded.exports.collect).to.be.a("function");
    });

    it("asks for published packages only, nothing of this project's files", () => {
        const required = [...bundle("components/jobLogs/collector.ts", "external").matchAll(/require\("([^"]+)"\)/g)];
        expect(required.map(([, name]) => name)).to.include("@kubernetes/client-node");
        expect(required.filter(([, name]) => name?.startsWith("."))).to.be.empty;
    });
});

describe("the programs of the probe's pod", () => {
    for (const program of inPod) {
        it(`ask for nothing but Node itself: ${program}`, () => {
            const required = [...bundle(program).matchAll(/require\("([^"]+)"\)/g)].map(([, name = ""]) => name);
            expect(required).to.not.be.empty;
            expect(required.filter((name) => !isBuiltin(name))).to.deep.equal([]);
        });
    }

    it("are small enough for one ConfigMap, all clients with them", () => {
        const kinds = clientKinds().map((kind) => kind.text());
        const texts = [bundle("probe/wait.ts"), bundle("probe/resolver.ts"), ...kinds];
        expect(texts.join("").length).to.be.below(256 * 1024);
    });

    it("end with one line and exit code 1 when they can't begin", () => {
        const resolvFolder = mkdtempSync(join(tmpdir(), "wait-"));
        const plan: ProbePlan = {
            ...{ clients: ["curl"], services: [{ name: "web", kind: "headless" }], port: 80, endpoints: 1 },
            ...{ publishNotReadyAddresses: false, readyTimeoutSeconds: 0, caFile: null, resolvFolder },
        };
        const input = bundle("probe/wait.ts");
        const ended = spawnSync(process.execPath, ["-", JSON.stringify(plan)], { input, encoding: "utf8" });
        expect(ended.stderr).to.equal("probe: after 0 s, the resolver of the probe's pod does not listen\n");
        expect({ code: ended.status, printed: ended.stdout }).to.deep.equal({ code: 1, printed: "" });
        expect(readdirSync(resolvFolder)).to.deep.equal(["curl.conf"]);
        rmSync(resolvFolder, { recursive: true });
    });
});
