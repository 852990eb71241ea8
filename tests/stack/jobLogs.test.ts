import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JobLogs } from "../../components/jobLogs";
import type { CollectInputs } from "../../components/jobLogs/inputs";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { measured, preview, up, type Recorded, type Registered } from "./recordedStack";

const args = {
    ...{ namespace: "shop", job: "probe", jobUid: "uid-1", timeoutSeconds: 60 },
    ...{ services: ["webheadless", "webclusterip"], selector: { app: "web" } },
};

const makeLogs = (opts?: pulumi.ComponentResourceOptions) => new JobLogs("logs", args, opts);

function collectedIn({ resources, errors }: Recorded): Registered {
    expect(errors).to.deep.equal([]);
    const [collected, ...more] = resources.filter(({ type }) => type.endsWith(":CollectedLogs"));
    if (collected === undefined || more.length > 0) {
        throw new Error("these are not the logs of one Job");
    }
    return collected;
}

describe("the logs of a Job", () => {
    it("are what the collector found, as the component's output", async () => {
        const { resources } = await up(() => makeLogs(), {
            "kubernetes:kubeconfig": kubeconfigOf({ dev: "https://a" }),
        });
        expect(resources.find(({ name }) => name === "logs")?.outputs).to.deep.equal([{ measurement: measured }]);
    });

    it("are asked for by names and uid, and by nothing that is secret", async () => {
        const { inputs } = collectedIn(await preview(() => makeLogs()));
        const { __provider: _, kubeconfigFile, ...rest } = inputs as CollectInputs & { __provider: string };
        const { timeoutSeconds, ...asked } = args;
        expect(rest).to.deep.equal(asked);
        expect(kubeconfigFile).to.equal("handed over when the Job runs");
        expect(collectedIn(await preview(() => makeLogs())).createTimeout).to.equal(`${timeoutSeconds}s`);
    });
});

describe("the cluster that a Job's logs are read from", () => {
    const content = kubeconfigOf(
        { dev: "https://dev.example", prod: "https://prod.example" },
        "marker-in-the-kubeconfig",
    );
    const folder = mkdtempSync(join(tmpdir(), "clusters-"));
    const file = join(folder, "config");
    const environment = process.env["KUBECONFIG"];
    before(() => {
        writeFileSync(file, content);
        process.env["KUBECONFIG"] = join(folder, "shell");
        writeFileSync(process.env["KUBECONFIG"], kubeconfigOf({ shell: "https://shell.example" }));
    });
    after(() => {
        if (environment === undefined) {
            delete process.env["KUBECONFIG"];
        } else {
            process.env["KUBECONFIG"] = environment;
        }
        rmSync(folder, { recursive: true });
    });

    const withProvider = (given: k8s.ProviderArgs) => () => makeLogs({ provider: new k8s.Provider("given", given) });
    const withParent = (given: k8s.ProviderArgs) => () => {
        const providers = { kubernetes: new k8s.Provider("given", given) };
        return makeLogs({ parent: new pulumi.ComponentResource("test:index:Shop", "shop", {}, { providers }) });
    };
    const ways: [what: string, program: () => unknown, config: Record<string, string>, server: string][] = [
        ["the shell's, where nothing else is said", () => makeLogs(), {}, "https://shell.example"],
        ["the config's", () => makeLogs(), { "kubernetes:kubeconfig": content }, "https://dev.example"],
        ["the config's, by path", () => makeLogs(), { "kubernetes:kubeconfig": file }, "https://dev.example"],
        [
            "the config's context",
            () => makeLogs(),
            { "kubernetes:kubeconfig": content, "kubernetes:context": "prod" },
            "https://prod.example",
        ],
        ["the provider's", withProvider({ kubeconfig: content }), {}, "https://dev.example"],
        [
            "the provider's, though config says another",
            withProvider({ kubeconfig: content }),
            { "kubernetes:context": "x" },
            "https://dev.example",
        ],
        [
            "the provider's, by path and context",
            withProvider({ kubeconfig: file, context: "prod" }),
            {},
            "https://prod.example",
        ],
        [
            "the provider's cluster",
            withProvider({ kubeconfig: file, cluster: "prod-cluster" }),
            {},
            "https://prod.example",
        ],
        [
            "the provider's, known only later",
            withProvider({ kubeconfig: pulumi.output(Promise.resolve(content)) }),
            {},
            "https://dev.example",
        ],
        [
            "a secret provider's",
            withProvider({ kubeconfig: pulumi.secret(content), context: "prod" }),
            {},
            "https://prod.example",
        ],
    ];
    for (const [what, program, config, server] of ways) {
        it(`is ${what}: ${server}`, async () => {
            const recorded = await up(program, config);
            const handedOver = (collectedIn(recorded).inputs as CollectInputs).kubeconfigFile;
            const { clusters, contexts, ...rest } = JSON.parse(readFileSync(handedOver, "utf8")) as {
                readonly clusters: { name: string; cluster: { server: string } }[];
                readonly contexts: { name: string; context: { cluster: string } }[];
                readonly "current-context": string;
            };
            const current = contexts.find(({ name }) => name === rest["current-context"])?.context.cluster;
            expect(clusters.find(({ name }) => name === current)?.cluster.server).to.equal(server);
        });
    }

    it("is in no state: a kubeconfig's content goes nowhere but into the provider that it was given to", async () => {
        const recorded = await up(withProvider({ kubeconfig: pulumi.secret(content) }));
        const holders = recorded.resources.filter(({ text }) => text.includes("marker-in-the-kubeconfig"));
        expect(holders.map(({ name }) => name)).to.deep.equal(["given"]);
        const outputs = JSON.stringify(recorded.resources.map((each) => each.outputs));
        expect(outputs).to.not.include("marker-in-the-kubeconfig");
        const { kubeconfigFile } = collectedIn(recorded).inputs as CollectInputs;
        expect(readFileSync(kubeconfigFile, "utf8")).to.include("marker-in-the-kubeconfig");
    });

    it("is not needed in a preview, where its kubeconfig is not known yet", async () => {
        class Cluster extends pulumi.CustomResource {
            declare readonly kubeconfig: pulumi.Output<string>;
            constructor() {
                super("test:index:Cluster", "cluster", { kubeconfig: undefined });
            }
        }
        const recorded = await preview(() => withProvider({ kubeconfig: new Cluster().kubeconfig })());
        expect(collectedIn(recorded).name).to.equal("logs-collected");
    });
});

describe("the dynamic provider of a Job's logs", () => {
    interface Provider {
        create: (inputs: CollectInputs) => Promise<{ id: string }>;
        diff: (id: string, olds: object, news: object) => Promise<{ changes: boolean; replaces: string[] }>;
        delete: (id: string, inputs: object) => Promise<unknown>;
    }
    let text: string;
    let provider: Provider & Record<string, unknown>;
    before(async () => {
        text = collectedIn(await preview(() => makeLogs())).inputs["__provider"] as string;
        // As Pulumi's own process does: a module of the text alone, which finds packages from the project's folder.
        const loaded = new Module("provider") as Module & { _compile: (code: string, file: string) => void };
        loaded.paths = [join(__dirname, "../../node_modules")];
        loaded._compile(text, join(__dirname, "../../provider.js"));
        provider = (loaded.exports as { handler: () => Provider & Record<string, unknown> }).handler();
    });

    const kept = { ...args, kubeconfigFile: "/tmp/a/kubeconfig" };
    const changes: [what: string, news: object, replaces: string[]][] = [
        ["nothing", kept, []],
        ["another path of the kubeconfig", { ...kept, kubeconfigFile: "/tmp/b/kubeconfig" }, []],
        ["another name for the same Job", { ...kept, job: "other" }, []],
        ["other code", { ...kept, __provider: "other" }, []],
        ["another Job", { ...kept, jobUid: "uid-2" }, ["jobUid"]],
    ];
    for (const [what, news, replaces] of changes) {
        it(`${replaces.length > 0 ? "reads again" : "does nothing"} with ${what}`, async () => {
            const expected = { changes: replaces.length > 0, replaces };
            expect(await provider.diff("uid-1", kept, news)).to.deep.equal(expected);
        });
    }

    it("deletes nothing, whatever there is to delete", async () => {
        const api = new KubernetesApi({});
        await api.start();
        const kubeconfigFile = join(mkdtempSync(join(tmpdir(), "deleted-")), "kubeconfig");
        writeFileSync(kubeconfigFile, kubeconfigOf({ test: api.url }));
        await provider.delete("uid-1", { ...args, kubeconfigFile });
        await api.stop();
        expect(api.seen).to.deep.equal([]);
        expect(existsSync(kubeconfigFile)).to.be.true;
        rmSync(join(kubeconfigFile, ".."), { recursive: true });
    });

    it("has no read or update, so that neither a refresh nor another path does anything", () => {
        expect(provider).to.have.all.keys("create", "diff", "delete");
    });

    it("collects with nothing but its own text and published packages", async () => {
        const api = new KubernetesApi({ "/apis/batch/v1/namespaces/shop/jobs/probe": { metadata: { uid: "uid-2" } } });
        await api.start();
        const folder = mkdtempSync(join(tmpdir(), "created-"));
        const kubeconfigFile = join(folder, "kubeconfig");
        writeFileSync(kubeconfigFile, kubeconfigOf({ test: api.url }));
        try {
            await provider.create({ ...args, kubeconfigFile });
            expect.fail("it collected the logs of another Job");
        } catch (error) {
            expect((error as Error).message).to.match(/^Job shop\/probe .* its uid is not uid-1$/);
        } finally {
            await api.stop();
            rmSync(folder, { recursive: true });
        }
    });

    it("is small, the same each time, and holds nothing of this machine", async () => {
        expect(text.length).to.be.below(32 * 1024);
        expect(collectedIn(await preview(() => makeLogs())).inputs["__provider"]).to.equal(text);
        expect(text).to.not.include(process.cwd());
    });
});
