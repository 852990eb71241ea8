import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { LogError } from "../../split/lines";
import type { MeasuredService, Measurement, Probe } from "../../split/measurement";
import type { CountedLog } from "../../split/counted";
import { parseLog, type ProbeLog } from "../../split/parse";
import { parseResolverLog, type ResolverLog } from "../../split/resolverLog";
import { summariseShards, type ShardLogs } from "../../split/shards";
import type { CalledService } from "../calledServices";
import { resolverContainer } from "../containerNames";
import { connect, patiently, type Api } from "./api";
import { attemptsOf, inOrder, withoutTimestamps } from "../../split/attempts";
import { disruptedClient, type DisruptionEvent, type DisruptionReport } from "../../split/disruption";
import { isDisrupting, restoreLeft } from "./disruptions";
import { Disruptor } from "./disruptor";
import { backends, churnBetween, endpointsOf } from "./backends";
import { clusterFacts, zoneOf } from "./clusterFacts";
import { selectorOf, type CollectInputs } from "./inputs";
import { waitForJob } from "./waiting";

/**
 * Waits for a probe's Job and turns the logs of all its containers into one measurement. This is the whole of the
 * dynamic provider: it is bundled into one text, since a dynamic provider runs without this project's files.
 *
 * @throws Error where the Job failed, or where any container's log is not whole; never a smaller total
 */
export async function collect(inputs: CollectInputs): Promise<Measurement> {
    const { namespace } = inputs;
    // Where nobody reads what it prints, whoever asked is gone: the process would go on for nobody, and try to say so.
    for (const stream of [process.stdout, process.stderr]) {
        stream.off("error", leave).on("error", leave);
    }
    const api = await connect(inputs.kubeconfigSocket);
    const serviceNames = [...new Set(inputs.services.map(({ service }) => service))];
    const { disruption } = inputs;
    if (disruption !== null) {
        await restoreLeft(api, namespace, disruption);
    }
    const before = await endpointsOf(api, inputs, serviceNames);
    const disruptor = isDisrupting(disruption) ? new Disruptor(api, inputs, disruption) : null;
    const probe = waitForJob(
        api,
        inputs,
        (line) => {
            console.log(line);
        },
        (pods) => disruptor?.look(pods) ?? Promise.resolve(),
    ).finally(() => disruptor?.restore());
    // What is read meanwhile may fail at once: that is told when the probe has ended, and its disruption is undone.
    const [ended, facts] = await Promise.allSettled([probe, clusterFacts(api)]);
    const { pods: probes, startedAt, finishedAt } = valueOf(ended);
    const cluster = valueOf(facts);
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
    return {
        schemaVersion: 3,
        ...{ startedAt, finishedAt, job: inputs.job },
        probes: shards.map(({ probe }) => probe),
        caCertificate: shards[0]?.resolverLog.header.caCertificate ?? null,
        cluster,
        pods: backends(pods.items, after),
        churn: churnBetween(before, after),
        services: services.map(({ called, service }) => measuredService(called, service, inputs, shards)),
        disruptions: events.map((event, i) => disruptionReport(event, i, inputs, shards)),
    };
}

function leave(): void {
    process.exit(1);
}

/** Whether the resolver stood beside the way that names are looked up, and heard of none. */
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

/** What one pod of the Job told. */
interface ShardRead {
    readonly probe: Probe;
    readonly resolverLog: ResolverLog;
    /** Of each client, in order. */
    readonly logs: readonly TimedLog[];
}

interface TimedLog {
    readonly log: ProbeLog | CountedLog;
    readonly times: ReadonlyMap<number, number>;
}

/** @throws LogError where the log is not whole, or of another number of requests than were asked for */
function parseTimed(text: string, requests: number | undefined): TimedLog {
    const { text: plain, times } = withoutTimestamps(text);
    const log = parseLog(plain);
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
    const { clients: _, names: __, pod: ___, caCertificate: ____, ...where } = resolverLog.header;
    return { probe: { pod: pod.metadata?.name ?? "", node, zone, ...where }, resolverLog, logs };
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
        return disruptedClient(name, event, inOrder(attempts));
    });
    return { ...event, service: services[position]?.name ?? "", clients: seen };
}

// An answer that was cut on its way ends like a whole one: only what is torn each time is torn where it is kept.
const readings = 3;
/** For all of a log, which may be 10 MiB, beside those of other clients. */
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
                throw new LogError(`the log of ${namespace}/${name}, container ${container}: ${error.message}`);
            }
        }
    }
}

function measuredService(
    { name, kind }: CalledService,
    { spec }: V1Service,
    { clients }: CollectInputs,
    shards: readonly ShardRead[],
): MeasuredService {
    const clusterIP = spec?.clusterIP === "None" ? null : (spec?.clusterIP ?? null);
    return {
        ...{ name, kind, clusterIP },
        sessionAffinity: spec?.sessionAffinity === "ClientIP" ? "ClientIP" : "None",
        internalTrafficPolicy: spec?.internalTrafficPolicy === "Local" ? "Local" : "Cluster",
        trafficDistribution: (spec?.trafficDistribution as MeasuredService["trafficDistribution"] | undefined) ?? null,
        publishNotReadyAddresses: spec?.publishNotReadyAddresses ?? false,
        clients: clients.flatMap(({ name: client, ...traits }, i) => {
            const seen = shards.flatMap(({ resolverLog, logs, probe: { address, prefixLength } }) =>
                (logs[i] === undefined ? [] : [logs[i]]).map(({ log }): ShardLogs => ({
                    ...{ log, resolverLog },
                    sorting: { ...traits, address, prefixLength },
                })),
            ) as [ShardLogs, ...ShardLogs[]];
            return summariseShards(seen)
                .filter(({ service }) => service === name)
                .map(({ service: _, ...summary }) => ({
                    ...{ client, clientVersion: seen[0].log.header.clientVersion },
                    ...traits,
                    ...summary,
                }));
        }),
    };
}
