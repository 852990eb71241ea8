import { expect } from "chai";
import type { ClientTraits } from "../../components/jobLogs/inputs";
import { collected, curl } from "./collected";
import type { Answer } from "./kubernetesApi";
import {
    backends,
    done,
    job,
    jobPath,
    log,
    probePod,
    probePods,
    resolverLog,
    running,
    slice,
    slices,
    whole,
} from "./probedCluster";
import { linesOf, smallLog, textOf } from "./probeLogs";

const noCounter = {
    ...{ RetransSegs: null, TCPSynRetrans: null, TCPTimeouts: null, PAWSActive: null, PAWSEstab: null },
    ...{ PAWSTimewait: null, TSEcrRejected: null, ListenOverflows: null, ListenDrops: null },
};

describe("the collector of a Job's logs", function () {
    // Calls are tried again after growing pauses, as they would be against a real cluster.
    this.timeout(30_000);

    const calling = { items: [probePod({ resolver: { running: {} }, wait: done, curl: { running: {} } })] };
    const stopping = { items: [probePod({ resolver: { running: {} }, wait: done, curl: done })] };

    it("waits for the end of all that the Job's pod runs, which comes before the Job's", async () => {
        const pods = [calling, stopping, whole[probePods] as Answer, 404];
        const { api, schemaVersion } = await collected({ [jobPath]: running, [probePods]: pods });
        expect([schemaVersion, api.count(probePods)]).to.deep.equal([5, 3]);
    });

    it("tells what the Job's pod saw, who was behind the Services, and where", async () => {
        const { api: _, ...measurement } = await collected();
        const { services, ...rest } = measurement;
        expect(rest).to.deep.equal({
            schemaVersion: 5,
            startedAt: "2024-05-01T10:00:00.000Z",
            finishedAt: "2024-05-01T10:00:09.000Z",
            job: "probe",
            probes: [
                {
                    ...{ pod: "probe-x7k2p", node: "node-1", zone: "zone-1" },
                    ...{ address: "10.244.0.9", prefixLength: 24, nameservers: ["10.96.0.10"] },
                    ...{ search: ["ns.svc.cluster.local"], options: ["ndots:5"] },
                    tcp: { ...noCounter, RetransSegs: 6, TCPSynRetrans: 3 },
                },
            ],
            caCertificate: null,
            cluster: {
                proxy: "nftables",
                mesh: null,
                dns: {
                    ...{ coreDnsVersion: "1.12.1", loadbalance: "round_robin", nodeLocalCache: false },
                    order: "shuffled",
                },
            },
            pods: [
                { name: "nginx-a", address: "10.244.0.5", node: "node-1", zone: "zone-1", ready: true },
                { name: "nginx-b", address: "10.244.1.6", node: "node-2", zone: null, ready: false },
                { name: "nginx-c", address: null, node: null, zone: null, ready: false },
            ],
            churn: [],
            disruptions: [],
        });
        expect(services.map(({ clients: _, ...service }) => service)).to.deep.equal([
            {
                ...{ name: "nginxheadless", kind: "headless", clusterIP: null, sessionAffinity: "None" },
                ...{ internalTrafficPolicy: "Cluster", trafficDistribution: null, publishNotReadyAddresses: false },
            },
            {
                ...{ name: "nginxclusterip", kind: "ClusterIP", clusterIP: "10.96.0.7", sessionAffinity: "ClientIP" },
                ...{ internalTrafficPolicy: "Local", publishNotReadyAddresses: true },
                trafficDistribution: "PreferClose",
            },
        ]);
        const seen = services.flatMap(({ clients }) =>
            clients.map(({ client, engine, requested, pods, dns, errors }) => [
                ...[client, engine, requested, pods.length, dns.lookups, errors],
            ]),
        );
        expect(seen).to.deep.equal([
            ["curl", "curl", 2, 2, 2, {}],
            ["curl", "curl", 2, 1, 2, { "curl (7): Couldn't connect to server": 1 }],
        ]);
        expect(JSON.parse(JSON.stringify(measurement))).to.deep.equal(measurement);
    });

    it("takes a Job that only says that it is complete, as clusters before 1.31 do", async () => {
        expect((await collected({ [jobPath]: [job(["Complete"]), 404] })).schemaVersion).to.equal(5);
    });

    it("reads the log of every client, each in the container of its name", async () => {
        const go: ClientTraits = { ...curl, name: "go", engine: "Go", connection: "kept-alive" };
        const { api, services } = await collected(
            {
                [log.replace("curl", "go")]: textOf(
                    linesOf({ ...smallLog, header: { ...smallLog.header, client: "go", resolver: "go" } }, "b00b"),
                ),
            },
            { clients: [curl, go] },
        );
        for (const { clients } of services) {
            const told = clients.map(({ client, engine, resolver, connection, dns }) => [
                ...[client, engine, resolver, connection, dns.lookups],
            ]);
            expect(told).to.deep.equal([
                ["curl", "curl", "glibc", "new", 2],
                // The resolver's log names no look-up of this one.
                ["go", "Go", "go", "kept-alive", 0],
            ]);
        }
        expect(api.count(resolverLog)).to.equal(1);
    });

    const withoutResolver = textOf(linesOf({ ...smallLog, header: { ...smallLog.header, resolver: null } }));
    const musl = textOf(linesOf({ ...smallLog, header: { ...smallLog.header, resolver: "musl" } }));
    const inImage = (image: string): Answer => {
        const pod = probePod({ resolver: done, wait: done, curl: done }) as { spec: object };
        return { items: [{ ...pod, spec: { ...pod.spec, containers: [{ name: "curl", image }] } }] };
    };
    const resolvers: [what: string, changes: Record<string, Answer>, resolver: string][] = [
        ["what it says, in the image that its kind names", { [log]: musl, [probePods]: inImage("curl:1") }, "musl"],
        ["what it says, in another image", { [log]: musl, [probePods]: inImage("curl:1-alpine") }, "musl"],
        ["that of its image, where it can't tell", { [log]: withoutResolver, [probePods]: inImage("curl:1") }, "glibc"],
        [
            "not known in another image, where it can't tell",
            { [log]: withoutResolver, [probePods]: inImage("mine:1") },
            "unknown",
        ],
    ];
    for (const [what, answers, resolver] of resolvers) {
        it(`takes for a client's resolver ${what}`, async () => {
            const { services } = await collected(answers);
            expect(services.map(({ clients }) => clients[0]?.resolver)).to.deep.equal([resolver, resolver]);
        });
    }

    it("takes musl for the resolver of the kind on musl in any image, where a static program can't tell", async () => {
        const kind: ClientTraits = { ...curl, resolver: "musl" };
        const { services } = await collected(
            { [log]: withoutResolver, [probePods]: inImage("mine:1") },
            { clients: [kind] },
        );
        expect(services.map(({ clients }) => clients[0]?.resolver)).to.deep.equal(["musl", "musl"]);
    });

    const changes: [what: string, after: object[], churn: string[]][] = [
        [
            "a pod that came",
            [slice("nginxheadless", { "nginx-a": "10.244.0.5", "nginx-b": "10.244.1.6" }, 2)],
            ["Endpoint added to nginxheadless: nginx-b at 10.244.1.6."],
        ],
        [
            "a pod in the place of another",
            [slice("nginxheadless", { "nginx-b": "10.244.1.6" }, 2)],
            [
                "Endpoint removed from nginxheadless: nginx-a at 10.244.0.5.",
                "Endpoint added to nginxheadless: nginx-b at 10.244.1.6.",
            ],
        ],
        [
            "what changed and changed back",
            [slice("nginxheadless", { "nginx-a": "10.244.0.5" }, 3)],
            ["Endpoints changed and changed back."],
        ],
        [
            "no pod that is not ready yet: nobody is sent there",
            [slice("nginxheadless", { "nginx-a": "10.244.0.5" }, 2, { "nginx-b": "10.244.1.6" })],
            [],
        ],
        ["nothing, where nothing changed", [slice("nginxheadless", { "nginx-a": "10.244.0.5" })], []],
    ];
    for (const [what, after, churn] of changes) {
        it(`tells of ${what}`, async () => {
            const before = { items: [slice("nginxheadless", { "nginx-a": "10.244.0.5" })] };
            expect((await collected({ [slices]: [before, { items: after }] })).churn).to.deep.equal(churn);
        });
    }

    it("tells of a pod that took another's place before anybody looked", async () => {
        const metadata = { name: "nginx-a", creationTimestamp: "2024-05-01T10:00:05Z", generateName: "nginx-" };
        const late = { items: [{ metadata, spec: { nodeName: "node-1" }, status: {} }] };
        // The endpoints are the same from the first look to the last: the run was over by then.
        const { churn } = await collected({ [backends]: late });
        expect(churn).to.deep.equal(["nginx-a was created after the Job's start.", "nginx-b answered and is gone."]);
    });

    const faults: [what: string, path: string, answers: Answer[], calls: number][] = [
        ["an API that is overloaded twice", log, [503, 429, whole[log] as Answer], 3],
        ["a connection that breaks once", backends, [null, whole[backends] as Answer], 2],
        ["an API server that restarts", probePods, [calling, null, 500, whole[probePods] as Answer, 404], 4],
    ];
    for (const [what, path, answers, calls] of faults) {
        it(`gets past ${what}`, async () => {
            const { api, services } = await collected({ [jobPath]: running, [path]: answers });
            expect(services.flatMap(({ clients }) => clients.map(({ requested }) => requested))).to.deep.equal([2, 2]);
            expect(api.count(path)).to.equal(calls);
        });
    }

    it("reads a log again that was cut on its way", async () => {
        const text = whole[log] as string;
        const { api, services } = await collected({ [log]: [text.slice(0, -30), text] });
        expect(services.flatMap(({ clients }) => clients.map(({ requested }) => requested))).to.deep.equal([2, 2]);
        expect(api.count(log)).to.equal(2);
    });
});
