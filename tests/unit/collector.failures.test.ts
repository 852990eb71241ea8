import { expect } from "chai";
import { curl, refusal } from "./collected";
import type { Answer } from "./kubernetesApi";
import * as cluster from "./probedCluster";
import { linesOf, resolverLinesOf, smallLog, smallResolverRun, textOf } from "./probeLogs";

const { complete, crashed, done, failed, jobPath, log, probePod, probePods } = cluster;
const { resolverLog, running, tail, whole } = cluster;

describe("the collector of a Job that comes to nothing", function () {
    this.timeout(30_000);

    const withPod = (...pod: Parameters<typeof probePod>) => ({ [probePods]: { items: [probePod(...pod)] } });
    const crashedPod = withPod({ resolver: { running: {} }, wait: done, curl: crashed });

    it("fails with the Job's own reason and its last log lines", async () => {
        expect(await refusal({ ...crashedPod, [jobPath]: [failed, 404] })).to.equal(
            [
                "Job ns/probe failed. DeadlineExceeded: Job was active longer than specified deadline; nothing was seen of it",
                "last lines of probe-x7k2p/curl (Error, exit code 1):",
                "probe: not ready after 60 s: nginxheadless must have 3 addresses in DNS, got 2",
            ].join("\n"),
        );
    });

    it("shows the last lines of an init container that failed, and not of those that wait for it", async () => {
        const waitTail = tail.replace("curl", "wait");
        const message = await refusal({
            ...withPod({ resolver: { running: {} }, wait: crashed, curl: { waiting: { reason: "PodInitializing" } } }),
            [jobPath]: [failed, 404],
            [waitTail]: whole[tail] as string,
        });
        expect(message.split("\n").slice(1)).to.deep.equal([
            "last lines of probe-x7k2p/wait (Error, exit code 1):",
            "probe: not ready after 60 s: nginxheadless must have 3 addresses in DNS, got 2",
        ]);
    });

    it("fails with the Job's reason though its log is unavailable", async () => {
        const message = await refusal({ ...crashedPod, [jobPath]: [failed, 404], [tail]: 404 });
        expect(message).to.match(/^Job ns\/probe failed\. DeadlineExceeded: .*\n.*\n\(log unavailable: .*404.*\)$/);
    });

    it("fails with the Job's reason though its pod is gone", async () => {
        const message = await refusal({ [jobPath]: [failed, 404], [probePods]: { items: [] } });
        expect(message).to.equal(
            "Job ns/probe failed. DeadlineExceeded: Job was active longer than specified deadline; its pod is gone; nothing was seen of it",
        );
    });

    const restarted = {
        metadata: { name: "probe-x7k2p", namespace: "ns" },
        status: { initContainerStatuses: [{ name: "resolver", restartCount: 1, state: done }] },
    };
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
            /^the log of ns\/probe-x7k2p, container curl: the log is cut after line \d+: there is no line of kind end$/,
        ],
        [
            "a torn log of the resolver",
            { [resolverLog]: textOf(resolverLinesOf(smallResolverRun)).slice(0, -30) },
            /^the log of ns\/probe-x7k2p, container resolver: the log is cut after line \d+: there is no line of kind end$/,
        ],
        [
            "the log of a resolver that was started again",
            { [probePods]: { items: [restarted] } },
            /^Job ns\/probe failed\. Its container resolver ended too early; nothing was seen of it$/,
        ],
        ["an empty log", { [log]: "" }, /^the log of ns\/probe-x7k2p, container curl: the log has no line/],
    ];
    for (const [what, changes, message] of refused) {
        it(`refuses ${what}`, async () => {
            expect(await refusal(changes)).to.match(message);
        });
    }

    it("gives up on a Job that does not end, and says what it saw last", async () => {
        const conditions = [{ type: "PodScheduled", status: "False", message: "0/3 nodes" }];
        const slow = withPod({ resolver: { running: {} }, wait: done, curl: done, go: { running: {} } });
        const events = "/api/v1/namespaces/ns/events?fieldSelector=involvedObject.uid=uid-1,type=Warning";
        const goTail = log.replace("curl", "go&tailLines=1");
        const sent = (requests: string): string => `1 of 2 clients are done, go has sent ${requests} requests`;
        const line = 'ts4 7f3a 17 request [0,16,16,"10.96.0.7","a",0,0,null,0]\n';
        const last: [changes: Record<string, Answer>, seen: string][] = [
            [withPod({}, { phase: "Pending", conditions }), "Pending: 0/3 nodes"],
            [{ ...slow, [goTail]: line }, sent("17")],
            [{ ...slow, [goTail]: 404 }, sent("no")],
        ];
        // At once, because each takes its time.
        const clients = [curl, { ...curl, name: "go" }];
        const messages = await Promise.all(
            last.map(([changes]) => refusal({ ...changes, [jobPath]: running, [events]: { items: [] } }, 6, clients)),
        );
        const expected = last.map(([, seen]) => `Job ns/probe did not end in 6 s; last seen: ${seen}`);
        expect(messages).to.deep.equal(expected);
    });

    it("does not insist where the API refuses", async () => {
        expect(await refusal({ [jobPath]: [403, complete] })).to.equal("the Kubernetes API: 403: no");
    });
});
