import { expect } from "chai";
import { handOver, loadKubeconfig } from "../../components/cluster";
import { collect } from "../../components/jobLogs/collector";
import type { Measurement } from "../../split/measurement";
import { KubernetesApi, kubeconfigOf, type Answer } from "./kubernetesApi";
import { backends, complete, failed, job, jobPath, log, probePods, running, tail, whole } from "./probedCluster";
import { linesOf, smallLog, textOf } from "./probeLogs";

describe("the collector of a Job's logs", function () {
    // Calls are tried again after growing pauses, as they would be against a real cluster.
    this.timeout(30_000);

    async function collected(
        changes: Record<string, Answer | Answer[]> = {},
        limits = { timeoutSeconds: 60 },
    ): Promise<Measurement & { api: KubernetesApi }> {
        const api = new KubernetesApi({ ...whole, ...changes });
        await api.start();
        const kubeconfigSocket = await handOver(await loadKubeconfig({ kubeconfig: kubeconfigOf({ test: api.url }) }));
        const services = ["nginxheadless", "nginxclusterip"];
        const selector = { "app.kubernetes.io/name": "nginx" };
        try {
            const inputs = {
                namespace: "ns",
                job: "probe",
                jobUid: "uid-1",
                services,
                selector,
                ...limits,
                kubeconfigSocket,
            };
            return { ...(await collect(inputs)), api };
        } finally {
            await api.stop();
        }
    }

    /** What the collector says when it fails. */
    async function refusal(changes: Record<string, Answer | Answer[]>, timeoutSeconds = 60): Promise<string> {
        try {
            await collected(changes, { timeoutSeconds });
        } catch (error) {
            return (error as Error).message;
        }
        throw new Error("nothing was refused");
    }

    it("waits for the Job's end and tells what its pod saw, who was behind the Services, and where", async () => {
        const { api: _, ...measurement } = await collected({ [jobPath]: [running, complete, 404] });
        const { services, ...rest } = measurement;
        expect(rest).to.deep.equal({
            schemaVersion: 1,
            startedAt: "2024-05-01T10:00:00.000Z",
            finishedAt: "2024-05-01T10:00:09.000Z",
            probe: { job: "probe", pod: "probe-x7k2p", node: "node-1", address: "10.244.0.9", prefixLength: 24 },
            pods: [
                { name: "nginx-a", address: "10.244.0.5", node: "node-1", ready: true },
                { name: "nginx-b", address: "10.244.1.6", node: "node-2", ready: false },
                { name: "nginx-c", address: null, node: null, ready: false },
            ],
        });
        expect(
            services.map(({ name, kind, clusterIP, clients }) => ({
                ...{ name, kind, clusterIP },
                clients: clients.map(({ client, requested, pods, errors }) => [client, requested, pods.length, errors]),
            })),
        ).to.deep.equal([
            { name: "nginxheadless", kind: "headless", clusterIP: null, clients: [["curl", 2, 2, {}]] },
            {
                ...{ name: "nginxclusterip", kind: "ClusterIP", clusterIP: "10.96.0.7" },
                clients: [["curl", 2, 1, { "curl (7): Couldn't connect to server": 1 }]],
            },
        ]);
        expect(JSON.parse(JSON.stringify(measurement))).to.deep.equal(measurement);
    });

    it("takes a Job that only says that it is complete, as clusters before 1.31 do", async () => {
        expect((await collected({ [jobPath]: [job(["Complete"]), 404] })).schemaVersion).to.equal(1);
    });

    it("reads every container of the Job's pod, each as a client", async () => {
        const musl = { ...smallLog, header: { ...smallLog.header, client: "musl" } };
        const pod = {
            metadata: { name: "p", namespace: "ns" },
            spec: { containers: [{ name: "curl" }, { name: "musl" }] },
        };
        const { services } = await collected({
            [probePods]: { items: [pod] },
            "/api/v1/namespaces/ns/pods/p/log?container=curl": textOf(linesOf(smallLog)),
            "/api/v1/namespaces/ns/pods/p/log?container=musl": textOf(linesOf(musl, "b00b")),
        });
        expect(services.map(({ clients }) => clients.map(({ client }) => client))).to.deep.equal([
            ["curl", "musl"],
            ["curl", "musl"],
        ]);
    });

    const faults: [what: string, path: string, answers: Answer[], calls: number][] = [
        ["an API that is overloaded twice", log, [503, 429, whole[log] as Answer], 3],
        ["a connection that breaks once", backends, [null, whole[backends] as Answer], 2],
        ["an API server that restarts", jobPath, [running, null, 500, complete, 404], 4],
    ];
    for (const [what, path, answers, calls] of faults) {
        it(`gets past ${what}`, async () => {
            const { api, services } = await collected({ [path]: answers });
            expect(services.flatMap(({ clients }) => clients.map(({ requested }) => requested))).to.deep.equal([2, 2]);
            expect(api.count(path)).to.equal(calls);
        });
    }

    it("fails with the Job's own reason and its last log lines", async () => {
        expect(await refusal({ [jobPath]: [failed, 404] })).to.equal(
            [
                "Job ns/probe failed. DeadlineExceeded: Job was active longer than specified deadline; nothing was seen of it",
                "last lines of probe-x7k2p/curl (Error, exit code 1):",
                "probe: after 60 s, nginxheadless has 2 addresses in DNS instead of 3",
            ].join("\n"),
        );
    });

    it("fails with the Job's reason though its log is not to be had", async () => {
        const message = await refusal({ [jobPath]: [failed, 404], [tail]: 404 });
        expect(message).to.match(/^Job ns\/probe failed\. DeadlineExceeded: .*\n.*\n\(not to be had: .*404.*\)$/);
    });

    it("fails with the Job's reason though its pod is gone", async () => {
        const message = await refusal({ [jobPath]: [failed, 404], [probePods]: { items: [] } });
        expect(message).to.equal(
            "Job ns/probe failed. DeadlineExceeded: Job was active longer than specified deadline; nothing was seen of it",
        );
    });

    const refused: [what: string, changes: Record<string, Answer | Answer[]>, message: RegExp][] = [
        [
            "a Job of another uid",
            { [jobPath]: { ...running, metadata: { uid: "uid-2" } } },
            /^Job ns\/probe .* its uid is not uid-1$/,
        ],
        ["a complete Job whose pod is gone", { [probePods]: { items: [] } }, /^Job ns\/probe .*\bpod\b/],
        [
            "a torn log",
            { [log]: textOf(linesOf(smallLog)).slice(0, -30) },
            /^the log of ns\/probe-x7k2p, container curl: .* without its trailer$/,
        ],
        ["an empty log", { [log]: "" }, /^the log of ns\/probe-x7k2p, container curl: the log has no line/],
    ];
    for (const [what, changes, message] of refused) {
        it(`refuses ${what}`, async () => {
            expect(await refusal(changes)).to.match(message);
        });
    }

    it("reads a log again that was cut on its way", async () => {
        const text = whole[log] as string;
        const { api, services } = await collected({ [log]: [text.slice(0, -30), text] });
        expect(services.flatMap(({ clients }) => clients.map(({ requested }) => requested))).to.deep.equal([2, 2]);
        expect(api.count(log)).to.equal(2);
    });

    it("gives up on a Job that does not end, and says what it saw last", async () => {
        const pending = {
            metadata: { name: "probe-x7k2p", namespace: "ns" },
            spec: { containers: [{ name: "curl" }] },
            status: { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", message: "0/3 nodes" }] },
        };
        const message = await refusal({ [jobPath]: running, [probePods]: { items: [pending] } }, 6);
        expect(message).to.equal("Job ns/probe did not end in 6 s; last seen: Pending: 0/3 nodes");
    });

    it("does not insist where the API refuses", async () => {
        expect(await refusal({ [jobPath]: [403, complete] })).to.equal("the Kubernetes API: 403: no");
    });
});
