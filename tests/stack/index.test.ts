import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { measured, up, type Recorded } from "./recordedStack";

const folder = join(__dirname, "../..");
const program = join(folder, "index.ts");
const require_ = createRequire(__filename);

interface Key {
    readonly type: string;
    readonly default: unknown;
    readonly description: string;
}

const { config: keys } = parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8")) as { config: Record<string, Key> };

/** Config as Pulumi hands it to the program: each key of the project's own with its default, as text. */
const defaults = Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [`traffic-split:${key}`, String(value.default)]),
);

describe("the stack", () => {
    const api = new KubernetesApi({ "/version": { major: "1", minor: "34" } });
    let recorded: Recorded;
    let outputs: Record<string, pulumi.Output<unknown>>;

    const run = (changes: Record<string, string> = {}): Promise<Recorded> => {
        Reflect.deleteProperty(require_.cache, program);
        const load = (): void => {
            outputs = require_(program) as typeof outputs;
        };
        return up(load, { ...defaults, "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }), ...changes });
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

    it("tells the measurement, its table and its scalars", async () => {
        const values = Object.entries(outputs).map(([name, output]) =>
            new Promise((resolve) => output.apply(resolve)).then((value): [string, unknown] => [name, value]),
        );
        const { table, ...rest } = Object.fromEntries(await Promise.all(values));
        expect(rest).to.deep.equal({
            trafficSplit: measured,
            headlessPodsReached: 1,
            clusterIPPodsReached: 2,
            headlessLargestShare: 1,
            clusterIPLargestShare: 2 / 3,
            failedRequests: 0,
        });
        expect(table).to.include("nginxheadless (headless): 3 requests by curl");
    });

    for (const [key, { type, default: value, description }] of Object.entries(keys)) {
        it(`has a type, a default of that type and a description for ${key}`, () => {
            expect(description).to.match(/^[A-Zn].*\.$/);
            const found = typeof value;
            expect(found === "number" && Number.isInteger(value) ? "integer" : found).to.equal(type);
        });

        it(`reads ${key}`, async () => {
            const { [`traffic-split:${key}`]: _, ...others } = defaults;
            Reflect.deleteProperty(require_.cache, program);
            const { errors } = await up(() => require_(program) as unknown, others);
            expect(errors).to.have.length(1);
            expect(errors[0]).to.include(`'traffic-split:${key}'`);
        });
    }

    const config: [key: string, value: string, error: string][] = [
        ["requests", "0", "requests: 0 was given; allowed is a whole number from 1 to 10000"],
        ["replicas", "1.5", "replicas: 1.5 was given; allowed is a whole number from 1 to 100"],
        ["namespace", "Shop", 'namespace: "Shop" was given; allowed is a DNS label'],
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
