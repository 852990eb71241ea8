import { errorCounts } from "../../split/measurement/errorCounts";
import { assess, type Assessment } from "../../split/verdict/assessment";
import { compareRuns, type Comparison } from "../../split/verdict/comparison";
import { runOf } from "../../split/verdict/run";
import type { MeasuredService, Measurement, Probe } from "../../split/measurement/measurement";
import { backend, client, clusterIP, headless, measurement } from "./measurements";

const names = ["nginx-7d9c5b-2kq8x", "nginx-7d9c5b-fw7tz", "nginx-7d9c5b-x9m4c"];
const [a = "", b = "", c = ""] = names;
const addresses = ["10.244.0.5", "10.244.0.6", "10.244.0.7"];
const backends = names.map((name, i) => backend(name, addresses[i] ?? null));
const dns = {
    ...{ name: "nginxheadless.ns.svc.cluster.local", addresses, lookups: 300, orders: 6, sets: 1 },
    ...{ firsts: [104, 96, 100], repeats: 50, rotates: false },
};
const go = { client: "go", engine: "Go", resolver: "go" } as const;
const kept = { client: "curl-kept-alive", connection: "kept-alive", connections: 1 } as const;
const latencyMs = {
    dns: { p50: 0.004, p90: 3.2, p99: 18.75, max: 210.5 },
    connect: { p50: 0, p90: 0.3, p99: 1.2, max: 9 },
    handshake: null,
    total: { p50: 2.5, p90: 8, p99: 31.25, max: 1210.5 },
};

/** A run with every kind of verdict, failed requests, a pod that is gone and a connection that was kept. */
export function eventfulRun(): { assessment: Assessment; comparison: Comparison } {
    const kinds = [
        headless(
            client(
                { [a]: 104, [b]: 96, [c]: 100 },
                {},
                { ...go, dns, latencyMs, prediction: { compared: 300, agreed: 300, fallbacks: {} } },
            ),
            client({ [a]: 3, "nginx-gone": 1 }, { "HTTP 503": 2 }, { client: "node", engine: "Node", latencyMs, dns }),
            client({}, { "curl: (7) Failed to connect": 6 }, { client: "python", engine: "Python", dns }),
        ),
        clusterIP(
            client({ [a]: 200, [b]: 60, [c]: 40 }, {}, { latencyMs }),
            client({ [a]: 97, [b]: 103, [c]: 100 }, {}, { ...go, latencyMs: { ...latencyMs, dns: null } }),
            keptAlive(client({ [b]: 300 }, {}, { ...kept, latencyMs })),
        ),
    ];
    const run = measurement(backends, kinds.map(reached));
    const before = [
        clusterIP(client({ [a]: 100, [b]: 99, [c]: 101 }), client({ [a]: 100, [b]: 100, [c]: 100 }, {}, go)),
    ];
    const comparison = compareRuns(runOf(measurement(backends, before)), runOf(run), 0.001);
    return { assessment: assess(run), comparison };
}

/** A run in whose middle a pod was killed, at both Services, as two clients saw it. */
export function disruptedRun(): Assessment {
    const moment = "2024-05-01T10:00:04.500Z";
    const seconds = { from: -2, stayed: [6, 7, 9, 6], lost: [4, 3, 0, 0], gained: [0, 0, 0, 4], failed: [0, 0, 1, 0] };
    const seen = { seconds, failed: 1, firstGained: 1.25, lastLost: 0.04, lastFailed: 0.5, slowestMs: 3012.5 };
    const nobody = { ...seen, failed: 0, firstGained: null, lastLost: null, lastFailed: null, slowestMs: null };
    const run = measurement(backends, [headless(client({ [a]: 40 })), clusterIP(client({ [a]: 40 }))]);
    const disruptions = run.services.map(({ name }) => ({
        ...{ kind: "kill-one-pod" as const, service: name, at: moment },
        lost: [{ name: "nginx-old", address: "10.244.0.4", ready: null, gone: "2024-05-01T10:00:05.100Z" }],
        gained: [{ name: a, address: "10.244.0.5", ready: "2024-05-01T10:00:05.000Z", gone: null }],
        clients: [
            { client: "curl", ...seen },
            { client: "load", ...nobody },
        ],
    }));
    return assess({ ...run, churn: ["Gone is nginx-old."], disruptions });
}

/** Every answer came from the address that its pod has, or that of the Service. */
function reached(service: MeasuredService): MeasuredService {
    const clients = service.clients.map((each) => ({
        ...each,
        pods: each.pods.map((pod) => {
            const address = backends.find(({ name }) => name === pod.pod)?.address ?? "10.244.0.8";
            return { ...pod, addresses: { [service.clusterIP ?? address]: pod.count } };
        }),
    }));
    return { ...service, clients };
}

function keptAlive(summary: ReturnType<typeof client>): ReturnType<typeof client> {
    return { ...summary, pods: summary.pods.map((pod) => ({ ...pod, connections: 1 })) };
}

/** A run in which everything that a cluster may name is `text`. */
export function runThatSays(text: string): Assessment {
    const hostile = client({ [text]: 2 }, { [text]: 1 }, { client: text, clientVersion: text });
    const named = { ...hostile, engine: text, dns: { ...dns, name: text, addresses: [text] } };
    const run = measurement([backend(text, text, text)], [{ ...headless(named), name: text }, clusterIP(named)]);
    const probes = run.probes.map((probe) => ({
        ...{ ...probe, pod: text, node: text, zone: text },
        ...{ nameservers: [text], search: [text], options: [text] },
    }));
    return assess({ ...run, job: text, probes, churn: [text] });
}

/** A run of so many pods and clients, and pods of the probe. */
export function largeRun(pods: number, clients: number, shards = 1, services = 2): Assessment {
    return assess(largeMeasurement(pods, clients, shards, services));
}

/** The same before it is judged. */
export function largeMeasurement(pods: number, clients: number, shards = 1, services = 2): Measurement {
    const many = Array.from({ length: pods }, (_, i) => backend(`nginx-86447bb64f-${i}abcd`, `10.0.0.${i}`));
    const counts = Object.fromEntries(many.map(({ name }) => [name, 3]));
    const errors = errorCounts(Array.from({ length: 30 }, (_, i) => [`${i} ${"<".repeat(200)}`, 1]));
    const every = many.map(({ address }) => address ?? "");
    const firsts = every.map(() => 300);
    const each = Array.from({ length: clients }, (_, i) =>
        client(counts, errors, {
            client: `client-${i}-kept-alive`,
            latencyMs,
            dns: { ...dns, addresses: every, firsts },
        }),
    );
    const shard = { ...dns, addresses: every, firsts };
    const sharded = each.map(({ requested, answered, connections, ...rest }) => ({
        ...{ ...rest, requested, answered, connections },
        shards: Array.from({ length: shards === 1 ? 0 : shards }, () => ({
            ...{
                dns: shard,
                requested,
                answered,
                connections,
                prediction: { compared: 100, agreed: 100, fallbacks: {} },
            },
            pods: many.map((): [number, number] => [300, 300]),
        })),
    }));
    const others = Array.from({ length: services - 2 }, () => clusterIP(...sharded));
    const run = measurement(many, [headless(...sharded), clusterIP(...sharded), ...others]);
    const probes = Array.from({ length: shards }, (_, i) => ({ ...run.probes[0], address: `10.42.${i}.17` }) as Probe);
    return { ...run, probes };
}
