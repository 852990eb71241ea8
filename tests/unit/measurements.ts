import { assess, type Assessment } from "../../split/verdict/assessment";
import type { Backend, ServiceFields } from "../../split/theory/context";
import type { TcpCounts } from "../../split/protocol/tcpCounters";
import type { ClientSummary, Measurement, MeasuredService, Probe } from "../../split/measurement/measurement";

export function backend(name: string, address: string | null, node: string | null = "node-1"): Backend {
    return { name, address, node, zone: "", ready: true };
}

/** What DNS told a client that asked for nothing. */
export const noAnswers = { lookups: 0, orders: 0, sets: 0, firsts: [], repeats: 0, rotates: true };

/** What one client saw: requests by pod, each on a connection of its own, and failed requests by message. */
export function client(
    counts: Record<string, number>,
    errors: Record<string, number> = {},
    changes: Partial<ClientSummary> = {},
): ClientSummary {
    const total = (numbers: Record<string, number>): number => Object.values(numbers).reduce((sum, n) => sum + n, 0);
    const answered = total(counts);
    const percentiles = { p50: 1.25, p90: 2, p99: 3.5, max: 4.125 };
    return {
        client: "curl",
        clientVersion: "curl 7.88.1",
        engine: "curl",
        resolver: "glibc",
        connection: "new",
        dns: { name: "web.ns.svc.cluster.local", addresses: [], ...noAnswers },
        shards: [],
        requested: answered + total(errors),
        answered,
        connections: answered,
        prediction: null,
        pods: Object.entries(counts).map(([pod, count]) => ({
            ...{ pod, count, connections: count, share: count / answered, addresses: {} },
        })),
        errors,
        timeline: null,
        latencyMs:
            answered === 0 ? null : { dns: percentiles, connect: percentiles, handshake: null, total: percentiles },
        retransmittedSyns: 0,
        ...changes,
    };
}

const fields: Omit<ServiceFields, "kind"> = {
    sessionAffinity: "None",
    internalTrafficPolicy: "Cluster",
    trafficDistribution: null,
    publishNotReadyAddresses: false,
};

export function headless(...clients: ClientSummary[]): MeasuredService {
    return { name: "nginxheadless", kind: "headless", clusterIP: null, ...fields, clients };
}

export function clusterIP(...clients: ClientSummary[]): MeasuredService {
    return { name: "nginxclusterip", kind: "ClusterIP", clusterIP: "10.96.0.7", ...fields, clients };
}

/** What a kernel counted that has all counters but one. */
const counted: TcpCounts = {
    ...{ RetransSegs: 4, TCPSynRetrans: 0, TCPTimeouts: 2, PAWSActive: 0, PAWSEstab: 0, PAWSTimewait: 0 },
    ...{ TSEcrRejected: null, ListenOverflows: 0, ListenDrops: 0 },
};

export function probe(address: string, node: string): Probe {
    return {
        ...{ pod: "probe-x7k2p", node, zone: "", address, prefixLength: 24 },
        ...{ nameservers: ["10.96.0.10"], search: ["ns.svc.cluster.local"], options: ["ndots:5"] },
        tcp: counted,
    };
}

export function measurement(pods: readonly Backend[], services: readonly MeasuredService[]): Measurement {
    return {
        schemaVersion: 5,
        startedAt: "2024-05-01T10:00:00.000Z",
        finishedAt: "2024-05-01T10:00:09.000Z",
        job: "probe",
        probes: [probe("10.244.0.9", "node-1")],
        caCertificate: null,
        cluster: {
            proxy: "nftables",
            mesh: null,
            dns: { coreDnsVersion: "1.14.2", loadbalance: "round_robin", nodeLocalCache: false, order: "shuffled" },
        },
        pods,
        churn: [],
        services,
        disruptions: [],
    };
}

export function assessment(pods: readonly Backend[], services: readonly MeasuredService[]): Assessment {
    return assess(measurement(pods, services));
}
