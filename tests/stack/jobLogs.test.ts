import { expect } from "chai";
import Module from "node:module";
import { join } from "node:path";
import { handOver, loadKubeconfig } from "../../components/cluster";
import { JobLogs } from "../../components/jobLogs";
import type { CollectInputs } from "../../components/jobLogs/inputs";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { kubeconfig, measured, preview, up } from "./recordedStack";
import { onlyOf } from "./registrations";

const asked = {
    namespace: "shop",
    job: "probe",
    jobUid: "uid-1",
    services: ["webheadless"],
    selector: { app: "web" },
    timeoutSeconds: 60,
};
const makeLogs = () => new JobLogs("logs", asked);

async function collectedLogs(): Promise<CollectInputs & { readonly __provider: string }> {
    const { errors, resources } = await preview(makeLogs);
    expect(errors).to.deep.equal([]);
    return onlyOf(resources, "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs");
}

describe("the logs of a Job", () => {
    it("are what the collector found, as the component's output", async () => {
        const { resources } = await up(makeLogs, { "kubernetes:kubeconfig": kubeconfig });
        expect(resources.find(({ name }) => name === "logs")?.outputs).to.deep.equal([{ measurement: measured }]);
    });

    it("are asked for by names and uid, and by nothing that is secret", async () => {
        const { __provider: _, ...inputs } = await collectedLogs();
        expect(inputs).to.deep.equal({ ...asked, kubeconfigSocket: "opened when the Job runs" });
    });
});

interface Provider {
    readonly create: (inputs: CollectInputs) => Promise<{ id: string }>;
    readonly diff: (id: string, olds: object, news: object) => Promise<{ changes: boolean; replaces: string[] }>;
    readonly delete: (id: string, inputs: object) => Promise<unknown>;
}

describe("the dynamic provider of a Job's logs", () => {
    const api = new KubernetesApi({ "/apis/batch/v1/namespaces/shop/jobs/probe": { metadata: { uid: "uid-2" } } });
    let inputs: CollectInputs;
    let text: string;
    let provider: Provider;

    before(async () => {
        await api.start();
        const kubeconfig = await loadKubeconfig({ kubeconfig: kubeconfigOf({ test: api.url }) });
        inputs = { ...asked, kubeconfigSocket: await handOver(kubeconfig) };
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

    const changes: [what: string, change: object, replaces: string[]][] = [
        ["nothing", {}, []],
        ["another path of the socket", { kubeconfigSocket: "/elsewhere" }, []],
        ["another name for the same Job", { job: "other" }, []],
        ["other code", { __provider: "other" }, []],
        ["another Job", { jobUid: "uid-2" }, ["jobUid"]],
    ];
    for (const [what, change, replaces] of changes) {
        it(`${replaces.length > 0 ? "reads again" : "does nothing"} with ${what}`, async () => {
            const expected = { changes: replaces.length > 0, replaces };
            expect(await provider.diff("uid-1", inputs, { ...inputs, ...change })).to.deep.equal(expected);
        });
    }

    it("deletes nothing, whatever there is to delete", async () => {
        api.seen.length = 0;
        await provider.delete("uid-1", inputs);
        expect(api.seen).to.deep.equal([]);
    });

    it("has no read or update, so that neither a refresh nor another path does anything", () => {
        expect(provider).to.have.all.keys("create", "diff", "delete");
    });

    it("collects with nothing but its own text and published packages", async () => {
        let refusal: unknown;
        await provider.create(inputs).catch((error: unknown) => {
            refusal = error;
        });
        expect(refusal)
            .to.be.an("error")
            .with.property("message")
            .that.matches(/^Job shop\/probe .* its uid is not uid-1$/);
    });

    it("is small, the same each time, and holds nothing of this machine", async () => {
        expect(text.length).to.be.below(32 * 1024);
        expect((await collectedLogs()).__provider).to.equal(text);
        expect(text).to.not.include(process.cwd());
    });
});
