import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, compileProgram } from "../../components/probe/bundle";
import { programOf } from "../../components/probe/clientPrograms";
import { clientKinds } from "../../components/settings/clients";
import type { handler } from "../../components/jobLogs/provider";
import type { ProbePlan } from "../../probe/plan";

const require_ = createRequire(__filename);
const inPod = ["probe/wait.ts", "probe/resolver.ts", "probe/clients/node.ts", "probe/clients/round-robin.ts"];
const programs = [...inPod, "components/jobLogs/provider.ts"];

type LoadModule = (module: object, require: NodeJS.Require) => void;

describe("a program as one text", () => {
    for (const program of programs) {
        it(`is the same each time, wherever it is made: ${program}`, async () => {
            const here = process.cwd();
            const first = await compileProgram(program);
            try {
                process.chdir("/");
                expect(await compileProgram(program)).to.equal(first);
            } finally {
                process.chdir(here);
            }
        });

        it(`holds nothing of the machine that made it: ${program}`, async () => {
            expect(await bundle(program)).to.not.include(process.cwd());
        });
    }

    it("is made once", () => {
        expect(bundle("probe/wait.ts")).to.equal(bundle("probe/wait.ts"));
    });

    it("is refused where the program does not exist, by name", async () => {
        const refusal = await bundle("probe/nothing.ts").catch((error: unknown) => error);
        expect(refusal).to.be.an("error").with.property("message").that.includes("probe/nothing.ts");
    });
});

describe("the bundled provider of the logs", () => {
    const text = () => bundle("components/jobLogs/provider.ts", "external");

    it("loads from its text alone, given a module and a require", async () => {
        const loaded = { exports: {} as { handler?: typeof handler } };
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as the dynamic provider loads it
        const load = new Function("module", "require", await text()) as LoadModule;
        load(loaded, require_);
        expect(loaded.exports.handler).to.be.a("function");
    });

    it("does not load the client of the Kubernetes API, nor schemas, before it reads logs", async () => {
        const asked: string[] = [];
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- as the dynamic provider loads it
        const load = new Function("module", "require", await text()) as LoadModule;
        load({ exports: {} }, ((name: string) => {
            asked.push(name);
            return require_(name) as unknown;
        }) as NodeJS.Require);
        expect(asked).to.not.include("@kubernetes/client-node").and.to.not.include("zod");
    });

    it("asks for published packages only, nothing of this project's files", async () => {
        const required = [...(await text()).matchAll(/(?:require|import)\("([^"]+)"\)/g)];
        expect(required.map(([, name]) => name)).to.include("@kubernetes/client-node");
        expect(required.filter(([, name]) => name?.startsWith("."))).to.be.empty;
    });
});

describe("the programs of the probe's pod", () => {
    for (const program of inPod) {
        it(`ask for nothing but Node itself: ${program}`, async () => {
            const required = [...(await bundle(program)).matchAll(/require\("([^"]+)"\)/g)].map(
                ([, name = ""]) => name,
            );
            expect(required).to.not.be.empty;
            expect(required.filter((name) => !isBuiltin(name))).to.deep.equal([]);
        });
    }

    it("are small enough for one ConfigMap, all clients with them", async () => {
        const kinds = clientKinds.map(programOf);
        const texts = await Promise.all([bundle("probe/wait.ts"), bundle("probe/resolver.ts"), ...kinds]);
        expect(texts.join("").length).to.be.below(256 * 1024);
    });

    it("end with one line and exit code 1 when they can't begin", async () => {
        const resolvFolder = mkdtempSync(join(tmpdir(), "wait-"));
        const plan: ProbePlan = {
            ...{ clients: ["curl"], services: [{ name: "web", kind: "headless" }], port: 80, endpoints: 1 },
            ...{ publishNotReadyAddresses: false, readyTimeoutSeconds: 0, caFile: null, resolvFolder },
        };
        const input = await bundle("probe/wait.ts");
        const ended = spawnSync(process.execPath, ["-", JSON.stringify(plan)], { input, encoding: "utf8" });
        expect(ended.stderr).to.equal("probe: not ready after 0 s: the resolver of the probe's pod does not listen\n");
        expect({ code: ended.status, printed: ended.stdout }).to.deep.equal({ code: 1, printed: "" });
        // Who answers clients is written down once it is known whether the resolver listens.
        expect(readdirSync(resolvFolder)).to.deep.equal([]);
        rmSync(resolvFolder, { recursive: true });
    });
});
