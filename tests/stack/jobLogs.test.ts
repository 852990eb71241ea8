import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import Module from "node:module";
import { join } from "node:path";
import { loadKubeconfig } from "../../components/cluster/kubeconfig";
import { KubeconfigSocket } from "../../components/jobLogs/kubeconfigSocket";
import { JobLogs } from "../../components/jobLogs/jobLogs";
import type { Collected, CollectInputs } from "../../components/jobLogs/inputs";
import { packed, unpacked } from "../../components/jobLogs/packed";
import type { Measurement } from "../../split/measurement/measurement";
import type { Run } from "../../split/verdict/run";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { jobPath, complete, whole as wholeRun } from "../unit/probedCluster";
import { kubeconfig, measured, preview, up } from "./recordedStack";
import { onlyOf } from "./registrations";

const asked = {
    namespace: "shop",
    job: "probe",
    jobUid: "uid-1",
    services: [
        { name: "nginxheadless", kind: "headless", service: "nginxheadless" },
        { name: "nginxclusterip", kind: "ClusterIP", service: "nginxclusterip" },
    ],
    clients: [{ name: "curl", engine: "curl", resolver: "glibc", image: "curl:1", connection: "new" }],
    selector: { app: "web" },
    owner: "owner-1",
    timeoutSeconds: 60,
    pullTimeoutSeconds: 45,
    standstillSeconds: 110,
    shards: [2],
} as const;
// The Job stays, for more than one reader.
const whole = { ...wholeRun, [jobPath]: complete };
const makeLogs = () => new JobLogs("logs", { ...asked, shards: [...asked.shards] });

async function collectedLogs(): Promise<CollectInputs & { readonly __provider: string }> {
    const { errors, resources } = await preview(makeLogs);
    expect(errors).to.deep.equal([]);
    return onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
}

describe("the logs of a Job", () => {
    it("are what the collector found, as the component's output", async () => {
        const found: unknown[] = [];
        const program = () => {
            const { measurement, previous } = makeLogs();
            pulumi.all([measurement, previous]).apply((each) => found.push(...each));
        };
        await up(program, { "kubernetes:kubeconfig": kubeconfig });
        expect(found).to.deep.equal([measured, null]);
    });

    it("are asked for by names and uid, and by nothing that is secret", async () => {
        const { __provider: _, ...inputs } = await collectedLogs();
        expect(inputs).to.deep.equal({ ...asked, disruption: null, kubeconfigSocket: "opened when the Job runs" });
    });
});

interface Provider {
    readonly create: (inputs: CollectInputs) => Promise<{ id: string; outs: Collected }>;
    readonly update: (id: string, olds: Collected, news: CollectInputs) => Promise<{ outs: Collected }>;
    readonly diff: (id: string, olds: object, news: object) => Promise<object>;
    readonly delete: (id: string, inputs: object) => Promise<unknown>;
}

describe("the dynamic provider of a Job's logs", () => {
    const api = new KubernetesApi(whole);
    const socket = new KubeconfigSocket();
    let inputs: CollectInputs;
    let text: string;
    let provider: Provider;

    before(async () => {
        await api.start();
        text = (await collectedLogs()).__provider;
        // As Pulumi's own process does: a module of the text alone, which finds packages from the project's folder.
        const loaded = new Module("provider") as Module & { _compile: (code: string, file: string) => void };
        loaded.paths = [join(__dirname, "../../node_modules")];
        loaded._compile(text, "provider.js");
        provider = (loaded.exports as { handler: () => Provider }).handler();
    });
    after(async () => {
        await api.stop();
    });
    beforeEach(async () => {
        const kubeconfig = await loadKubeconfig({ kubeconfig: kubeconfigOf({ test: api.url }) });
        const selector = { "traffic-split/workload": "nginx" };
        const kubeconfigSocket = await socket.open(kubeconfig);
        inputs = { ...asked, disruption: null, namespace: "ns", selector, kubeconfigSocket };
        api.seen.length = 0;
    });
    afterEach(() => {
        socket.close();
    });

    const changes: [what: string, change: object, isRead: boolean][] = [
        ["nothing", {}, false],
        ["another path of the socket", { kubeconfigSocket: "/elsewhere" }, false],
        ["another name for the same Job", { job: "other" }, false],
        ["other code", { __provider: "other" }, false],
        ["another Job", { jobUid: "uid-2" }, true],
    ];
    for (const [what, change, isRead] of changes) {
        it(`${isRead ? "reads again, in place," : "does nothing"} with ${what}`, async () => {
            expect(await provider.diff("uid-1", inputs, { ...inputs, ...change })).to.deep.equal({ changes: isRead });
        });
    }

    it("collects with nothing but its own text and published packages, and has no run before the first", async () => {
        const { id, outs } = await provider.create(inputs);
        const { measurement, previous, ...rest } = outs;
        expect({ id, previous, rest }).to.deep.equal({ id: "uid-1", previous: null, rest: inputs });
        expect((unpacked(measurement) as Measurement).services.map(({ name }) => name)).to.deep.equal(
            asked.services.map(({ name }) => name),
        );
    });

    it("keeps of the former run what the next is compared with, of a Job that came in its place", async () => {
        const olds: Collected = { ...inputs, jobUid: "uid-0", measurement: packed(measured), previous: null };
        const { outs } = await provider.update("uid-0", olds, inputs);
        const previous: Run = {
            startedAt: measured.startedAt,
            connections: { nginxheadless: { curl: { a: 3, b: 0 } }, nginxclusterip: { curl: { a: 1, b: 2 } } },
            draws: { nginxheadless: { curl: "independent" }, nginxclusterip: { curl: "independent" } },
        };
        expect(outs.previous).to.deep.equal(previous);
        expect(outs).to.deep.include({ jobUid: "uid-1" });
        expect((unpacked(outs.measurement) as Measurement).probes[0]?.pod).to.equal("probe-x7k2p");
    });

    for (const [what, held] of [
        ["an object, as an earlier version kept it", { ...measured, schemaVersion: 4 }],
        ["packed by another version", packed({ ...measured, schemaVersion: 4 })],
    ] as const) {
        it(`has nothing to compare with where the former run is ${what}`, async () => {
            const olds = { ...inputs, jobUid: "uid-0", measurement: held as string, previous: null };
            const { outs } = await provider.update("uid-0", olds, inputs);
            expect(outs.previous).to.equal(null);
        });
    }

    it("fails, and leaves the former run where it is, where the Job is not the one asked for", async () => {
        const olds: Collected = { ...inputs, measurement: packed(measured), previous: null };
        let refusal: unknown;
        await provider.update("uid-1", olds, { ...inputs, jobUid: "uid-2" }).catch((error: unknown) => {
            refusal = error;
        });
        expect(refusal)
            .to.be.an("error")
            .with.property("message")
            .that.matches(/^Job ns\/probe .* its uid is not uid-2$/);
    });

    it("deletes nothing, whatever there is to delete", async () => {
        await provider.delete("uid-1", inputs);
        expect(api.seen).to.deep.equal([]);
    });

    it("has no read, so that a refresh does nothing", () => {
        expect(provider).to.have.all.keys("create", "update", "diff", "delete");
    });

    it("is small, the same each time, and holds nothing of this machine", async () => {
        expect(text.length).to.be.below(40 * 1024);
        expect((await collectedLogs()).__provider).to.equal(text);
        expect(text).to.not.include(process.cwd());
    });
});
