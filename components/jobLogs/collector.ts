import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { setTimeout as sleep } from "node:timers/promises";
import { LogError } from "../../split/protocol/decodeLine";
import { schemaVersion, type MeasuredService, type Measurement, type Probe } from "../../split/measurement/measurement";
import { countsOfPod } from "../../split/protocol/tcpCounters";
import { meshOf, type MeshedPod } from "../../split/theory/mesh";
import { proxyOf } from "../../split/theory/serviceProxy";
import { parseClientLog, type ClientLog } from "../../split/protocol/clientLog";
import { parseResolverLog, type ResolverLog } from "../../split/protocol/resolverLog";
import { summariseShards, type ShardLogs } from "../../split/measurement/shards";
import type { CalledService } from "../probe/calledServices";
import { resolverContainer } from "../probe/containerNames";
import { within } from "../cluster/timeLimit";
import { connect, patiently, type Api } from "./api";
import { attemptsOf, inOrder, withoutTimestamps } from "../../split/measurement/attempts";
import { seenOfDisruption, type DisruptionEvent, type DisruptionReport } from "../../split/measurement/disruption";
import { isDisrupting, restoreLeft } from "./disruptions";
import { Disruptor } from "./disruptor";
import { replacedSince, type PresentPod } from "../../split/measurement/replacedPods";
import { backends, churnBetween, endpointsOf } from "./backends";
import { clusterFacts, zoneOf } from "./clusterFacts";
import type { Resolver } from "../../split/theory/resolvers";
import { messageOf } from "../cluster/apiError";
import { cancellable, unless } from "./cancellation";
import { selectorOf, type ClientTraits, type CollectInputs } from "./inputs";
import { waitForJob } from "./waitForJob";

/**
 * Waits for a probe's Job and turns the logs of all its containers into one measurement. The dynamic provider that calls
 * it is bundled into one text, because a dynamic provider runs without this project's files.
 *
 * @throws Error where the Job failed, or where any container's log is not whole; never a smaller total. Where it is
 *     cancelled, after what a disruption changed is put back
 */
export function collect(inputs: CollectInputs): Promise<Measurement> {
    return cancellable(async (cancelled) => {
        const undo = new Undo(cancelled);
        try {
            return await unless(cancelled, measure(inputs, cancelled, undo));
        } finally {
            await undo.run();
        }
    });
}

/** Seconds that a cancelled update may take to undo a disruption. */
const cancelledSeconds = 7;

/** Undoes a disruption once, however the probe ended. */
class Undo {
    /** Restores what was disrupted. */
    restore: () => Promise<void> = () => Promise.resolve();
    /** What may disrupt at this moment. */
    looking: Promise<void> = Promise.resolve();
    private done: Promise<void> | undefined;

    constructor(private readonly cancelled: AbortSignal) {}

    async run(): Promise<void> {
        await (this.done ??= this.putBack());
    }

    private async putBack(): Promise<void> {
        const settled = this.looking.catch(() => undefined).then(() => this.restore());
        if (!this.cancelled.aborted) {
            await settled;
            return;
        }
        try {
            await within(cancelledSeconds, settled);
        } catch (error) {
            const { message } = this.cancelled.reason as Error;
            throw new Error(`${message}; the next update puts back what the disruption changed: ${messageOf(error)}`, {
                cause: error,
            });
        }
    }
}

async function measure(inputs: CollectInputs, cancelled: AbortSignal, undo: Undo): Promise<Measurement> {
    const { namespace } = inputs;
    const api = await connect(inputs.kubeconfigSocket);
    const serviceNames = [...new Set(inputs.services.map(({ service }) => service))];
    const { disruption } = inputs;
    if (disruption !== null) {
        await restoreLeft(api, namespace, disruption);
    }
    const before = await endpointsOf(api, inputs, serviceNames);
    const disruptor = isDisrupting(disruption) ? new Disruptor(api, inputs, disruption) : null;
    undo.restore = () => disruptor?.restore() ?? Promise.resolve();
    const probe = waitForJob(
        api,
        inputs,
        (line) => {
            console.log(line);
        },
        (pods) => (undo.looking = disruptor?.look(pods) ?? Promise.resolve()),
        cancelled,
    ).finally(() => undo.run());
    // These reads may fail at once. Their error is thrown when the probe has ended and its disruption is undone.
    const [ended, facts] = await Promise.allSettled([probe, clusterFacts(api, namespace)]);
    const { pods: probes, startedAt, finishedAt } = valueOf(ended);
    const told = valueOf(facts);
    const events = (await disruptor?.report()) ?? [];
    const labelSelector = selectorOf(inputs);
    const isTimed = disruptor !== null;
    const [shards, pods, services, after] = await Promise.all([
        Promise.all(probes.map((pod, i) => readShard(api, inputs, pod, i, isTimed))),
        patiently(() => api.core.listNamespacedPod({ namespace, labelSelector })),
        Promise.all(
            inputs.services.map(async (called) => ({
                called,
                service: await patiently(() => api.core.readNamespacedService({ namespace, name: called.service })),
            })),
        ),
        endpointsOf(api, inputs, serviceNames),
    ]);
    if (shards.some(({ resolverLog }) => isDeaf(resolverLog, inputs))) {
        console.log(`${inputs.job}: DNS was not recorded, as nobody may listen on port 53 in the probe's pod`);
    }
    const measured = services.map(({ called, service }) => measuredService(called, service, inputs, shards));
    const answered = measured.flatMap(({ clients }) => clients.flatMap((client) => client.pods.map(({ pod }) => pod)));
    const churn = churnBetween(before, after);
    const replaced = replacedSince(startedAt, pods.items.map(presentPod), answered);
    return {
        schemaVersion,
        startedAt,
        finishedAt,
        job: inputs.job,
        probes: shards.map(({ probe }) => probe),
        caCertificate: shards[0]?.resolverLog.header.caCertificate ?? null,
        cluster: {
            proxy: proxyOf(
                told.proxy,
                shards.map(({ probe: { node }, resolverLog }) => ({
                    node,
                    isKubeProxyAlive: resolverLog.header.kubeProxy,
                })),
            ),
            mesh: meshOf([...probes, ...pods.items].map(meshed), told.namespaceLabels),
            dns: told.dns,
        },
        pods: backends(pods.items, after),
        churn: [...churn, ...replaced.filter((each) => !churn.some((told) => told.includes(nameIn(each))))],
        services: measured,
        disruptions: events.map((event, i) => disruptionReport(event, i, inputs, shards)),
    };
}

function meshed({ metadata, spec }: V1Pod): MeshedPod {
    return {
        containers: [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ name }) => name),
        labels: metadata?.labels ?? {},
        annotations: metadata?.annotations ?? {},
    };
}

function presentPod({ metadata }: V1Pod): PresentPod {
    const { name = "", creationTimestamp, generateName } = metadata ?? {};
    return { name, created: creationTimestamp?.toISOString() ?? null, family: generateName ?? null };
}

/** The name of the pod in a sentence. */
function nameIn(sentence: string): string {
    return sentence.split(/[ ,]/)[0] ?? "";
}

/** Whether clients looked names up without asking the resolver, so that it recorded nothing. */
function isDeaf(resolverLog: ResolverLog, { clients, services }: CollectInputs): boolean {
    return clients.every(({ name }) =>
        services.every(({ service }) => resolverLog.answersTo(name, service).length === 0),
    );
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
    if (result.status === "rejected") {
        throw result.reason;
    }
    return result.value;
}

/** The logs of one pod of the Job. */
interface ShardRead {
    readonly probe: Probe;
    readonly resolverLog: ResolverLog;
    /** Of each client, in order. */
    readonly logs: readonly TimedLog[];
    readonly resolvers: readonly Resolver[];
}

interface TimedLog {
    readonly log: ClientLog;
    readonly times: ReadonlyMap<number, number>;
}

/** @throws LogError where the log is not whole, or of another number of requests than were asked for */
function parseTimed(text: string, requests: number | undefined): TimedLog {
    const { text: plain, times } = withoutTimestamps(text);
    const log = parseClientLog(plain);
    if (log.header.requests !== requests) {
        throw new LogError(`${requests} requests to each Service were asked for, ${log.header.requests} were sent`);
    }
    return { log, times };
}

async function readShard(
    api: Api,
    inputs: CollectInputs,
    pod: V1Pod,
    index: number,
    isTimed: boolean,
): Promise<ShardRead> {
    const node = pod.spec?.nodeName ?? null;
    const requests = inputs.shards[index];
    const parse = (text: string): TimedLog => parseTimed(text, requests);
    const [zone, resolverLog, ...logs] = await Promise.all([
        zoneOf(api, node),
        readWholeLog(api, pod, resolverContainer, parseResolverLog),
        ...inputs.clients.map(({ name }) => readWholeLog(api, pod, name, parse, isTimed)),
    ]);
    const { address, prefixLength, nameservers, search, options } = resolverLog.header;
    const where = { address, prefixLength, nameservers, search, options };
    const tcp = countsOfPod(logs.flatMap(({ log }) => log.counters));
    const resolvers = inputs.clients.map((client, i) => resolverOf(client, pod, logs[i]));
    return { probe: { pod: pod.metadata?.name ?? "", node, zone, ...where, tcp }, resolverLog, logs, resolvers };
}

/** The resolver that the client reports; if it can't tell, that of its default image, if it ran in that one. */
function resolverOf({ name, image, resolver }: ClientTraits, { spec }: V1Pod, log: TimedLog | undefined): Resolver {
    const isOwnImage = spec?.containers.find((each) => each.name === name)?.image === image;
    // A static program can't tell its libc. This kind is the one that is linked with musl.
    return log?.log.header.resolver ?? (isOwnImage || resolver === "musl" ? resolver : "unknown");
}

function disruptionReport(
    event: DisruptionEvent,
    position: number,
    { clients, services }: CollectInputs,
    shards: readonly ShardRead[],
): DisruptionReport {
    const seen = clients.map(({ name }, i) => {
        const attempts = shards
            .flatMap(({ logs }) => logs[i] ?? [])
            .flatMap(({ log, times }) => attemptsOf(log, times, position));
        return seenOfDisruption(name, event, inOrder(attempts));
    });
    return { ...event, service: services[position]?.name ?? "", clients: seen };
}

// An answer that is cut on its way ends like a whole one. Only a log that is torn in each answer is torn at its source.
const readings = 3;
/** kubelet may be able to read soon what it can't read now. */
const anotherReadingMs = 1_000;
/** Seconds for one log, which may have 10 MiB, while others are read. */
const logSeconds = 300;

async function readWholeLog<T>(
    api: Api,
    pod: V1Pod,
    container: string,
    read: (text: string) => T,
    timestamps = false,
): Promise<T> {
    const { name = "", namespace = "" } = pod.metadata ?? {};
    for (let reading = 1; ; reading++) {
        const text = await patiently(
            () => api.core.readNamespacedPodLog({ namespace, name, container, ...(timestamps ? { timestamps } : {}) }),
            logSeconds,
        );
        try {
            return read(text);
        } catch (error) {
            if (!(error instanceof LogError)) {
                throw error;
            }
            if (reading === readings) {
                throw new LogError(
                    `the log of ${namespace}/${name}, container ${container}: ${error.message}${quoted(text)}`,
                );
            }
            if (!isLog(text)) {
                await sleep(anotherReadingMs);
            }
        }
    }
}

/** Whether a text is a log: if kubelet can't read one, it answers with success and the text of an error. */
function isLog(text: string): boolean {
    return /^(\S+ )?ts\d+ /m.test(text);
}

/** The text that came instead of a log. */
function quoted(text: string): string {
    return isLog(text) || text === "" ? "" : `; kubelet's answer is: ${text.trim().slice(0, 500)}`;
}

function measuredService(
    { name, kind }: CalledService,
    { spec }: V1Service,
    { clients }: CollectInputs,
    shards: readonly ShardRead[],
): MeasuredService {
    const clusterIP = spec?.clusterIP === "None" ? null : (spec?.clusterIP ?? null);
    return {
        name,
        kind,
        clusterIP,
        sessionAffinity: spec?.sessionAffinity === "ClientIP" ? "ClientIP" : "None",
        internalTrafficPolicy: spec?.internalTrafficPolicy === "Local" ? "Local" : "Cluster",
        trafficDistribution: (spec?.trafficDistribution as MeasuredService["trafficDistribution"] | undefined) ?? null,
        publishNotReadyAddresses: spec?.publishNotReadyAddresses ?? false,
        clients: clients.flatMap(({ name: client, engine, connection }, i) => {
            // All pods of the probe run it in one image.
            const resolver = shards[0]?.resolvers[i] ?? "unknown";
            const seen = shards.flatMap(({ resolverLog, logs, probe: { address, prefixLength } }) =>
                (logs[i] === undefined ? [] : [logs[i]]).map(({ log }): ShardLogs => ({
                    log,
                    resolverLog,
                    sorting: { resolver, address, prefixLength },
                })),
            ) as [ShardLogs, ...ShardLogs[]];
            return summariseShards(seen)
                .filter(({ service }) => service === name)
                .map(({ service: _, ...summary }) => ({
                    client,
                    clientVersion: seen[0].log.header.clientVersion,
                    engine,
                    resolver,
                    connection,
                    ...summary,
                }));
        }),
    };
}
