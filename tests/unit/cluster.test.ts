import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkReachable, loadKubeconfig, type ClusterSettings } from "../../components/preflight/cluster";
import { kubeconfigOf, KubernetesApi } from "./kubernetesApi";

const content = kubeconfigOf({ dev: "https://dev.example:6443", prod: "https://prod.example:6443" });

/** Message of the RunError that a promise ends in: a user reads it without a stack. */
async function refusal(promise: Promise<unknown>): Promise<string> {
    try {
        await promise;
    } catch (error) {
        expect(error).to.be.instanceOf(pulumi.RunError);
        return (error as Error).message;
    }
    throw new Error("nothing was refused");
}

describe("the cluster of a provider", () => {
    const environment = { KUBECONFIG: process.env["KUBECONFIG"], HOME: process.env["HOME"] };
    let folder: string;
    let file: string;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
        file = join(folder, "config");
        writeFileSync(file, content);
        mkdirSync(join(folder, "home", ".kube"), { recursive: true });
        writeFileSync(join(folder, "home", ".kube", "config"), kubeconfigOf({ home: "https://home.example" }, "you"));
    });
    beforeEach(() => {
        process.env["HOME"] = join(folder, "home");
        delete process.env["KUBECONFIG"];
    });
    afterEach(() => {
        for (const [name, value] of Object.entries(environment)) {
            if (value === undefined) {
                Reflect.deleteProperty(process.env, name);
            } else {
                process.env[name] = value;
            }
        }
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    const found: [what: string, settings: () => ClusterSettings, context: string, server: string][] = [
        ["content", () => ({ kubeconfig: content }), "dev", "https://dev.example:6443"],
        ["a path", () => ({ kubeconfig: file }), "dev", "https://dev.example:6443"],
        ["a path below ~", () => ({ kubeconfig: "~/.kube/config" }), "home", "https://home.example"],
        ["nothing", () => ({}), "home", "https://home.example"],
        ["an empty text", () => ({ kubeconfig: "" }), "home", "https://home.example"],
        ["a context", () => ({ kubeconfig: content, context: "prod" }), "prod", "https://prod.example:6443"],
        ["a cluster", () => ({ kubeconfig: content, cluster: "prod-cluster" }), "dev", "https://prod.example:6443"],
    ];
    for (const [what, settings, context, server] of found) {
        it(`is ${server}, given ${what}`, async () => {
            const loaded = await loadKubeconfig(settings());
            expect(loaded.getCurrentContext()).to.equal(context);
            expect(loaded.getCurrentCluster()?.server).to.equal(server);
            expect(loaded.getCurrentUser()?.token).to.equal("t0ken");
        });
    }

    it("is that of KUBECONFIG, of several files there as kubectl merges them: the first that says something counts", async () => {
        const other = join(folder, "other");
        writeFileSync(other, kubeconfigOf({ home: "https://elsewhere.example", dev: "https://not.example" }));
        process.env["KUBECONFIG"] = ["/no/such/config", file, join(folder, "home", ".kube", "config"), other].join(":");
        const server = async (context?: string) => (await loadKubeconfig({ context })).getCurrentCluster()?.server;
        expect(await server()).to.equal("https://dev.example:6443");
        expect(await server("home")).to.equal("https://home.example");
    });

    it("is the same where a provider without a kubeconfig takes several files of KUBECONFIG for its own", async () => {
        process.env["KUBECONFIG"] = [file, join(folder, "home", ".kube", "config")].join(":");
        const loaded = await loadKubeconfig({ kubeconfig: process.env["KUBECONFIG"], context: "home" });
        expect(loaded.getCurrentCluster()?.server).to.equal("https://home.example");
    });

    const refused: [what: string, settings: ClusterSettings, message: RegExp][] = [
        [
            "an unknown context",
            { kubeconfig: content, context: "qa" },
            /^kubernetes:context: "qa" was given; allowed is one of dev, prod$/,
        ],
        [
            "an unknown cluster",
            { kubeconfig: content, cluster: "qa" },
            /^kubernetes:cluster: "qa" was given; allowed is one of dev-cluster, prod-cluster$/,
        ],
        ["a kubeconfig without contexts", { kubeconfig: "{}" }, /^kubernetes:context: .*; the kubeconfig has none$/],
        ["a path that does not exist", { kubeconfig: "/no/such/config" }, /^kubeconfig: .*\/no\/such\/config/],
    ];
    for (const [what, settings, message] of refused) {
        it(`is refused, given ${what}`, async () => {
            expect(await refusal(loadKubeconfig(settings))).to.match(message);
        });
    }

    it("is refused where KUBECONFIG names no file", async () => {
        process.env["KUBECONFIG"] = "/no/such/config";
        expect(await refusal(loadKubeconfig({}))).to.match(/^kubeconfig: .*\/no\/such\/config/);
    });

    it("is refused where there is no kubeconfig at all, in words for a newcomer", async () => {
        process.env["HOME"] = folder;
        const message = await refusal(loadKubeconfig({}).then(checkReachable));
        expect(message)
            .to.match(/^kubeconfig: /)
            .and.include("KUBECONFIG");
    });

    it("is refused without quoting a kubeconfig that does not parse: it may be secret", async () => {
        const message = await refusal(loadKubeconfig({ kubeconfig: "token: hunter2\n  users: : [" }));
        expect(message)
            .to.match(/^kubeconfig: it can't be read: /)
            .and.not.include("hunter2");
    });
});

describe("a cluster's API", () => {
    it("is reachable when it tells its version", async () => {
        const api = new KubernetesApi({ "/version": { major: "1", minor: "34" } });
        await api.start();
        try {
            await checkReachable(await loadKubeconfig({ kubeconfig: kubeconfigOf({ dev: api.url }) }));
            expect(api.seen).to.deep.equal(["/version"]);
        } finally {
            await api.stop();
        }
    });

    it("is out of reach where nobody listens: the error names context, address and cause", async () => {
        const api = new KubernetesApi({});
        await api.start();
        const { url } = api;
        await api.stop();
        const message = await refusal(checkReachable(await loadKubeconfig({ kubeconfig: kubeconfigOf({ dev: url }) })));
        expect(message).to.match(
            /^kubernetes:context: dev at http:\/\/127\.0\.0\.1:\d+ can't be reached: .*ECONNREFUSED/,
        );
    });

    it("is out of reach where a server accepts connections and says nothing", async () => {
        const silent = createServer().listen(0, "127.0.0.1");
        await once(silent, "listening");
        const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
        const open = new Set<Socket>();
        silent.on("connection", (socket) => open.add(socket));
        try {
            const loaded = await loadKubeconfig({ kubeconfig: kubeconfigOf({ dev: url }) });
            expect(await refusal(checkReachable(loaded))).to.match(/can't be reached: no answer within 10 s$/);
        } finally {
            open.forEach((socket) => socket.destroy());
            silent.close();
        }
    }).timeout(20_000);

    it("says so where it refuses the credentials, in one line", async () => {
        const api = new KubernetesApi({ "/version": 401 });
        await api.start();
        try {
            const loaded = await loadKubeconfig({ kubeconfig: kubeconfigOf({ dev: api.url }) });
            expect(await refusal(checkReachable(loaded))).to.match(
                /^kubernetes:context: dev at \S+ refuses these credentials: .*401.*$/,
            );
        } finally {
            await api.stop();
        }
    });
});
