import { isByAddressOfPod, type Context, type Dns, type ServiceFields } from "../theory/context";
import { withDefaults, type VerdictOptions } from "../statistics/thresholds";
import { expectationOf, type Expectation } from "../theory/expectation";
import type { ClientSummary, MeasuredService, Measurement, Probe } from "../measurement/measurement";
import { verdictOfShards, type ShardCase } from "./shardedVerdict";
import type { Verdict } from "./verdict";

/** What one client saw of a Service, what was to be expected of it, and whether the two agree. */
export interface AssessedClient extends ClientSummary {
    readonly expectation: Expectation;
    readonly verdict: Verdict;
    /** What else there is to say, a sentence each. */
    readonly notes: readonly string[];
}

export interface AssessedService extends MeasuredService {
    readonly clients: readonly AssessedClient[];
}

/** A measurement with its verdicts. All of it is plain JSON. */
export interface Assessment extends Measurement {
    readonly services: readonly AssessedService[];
}

/**
 * Says of each client and Service what theory expects in the recorded context, and whether the counts agree. The
 * false-alarm rate is that of the whole run: each client at each Service is held to an equal part of it, so that all of
 * a run that is as expected is found so at that rate, however its connections hang together (Bonferroni's inequality;
 * Dunn, JASA 56, 1961). Holm's procedure (Scandinavian Journal of Statistics 6, 1979) finds a little more, but the rate
 * for one client then depends on what the others counted, and how many connections settle it could not be told.
 *
 * @throws RangeError where an option is out of its bounds
 */
export function assess(measurement: Measurement, options: VerdictOptions = {}): Assessment {
    const complete = withDefaults(options);
    const verdicts = measurement.services.reduce((sum, { clients }) => sum + clients.length, 0);
    const own = { ...complete, falseAlarmRate: complete.falseAlarmRate / Math.max(1, verdicts) };
    const services = measurement.services.map((service) => ({
        ...service,
        clients: service.clients.map((client): AssessedClient => {
            const shards = shardsOf(client);
            const cases = measurement.probes.map((probe, i): ShardCase => {
                const shard = shards[i] ?? client;
                const context = contextOf(measurement, service, shard, probe);
                return {
                    place: placeOf(probe),
                    ...{ requested: shard.requested, failed: shard.requested - shard.answered },
                    counts: countsOf(shard, context, unitOf(shard, service)),
                    connections: countsOf(shard, context, "connections"),
                    fallbacks: fallbacksOf(shard, service),
                    namedFirst: namedFirst(context),
                    expectation: expectationOf(context),
                };
            });
            const judged = verdictOfShards(cases as [ShardCase, ...ShardCase[]], own);
            return { ...client, ...judged, notes: notesOn(client, shards, measurement, service) };
        }),
    }));
    return { ...measurement, services };
}

/** What a client saw from each of the probe's pods, as if that were the only one. */
function shardsOf({ shards, ...client }: ClientSummary): ClientSummary[] {
    const own = shards.map(({ pods, ...shard }): ClientSummary => ({
        ...{ ...client, ...shard, shards: [] },
        pods: client.pods.map((pod, i) => {
            const [count = 0, connections = 0] = pods[i] ?? [];
            return { ...pod, count, connections, share: connections / Math.max(1, sumOf(pods.map(([, own]) => own))) };
        }),
    }));
    return own.length === 0 ? [{ ...client, shards }] : own;
}

function placeOf({ address, node }: Probe): string {
    return node === null ? address : `${address} on ${node}`;
}

/**
 * All that decides which pod answers this client at this Service, as it was recorded; no count is part of it.
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
    const churn = disruption === undefined ? measurement.churn : [`${disruption.kind} was asked for.`];
    // What a kept connection draws, and what it draws anew where it breaks, is as for new ones.
    const isAnew = isReopened(client, service);
    // Of those here, only curl keeps an answer, and only within one process: that of kept connections.
    const isCached = isAnew && service.kind === "headless" && client.dns.lookups < client.connections;
    return {
        client: {
            ...{ resolver: client.resolver, engine: client.engine, connection: isAnew ? "new" : client.connection },
            dnsCacheSeconds: isCached ? curlDnsCacheSeconds : 0,
            ...{ address: probe.address, prefixLength: probe.prefixLength, node: probe.node, zone: probe.zone },
        },
        service,
        endpoints: pods
            // By its own name a client comes to one pod only.
            .filter(({ name }) => service.kind !== "pod" || name === service.name)
            .map(({ name, ...pod }) => ({ pod: name, ...pod })),
        dns: { order: cluster.dns.order, ...answersOf(service, client) },
        proxy: cluster.proxy,
        mesh: cluster.mesh,
        runSeconds: null,
        churn: client.dns.sets > 1 ? [...churn, `DNS named ${client.dns.sets} different sets of pods.`] : churn,
    };
}

/** A virtual address leaves DNS nothing to decide. */
function answersOf({ kind }: MeasuredService, { dns }: ClientSummary): Pick<Dns, "answers" | "seen"> {
    if (!isByAddressOfPod(kind) || dns.lookups === 0) {
        return { answers: [], seen: null };
    }
    const { addresses, lookups, repeats, rotates } = dns;
    const counted = addresses.map((address, i) => [address, dns.firsts[i] ?? 0] as const);
    const firsts = Object.fromEntries(counted.filter(([, count]) => count > 0));
    return { answers: [addresses], seen: { lookups, firsts, repeats, rotates } };
}

/** In the unit of the counts. */
function fallbacksOf(client: ClientSummary, service: ServiceFields): Readonly<Record<string, number>> {
    const fallbacks = client.prediction?.fallbacks ?? {};
    // A kept connection that went on took all of its requests along.
    return unitOf(client, service) === "connections"
        ? fallbacks
        : Object.fromEntries(
              client.pods.filter(({ pod }) => Object.hasOwn(fallbacks, pod)).map(({ pod, count }) => [pod, count]),
          );
}

/** How often DNS named each pod first to a client, which then calls it; null where it decides nothing. */
function namedFirst({ endpoints, dns: { seen } }: Context): Record<string, number> | null {
    return seen === null
        ? null
        : Object.fromEntries(endpoints.map(({ pod, address }) => [pod, seen.firsts[address ?? ""] ?? 0]));
}

/** https://curl.se/libcurl/c/CURLOPT_DNS_CACHE_TIMEOUT.html */
const curlDnsCacheSeconds = 60;

/** A client that takes turns keeps a connection to each address of a headless Service. */
function isReopened({ connection, connections, resolver }: ClientSummary, { kind }: ServiceFields): boolean {
    const hasOneEach = resolver === "own-round-robin" && kind === "headless";
    return connection === "kept-alive" && !hasOneEach && connections > 1;
}

type Unit = "count" | "connections";

/**
 * What a verdict counts: connections; of a connection that carried all requests, the requests: that none of them
 * strayed is what is to be shown.
 */
function unitOf(client: ClientSummary, service: ServiceFields): Unit {
    return client.connection === "kept-alive" && !isReopened(client, service) ? "count" : "connections";
}

/** By pod, with a 0 for each that could have answered. */
function countsOf(client: ClientSummary, { endpoints, service }: Context, unit: Unit): Record<string, number> {
    const offered = endpoints.filter(({ ready }) => ready || service.publishNotReadyAddresses);
    return Object.fromEntries([
        ...offered.map(({ pod }): [string, number] => [pod, 0]),
        ...client.pods.map((each): [string, number] => [each.pod, each[unit]]),
    ]);
}

function sumOf(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0);
}

function notesOn(
    client: ClientSummary,
    shards: readonly ClientSummary[],
    { pods }: Measurement,
    service: MeasuredService,
): string[] {
    const notes: string[] = [];
    const { prediction, requested, answered } = client;
    if (prediction !== null) {
        const { compared, agreed, fallbacks } = prediction;
        const fallen = sumOf(Object.values(fallbacks));
        const others = compared - agreed - fallen;
        const on = `${fallen} went on to a later address of ${fallen === 1 ? "its" : "their"} own answer`;
        const elsewhere = [...(fallen === 0 ? [] : [on]), ...(others === 0 ? [] : ["the others went elsewhere"])];
        const place = client.resolver === "own-round-robin" ? "next" : "first";
        const whom = `the address that is ${place} in its own DNS answer, in the order that the client goes by`;
        const all = compared === 1 ? "The connection" : `Each of ${compared} connections`;
        notes.push(
            compared === agreed
                ? `${all} went to ${whom}.`
                : `${agreed} of ${compared} connections went to ${whom}; ${elsewhere.join(", ")}.`,
        );
    }
    const reopened = shards.filter((shard) => isReopened(shard, service));
    if (reopened.length > 0) {
        const connections = reopened.reduce((sum, shard) => sum + shard.connections, 0);
        const where = shards.length === 1 ? "" : ` in ${reopened.length} of ${shards.length} probe pods`;
        notes.push(`The kept connection broke${where}: ${connections} were opened, and each is counted once.`);
    }
    if (answered < requested) {
        const unready = pods.filter(({ ready }) => !ready).map(({ name }) => name);
        const offered = service.publishNotReadyAddresses && unready.length > 0;
        const why = offered
            ? `; ${unready.join(" and ")} ${unready.length > 1 ? "are" : "is"} not ready, and publishNotReadyAddresses offers ${unready.length > 1 ? "them" : "it"} to clients all the same`
            : "";
        notes.push(`${requested - answered} of ${requested} requests failed${why}.`);
        if (client.resolver === "own-round-robin" && service.kind === "headless") {
            notes.push("After a failure this client looks the name up again, and takes turns in another order.");
        }
    }
    return notes;
}
