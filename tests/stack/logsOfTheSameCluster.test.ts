import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterAccess } from "../../components/cluster/clusterAccess";
import { JobLogs } from "../../components/jobLogs/jobLogs";
import { kubeconfigOf } from "../unit/kubernetesApi";
import { preview, up, type Recorded } from "./recordedStack";
import { onlyOf, unknown } from "./registrations";

const makeLogs = (opts?: pulumi.ComponentResourceOptions) =>
    new JobLogs(
        "logs",
        {
            ...{ namespace: "shop", job: "probe", jobUid: "uid-1", timeoutSeconds: 60, pullTimeoutSeconds: 45 },
            ...{ services: [], clients: [], selector: {}, owner: "owner-1" },
            ...{ shards: [1], standstillSeconds: 110 },
        },
        opts,
    );

function handedOverBy({ errors, kubeconfigs }: Recorded): string {
    expect(errors).to.deep.equal([]);
    expect(kubeconfigs).to.have.length(1);
    return kubeconfigs.join();
}

describe("the cluster that a Job's logs are read from", () => {
    const content = kubeconfigOf(
        { dev: "https://dev.example", prod: "https://prod.example" },
        "me",
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
        ["a parent's provider's", withParent({ kubeconfig: content }), {}, "https://dev.example"],
        [
            "a secret provider's",
            withProvider({ kubeconfig: pulumi.secret(content), context: "prod" }),
            {},
            "https://prod.example",
        ],
    ];
    for (const [what, program, config, server] of ways) {
        it(`is ${what}: ${server}`, async () => {
            const access = JSON.parse(handedOverBy(await up(program, config))) as ClusterAccess;
            expect(access.server).to.equal(server);
        });
    }

    it("is in no state: a kubeconfig's content goes nowhere but into the provider that it was given to", async () => {
        const recorded = await up(withProvider({ kubeconfig: pulumi.secret(content) }));
        const holders = recorded.resources.filter((each) => each.text.includes("marker-in-the-kubeconfig"));
        expect(holders.map(({ name }) => name)).to.deep.equal(["given"]);
        const outputs = JSON.stringify(recorded.resources.map((each) => each.outputs));
        expect(outputs).to.not.include("marker-in-the-kubeconfig");
        expect(handedOverBy(recorded)).to.include("marker-in-the-kubeconfig");
    });

    it("is not needed in a preview, where its kubeconfig is not known yet", async () => {
        class Cluster extends pulumi.CustomResource {
            declare readonly kubeconfig: pulumi.Output<string>;
            constructor() {
                super("test:index:Cluster", "cluster", { kubeconfig: undefined });
            }
        }
        const { errors, resources } = await preview(() => withProvider({ kubeconfig: new Cluster().kubeconfig })());
        expect(errors).to.deep.equal([]);
        const { kubeconfigSocket } = onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
        expect(kubeconfigSocket).to.equal(unknown);
    });
});
