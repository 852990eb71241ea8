import { expect } from "chai";
import { collected } from "./collected";
import type { Answer } from "./kubernetesApi";
import { complete, crashed, done, failed, jobPath, log, probePod, probePods, resolverLog, running, whole } from "./probedCluster"; // prettier-ignore
import { countersOf, linesOf, requestsTo, resolverLinesOf, smallLog, smallResolverRun, textOf } from "./probeLogs";

const [first, second] = ["probe-x7k2p", "probe-y4m1q"] as const;
const of = (path: string, pod: string): string => path.replace(first, pod);
const states = { resolver: done, wait: done, curl: done };
const ended = { phase: "Succeeded" };
const podsOf = (...pods: object[]) => ({ [probePods]: { items: pods } });
const both = podsOf(probePod(states, ended, 1, second), probePod(states, ended, 0, first));
const three = {
    kind: "requests" as const,
    header: { ...smallLog.header, requests: 3 },
    requests: [
        ...requestsTo(0, ["nginx-b", "nginx-b", "nginx-b"]),
        ...requestsTo(1, ["nginx-a", "nginx-b", "nginx-b"]),
    ],
    counters: countersOf(1, 4),
};

/** Two pods of a probe, on two nodes: the first sends three requests to each Service, the second two. */
const sharded: Record<string, Answer | Answer[]> = {
    ...both,
    [log]: textOf(linesOf(three)),
    [of(log, second)]: textOf(linesOf(smallLog)),
    [of(resolverLog, second)]: textOf(
        resolverLinesOf({ ...smallResolverRun, header: { ...smallResolverRun.header, address: "10.244.1.9" } }),
    ),
    "/api/v1/nodes/node-2": { metadata: { labels: { "topology.kubernetes.io/zone": "zone-2" } } },
};
const refusal = (changes: Record<string, Answer | Answer[]>): Promise<string> =>
    collected({ ...sharded, ...changes }, { shards: [3, 2] }).then(
        () => "nothing was refused",
        (error: unknown) => (error as Error).message,
    );

describe("the collector of a probe of several pods", function () {
    this.timeout(30_000);

    it("tells where each pod was, by its index, and what all of them saw", async () => {
        const { probes, services } = await collected(sharded, { shards: [3, 2] });
        expect(probes.map(({ pod, address, node, zone }) => [pod, address, node, zone])).to.deep.equal([
            [first, "10.244.0.9", "node-1", "zone-1"],
            [second, "10.244.1.9", "node-2", "zone-2"],
        ]);
        const seen = services.map(({ clients: [client] }) => [
            client?.requested,
            client?.pods.map(({ pod, count }) => [pod, count]),
            client?.shards.map(({ requested, pods }) => [requested, pods.map(([count]) => count)]),
        ]);
        expect(seen).to.deep.equal([
            [5, [["nginx-b", 4], ["nginx-a", 1]], [[3, [3, 0]], [2, [1, 1]]]], // prettier-ignore
            [5, [["nginx-a", 2], ["nginx-b", 2]], [[3, [1, 2]], [2, [1, 0]]]], // prettier-ignore
        ]);
    });

    it("tells what each pod sent again, and what all of them did at each Service", async () => {
        const { probes, services } = await collected(sharded, { shards: [3, 2] });
        expect(probes.map(({ tcp }) => [tcp.TCPSynRetrans, tcp.RetransSegs, tcp.ListenDrops])).to.deep.equal([
            [5, 10, null],
            [3, 6, null],
        ]);
        expect(services.map(({ clients: [client] }) => client?.retransmittedSyns)).to.deep.equal([1, 7]);
    });

    it("waits until the last of them has ended", async () => {
        const one = podsOf(probePod(states, ended, 0, first))[probePods] as Answer;
        const going = podsOf(
            probePod(states, ended, 0, first),
            probePod({ ...states, curl: { running: {} } }, { phase: "Running" }, 1, second),
        )[probePods] as Answer;
        const pods = [one, going, both[probePods] as Answer, 404];
        const { api } = await collected({ ...sharded, [jobPath]: running, [probePods]: pods }, { shards: [3, 2] });
        expect(api.count(probePods)).to.equal(3);
    });

    const crashedPod = probePod({ ...states, curl: crashed }, { phase: "Failed" }, 1, second);
    const stopped = {
        ...probePod({ ...states, curl: crashed }, { phase: "Failed" }, 0, first),
        metadata: {
            ...{ name: first, deletionTimestamp: "2024-05-01T10:00:00Z" },
            annotations: { "batch.kubernetes.io/job-completion-index": "0" },
        },
    };
    const refused: [what: string, changes: Record<string, Answer | Answer[]>, message: RegExp][] = [
        [
            "a pod that failed, and not those that were stopped for it",
            {
                [jobPath]: [failed, 404],
                ...podsOf(stopped, crashedPod),
                [of(`${log}&tailLines=10`, second)]: "out of luck\n",
            },
            /^Job ns\/probe failed\. DeadlineExceeded: [^;]+; missing: shard 1 of 2 \(probe-y4m1q on node-2\); nothing was seen of it\nlast lines of probe-y4m1q\/curl \(Error, exit code 1\):\nout of luck$/,
        ],
        [
            "a pod that is gone",
            { [jobPath]: [failed, 404], ...podsOf(probePod(states, ended, 0, first)) },
            /; missing: shard 1 of 2 \(its pod is gone\); /,
        ],
        [
            "a pod that is gone though the Job is complete",
            { [jobPath]: [complete, 404], ...podsOf(probePod(states, ended, 1, second)) },
            /^Job ns\/probe is complete, but shard 0 of 2: its pod is gone, and its logs with it$/,
        ],
        [
            "a torn log of one of them",
            { [of(log, second)]: textOf(linesOf(smallLog)).slice(0, -30) },
            /^the log of ns\/probe-y4m1q, container curl: the log is cut after line \d+: there is no line of kind end$/,
        ],
        [
            "a pod that sent another part than its own",
            { [log]: whole[log] ?? null },
            /^the log of ns\/probe-x7k2p, container curl: 3 requests to each Service were asked for, 2 were sent$/,
        ],
    ];
    for (const [what, changes, message] of refused) {
        it(`refuses ${what}`, async () => {
            expect(await refusal(changes)).to.match(message);
        });
    }

    it("gives up on a pod that no node takes", async () => {
        const conditions = [
            { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/2 nodes are available" },
        ];
        const pending = podsOf(probePod({}, { phase: "Pending", conditions }, 0, first));
        const collecting = collected({ [jobPath]: running, ...pending }, { standstillSeconds: 1 });
        const error = await collecting.catch((each: unknown) => each);
        expect((error as Error).message).to.match(
            /^Job ns\/probe stood still for [12] s: no node takes its pod: 0\/2 nodes are available; its events/,
        );
    });
});
