import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { assess } from "../../split/verdict/assessment";
import { compareRuns } from "../../split/verdict/comparison";
import { runOf, type Run } from "../../split/verdict/run";
import { defaultConfig, keys } from "./defaultConfig";
import { measured, up, type Recorded } from "./recordedStack";

const folder = join(__dirname, "../..");
const program = join(folder, "index.ts");
const require_ = createRequire(__filename);

describe("the stack", () => {
    const api = new KubernetesApi({ "/version": { major: "1", minor: "34" } });
    let recorded: Recorded;
    let outputs: Record<string, pulumi.Output<unknown>>;

    const run = (changes: Record<string, string> = {}, previous: Run | null = null): Promise<Recorded> => {
        Reflect.deleteProperty(require_.cache, program);
        const load = (): void => {
            outputs = require_(program) as typeof outputs;
        };
        return up(
            load,
            { ...defaultConfig, "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }), ...changes },
            previous,
        );
    };

    before(async () => {
        await api.start();
        recorded = await run();
    });
    after(() => api.stop());

    it("is one TrafficSplit, made without an error from the project's defaults", () => {
        expect(recorded.errors).to.deep.equal([]);
        const ofProgram = recorded.resources.filter(({ parent }) => parent === "");
        expect(ofProgram.map(({ type }) => type)).to.deep.equal(["traffic-split:index:TrafficSplit"]);
    });

    const valuesOf = async (): Promise<Record<string, unknown>> => {
        const values = Object.entries(outputs).map(([name, output]) =>
            new Promise((resolve) => output.apply(resolve)).then((value): [string, unknown] => [name, value]),
        );
        return Object.fromEntries(await Promise.all(values));
    };

    it("tells the measurement with its verdicts, its table, its scalars, and what was to be expected", async () => {
        const { table, readme, expected, ...rest } = await valuesOf();
        expect(rest).to.deep.equal({
            trafficSplit: assess(measured),
            comparison: null,
            headlessPodsReached: 1,
            clusterIPPodsReached: 2,
            headlessLargestShare: 1,
            clusterIPLargestShare: 2 / 3,
            failedRequests: 0,
            caCertificate: null,
        });
        expect(expected).to.have.all.keys("nginxheadless", "nginxclusterip");
        expect(readme).to.match(
            /^# Which pod answers\n\nThrough nginxheadless \\\(headless\\\), .*\n\n## nginxheadless \(headless\)\n/,
        );
        expect(table).to.match(/^nginxheadless \(headless\): 3 requests by each client\n/);
    });

    it("compares with the run before", async () => {
        const before = runOf({ ...measured, startedAt: "2024-04-01T10:00:00.000Z" });
        const { errors } = await run({}, before);
        expect(errors).to.deep.equal([]);
        const { comparison } = await valuesOf();
        expect(comparison).to.deep.equal(compareRuns(before, runOf(measured), 0.001));
    });

    it("judges by the false-alarm rate given", async () => {
        await run({ "traffic-split:falseAlarmRate": "0.01" });
        expect((await valuesOf())["trafficSplit"]).to.deep.equal(assess(measured, { falseAlarmRate: 0.01 }));
    });

    it("refuses a key that it does not have, before anything is made", async () => {
        const refused = await run({ "traffic-split:sessionAfinity": "None" }).then(
            ({ errors, resources }) => ({ errors: errors.join(), resources }),
            (error: unknown) => ({ errors: String(error), resources: [] }),
        );
        expect(refused.errors).to.match(
            /traffic-split:sessionAfinity: there is no such setting; the settings are annotations, /,
        );
        expect(refused.resources).to.deep.equal([]);
    });

    const requirements: [condition: string, errors: RegExp[]][] = [
        ["maxShare <= 1", []],
        ["nginxclusterip: maxShare <= 0.5", [/^require: .*: not met by curl at nginxclusterip\. /]],
        ["podsReached = 2", [/^require: podsReached = 2: not met by curl at nginxheadless\. /]],
    ];
    for (const [condition, errors] of requirements) {
        it(`${errors.length === 0 ? "meets" : "fails and still stores its outputs with"} ${condition}`, async () => {
            const failing = await run({ "traffic-split:require": JSON.stringify([condition]) });
            // An exception would keep the outputs from the state; what is logged fails the update all the same.
            expect(failing.errors).to.deep.equal([]);
            expect(failing.logged).to.have.length(errors.length);
            errors.forEach((error, i) => expect(failing.logged[i]).to.match(error));
            const component = failing.resources.find(({ parent }) => parent === "");
            expect(component?.outputs).to.have.length(1);
            expect(await valuesOf()).to.deep.include({ trafficSplit: assess(measured), failedRequests: 0 });
        });
    }

    for (const [key, { type, default: value, description }] of Object.entries(keys)) {
        it(`has a type, a default of that type and a description for ${key}`, () => {
            expect(description).to.match(/^[A-Zn].*\.$/);
            const found = typeof value;
            const isArray = Array.isArray(value) ? "array" : found;
            expect(found === "number" && Number.isInteger(value) ? "integer" : isArray).to.equal(type);
        });

        it(`reads ${key}`, async () => {
            const { [`traffic-split:${key}`]: _, ...others } = defaultConfig;
            Reflect.deleteProperty(require_.cache, program);
            const { errors } = await up(() => require_(program) as unknown, others);
            expect(errors).to.have.length(1);
            expect(errors[0]).to.include(`'traffic-split:${key}'`);
        });
    }

    const config: [key: string, value: string, error: string][] = [
        ["requests", "0", "requests: must be a whole number from 1 to 1000000, got 0"],
        ["replicas", "1.5", "replicas: must be a whole number from 1 to 100, got 1.5"],
        ["namespace", "Shop", 'namespace: must be a DNS label of at most 63 characters, got "Shop"'],
    ];
    for (const [key, value, error] of config) {
        it(`is refused with ${key} ${value}`, async () => {
            const { errors, resources } = await run({ [`traffic-split:${key}`]: value });
            expect(errors).to.have.length(1);
            expect(errors[0]).to.include(error);
            expect(resources.filter(({ custom }) => custom)).to.deep.equal([]);
        });
    }

    for (const stack of ["dev", "article"]) {
        it(`knows every key that Pulumi.${stack}.yaml sets`, () => {
            const text = readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8");
            const set = Object.keys((parse(text) as { config?: Record<string, unknown> }).config ?? {});
            expect(set).to.not.be.empty;
            const allowed = Object.keys(keys).map((key) => `traffic-split:${key}`);
            expect(allowed).to.include.members(set.filter((key) => !key.startsWith("kubernetes:")));
        });
    }
});
