import { expect } from "chai";
import { collected } from "./collected";
import type { Answer } from "./kubernetesApi";
import { done, jobPath, log, probePod, probePods, running, whole } from "./probedCluster";
import { textOf } from "./probeLogs";

const eventsOf = (uid: string) => `/api/v1/namespaces/ns/events?fieldSelector=involvedObject.uid=${uid},type=Warning`;
const events = (...all: [reason: string, message: string, at: string][]): object => ({
    items: all.map(([reason, message, lastTimestamp]) => ({ metadata: {}, reason, message, lastTimestamp })),
});
const none = { items: [] };
const withUid = (pod: object): object => {
    const { metadata, ...rest } = pod as { metadata: object };
    return { metadata: { ...metadata, uid: "pod-1" }, ...rest };
};
const podIs = (...pod: Parameters<typeof probePod>) => ({ [probePods]: { items: [withUid(probePod(...pod))] } });
const pending = { phase: "Pending" };
const starting = { waiting: { reason: "PodInitializing" } };
const calm = { [eventsOf("uid-1")]: none, [eventsOf("pod-1")]: none };

async function refusal(changes: Record<string, Answer | Answer[]>): Promise<string> {
    const started = Date.now();
    try {
        await collected({ [jobPath]: running, ...calm, ...changes }, { standstillSeconds: 1 });
    } catch (error) {
        expect(Date.now() - started).to.be.below(8_000);
        return (error as Error).message;
    }
    throw new Error("nothing was refused");
}

describe("the collector of a Job that gets nowhere", function () {
    this.timeout(30_000);

    const tooMuch = 'pods "probe-0-x7k2p" is forbidden: exceeded quota: compute, requested: limits.memory=3Gi';
    const hangs: [what: string, changes: Record<string, Answer | Answer[]>, why: string][] = [
        [
            "is refused at admission",
            {
                [probePods]: none,
                [eventsOf("uid-1")]: events(
                    ["FailedCreate", tooMuch, "2024-05-01T10:00:02Z"],
                    ["FailedCreate", "an older one", "2024-05-01T10:00:01Z"],
                ),
            },
            `the Job has no pod; last event: FailedCreate: ${tooMuch}`,
        ],
        ["has no pod, and nothing says why", { [probePods]: none }, "the Job has no pod"],
        [
            "is suspended",
            {
                [probePods]: none,
                [jobPath]: {
                    metadata: { name: "probe", namespace: "ns", uid: "uid-1" },
                    spec: { suspend: true },
                    status: { conditions: [{ type: "Suspended", status: "True", message: "Job suspended" }] },
                },
            },
            "the Job is suspended: Job suspended",
        ],
        [
            "has a sandbox that does not start",
            {
                ...podIs({ resolver: starting, curl: starting }, pending),
                [eventsOf("pod-1")]: events([
                    "FailedCreatePodSandBox",
                    "sysctl is not allowed",
                    "2024-05-01T10:00:02Z",
                ]),
            },
            "last event: FailedCreatePodSandBox: sysctl is not allowed",
        ],
        [
            "lacks a Secret",
            podIs(
                { resolver: { waiting: { reason: "CreateContainerConfigError", message: 'secret "ca" not found' } } },
                pending,
            ),
            'its container resolver waits: CreateContainerConfigError: secret "ca" not found',
        ],
        [
            "lacks a volume, where events may not be read",
            { ...podIs({ resolver: starting }, pending), [eventsOf("pod-1")]: 403 },
            "its events can't be read: 403: no",
        ],
        [
            "has a container of somebody else's that does not end",
            podIs({ resolver: { running: {} }, wait: done, curl: done, "istio-proxy": { running: {} } }),
            "all clients have ended, but container istio-proxy (undefined), which is none of the probe's, runs on and " +
                "keeps its pod from its end: what injects it must leave out the probe's pod",
        ],
        [
            "sends no request",
            {
                ...podIs({ resolver: { running: {} }, wait: done, curl: { running: {} } }),
                [`${log}&tailLines=1`]: "",
            },
            "nothing was seen of it",
        ],
    ];
    for (const [what, changes, why] of hangs) {
        it(`says why it ${what}`, async () => {
            expect(await refusal(changes)).to.match(/^Job ns\/probe stood still for [12] s: /);
            expect((await refusal(changes)).replace(/^.*? s: /, "")).to.equal(why);
        });
    }

    it("says that its Job is gone", async () => {
        expect(await refusal({ [jobPath]: [running, 404], ...podIs({}, pending) })).to.equal(
            "Job ns/probe is gone: somebody else deleted it (the Kubernetes API: 404: no)",
        );
    });

    it("quotes what kubelet answers instead of a log", async () => {
        const text = "unable to retrieve container logs for containerd://4f2a";
        expect(await refusal({ [jobPath]: whole[jobPath] ?? null, [log]: text })).to.match(
            new RegExp(`^the log of ns/probe-x7k2p, container curl: .*; kubelet's answer is: ${text}$`),
        );
    });

    it("waits for kubelet to find the log", async () => {
        const { api, services } = await collected({
            [log]: ["unable to retrieve container logs", whole[log] as Answer],
        });
        expect(services.map(({ clients }) => clients[0]?.requested)).to.deep.equal([2, 2]);
        expect(api.count(log)).to.equal(2);
    });

    it("does not take for its own what somebody else runs beside it", async () => {
        const beside = {
            metadata: {
                name: "probe-x7k2p",
                namespace: "ns",
                uid: "pod-1",
                annotations: { "batch.kubernetes.io/job-completion-index": "0" },
            },
            spec: { nodeName: "node-1", containers: [] },
            status: {
                phase: "Running",
                initContainerStatuses: [
                    { name: "istio-proxy", restartCount: 1, state: { running: {} } },
                    ...["resolver", "wait"].map((name) => ({ name, restartCount: 0, state: done })),
                ],
                containerStatuses: [{ name: "curl", restartCount: 0, state: done }],
            },
        };
        const { services } = await collected({ [jobPath]: running, [probePods]: { items: [beside] } });
        expect(services.map(({ clients }) => clients.map(({ client }) => client))).to.deep.equal([["curl"], ["curl"]]);
    });
});

describe("a collector that waits", function () {
    this.timeout(30_000);

    it("says for what", async () => {
        const said: string[] = [];
        const { log: write } = console;
        console.log = (line: string) => said.push(line);
        try {
            await collected(
                {
                    [jobPath]: running,
                    [probePods]: none,
                    [eventsOf("uid-1")]: events(["FailedCreate", "no more than 1Gi", textOf([])]),
                },
                { standstillSeconds: 6 },
            ).catch(() => undefined);
        } finally {
            console.log = write;
        }
        expect(said).to.include(
            "probe: last seen: no pod; the Job has no pod; last event: FailedCreate: no more than 1Gi",
        );
    });
});
