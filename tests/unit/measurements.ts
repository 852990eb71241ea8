import type { Backend, ClientSummary, Measurement, MeasuredService } from "../../split/measurement";

export function backend(name: string, address: string | null, node: string | null = "node-1"): Backend {
    return { name, address, node, ready: true };
}

/** What one client saw: connections by pod, failed requests by message. */
export function client(counts: Record<string, number>, errors: Record<string, number> = {}): ClientSummary {
    const total = (numbers: Record<string, number>): number => Object.values(numbers).reduce((sum, n) => sum + n, 0);
    const answered = total(counts);
    const percentiles = { p50: 1.25, p90: 2, p99: 3.5, max: 4.125 };
    return {
        client: "curl",
        clientVersion: "curl 7.88.1",
        dns: { name: "web.ns.svc.cluster.local", addresses: [] },
        requested: answered + total(errors),
        answered,
        pods: Object.entries(counts).map(([pod, count]) => ({ pod, count, share: count / answered, addresses: {} })),
        errors,
        latencyMs: answered === 0 ? null : { dns: percentiles, connect: percentiles, total: percentiles },
    };
}

export function headless(...clients: ClientSummary[]): MeasuredService {
    return { name: "nginxheadless", kind: "headless", clusterIP: null, clients };
}

export function clusterIP(...clients: ClientSummary[]): MeasuredService {
    return { name: "nginxclusterip", kind: "ClusterIP", clusterIP: "10.96.0.7", clients };
}

export function measurement(pods: readonly Backend[], services: readonly MeasuredService[]): Measurement {
    return {
        schemaVersion: 1,
        startedAt: "2024-05-01T10:00:00.000Z",
        finishedAt: "2024-05-01T10:00:09.000Z",
        probe: { job: "probe", pod: "probe-x7k2p", node: "node-1", address: "10.244.0.9", prefixLength: 24 },
        pods,
        services,
    };
}
