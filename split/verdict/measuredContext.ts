import type { ClientSummary, MeasuredService, Measurement, Probe } from "../measurement/measurement";
import { isByAddressOfPod, type Context, type Dns, type ServiceFields } from "../theory/context";
import { curlCacheSeconds, resolverTraits } from "../theory/resolvers";

/**
 * Everything that decides which pod answers this client at this Service, as it was recorded; no count of answers is
 * part of it.
 *
 * @param client what it saw from that pod of the probe
 */
export function contextOf(
    measurement: Measurement,
    service: MeasuredService,
    client: ClientSummary,
    probe: Probe,
): Context {
    const { cluster, pods, disruptions } = measurement;
    const [disruption] = disruptions;
    const churn = disruption === undefined ? measurement.churn : [`The disruption ${disruption.kind} was requested.`];
    const { sets } = client.dns;
    return {
        client: {
            resolver: client.resolver,
            engine: client.engine,
            // The connections that replace a kept one when it breaks are drawn like new ones.
            connection: isReopened(client, service) ? "new" : client.connection,
            dnsCacheSeconds: dnsCacheSecondsOf(client, service),
            address: probe.address,
            prefixLength: probe.prefixLength,
            node: probe.node,
            zone: probe.zone,
        },
        service,
        // By a pod's own name a client reaches only that pod.
        backends: pods.filter(({ name }) => service.kind !== "pod" || name === service.name),
        dns: { order: cluster.dns.order, ...answersOf(service, client) },
        proxy: cluster.proxy,
        mesh: cluster.mesh,
        churn: sets > 1 ? [...churn, `DNS returned ${sets} different sets of pods.`] : churn,
    };
}

/** What each of the probe's pods saw of a Service through one client, as if it were the only pod; at least one. */
export function shardsOf({ shards, ...client }: ClientSummary): ClientSummary[] {
    const own = shards.map(({ pods, ...shard }): ClientSummary => {
        const connections = pods.reduce((sum, [, each]) => sum + each, 0);
        return {
            ...client,
            ...shard,
            shards: [],
            pods: client.pods.map((pod, i) => {
                const [requests = 0, opened = 0] = pods[i] ?? [];
                return {
                    ...pod,
                    count: requests,
                    connections: opened,
                    share: opened / Math.max(1, connections),
                };
            }),
        };
    });
    return own.length === 0 ? [{ ...client, shards }] : own;
}

/** Whether a client that keeps one connection had to open it again. A client that takes turns keeps one to each pod. */
export function isReopened({ connection, connections, resolver }: ClientSummary, { kind }: ServiceFields): boolean {
    const hasOneEach = resolverTraits[resolver].takesTurns && kind === "headless";
    return connection === "kept-alive" && !hasOneEach && connections > 1;
}

/**
 * A client that opened more connections than it had DNS answers reused some; of one process for all, only curl does so.
 */
function dnsCacheSecondsOf(client: ClientSummary, service: MeasuredService): number {
    const hasReused =
        isReopened(client, service) && service.kind === "headless" && client.dns.lookups < client.connections;
    return hasReused ? curlCacheSeconds : resolverTraits[client.resolver].cacheSeconds;
}

/** Behind a virtual address, DNS decides nothing. */
function answersOf({ kind }: MeasuredService, { dns }: ClientSummary): Pick<Dns, "answers" | "seen"> {
    if (!isByAddressOfPod(kind) || dns.lookups === 0) {
        return { answers: [], seen: null };
    }
    const { addresses, lookups, repeats, rotates } = dns;
    const counted = addresses.map((address, i) => [address, dns.firsts[i] ?? 0] as const);
    const firsts = Object.fromEntries(counted.filter(([, count]) => count > 0));
    return { answers: [addresses], seen: { lookups, firsts, repeats, rotates } };
}
