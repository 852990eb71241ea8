import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { LogError } from "../../split/lines";
import type { MeasuredService, Measurement } from "../../split/measurement";
import type { CountedLog } from "../../split/counted";
import { parseLog, type ProbeLog } from "../../split/parse";
import { parseResolverLog, type ResolverLog } from "../../split/resolverLog";
import { summarise } from "../../split/summary";
import type { CalledService } from "../calledServices";
import { resolverContainer } from "../containerNames";
import { connect, patiently, type Api } from "./api";
import { attemptsOf, withoutTimestamps } from "../../split/attempts";
import { disruptedClient, type DisruptionEvent, type DisruptionReport } from "../../split/disruption";
import { Disruptor } from "./disruptor";
import { backends, churnBetween, endpointsOf } from "./backends";
import { clusterFacts, zoneOf } from "./clusterFacts";
import type { CollectInputs } from "./inputs";
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
    const before = await endpointsOf(api, namespace, serviceNames);
    const disruptor = inputs.disruption === null ? null : new Disruptor(api, inputs, inputs.disruption);
    const probe = waitForJob(
        api,
        inputs,
        (line) => {
            console.log(line);
        },
        (pod) => disruptor?.look(pod) ?? Promise.resolve(),
    ).finally(() => disruptor?.restore());
    const [{ pod, startedAt, finishedAt }, cluster] = await Promise.all([probe, clusterFacts(api)]);
    const events = (await disruptor?.report()) ?? [];
    const labelSelector = Object.entries(inputs.selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
    const isTimed = disruptor !== null;
    const [resolverLog, timed, pods, services, after] = await Promise.all([
        readWholeLog(api, pod, resolverContainer, parseResolverLog),
        Promise.all(inputs.clients.map(({ name }) => readWholeLog(api, pod, name, parseTimed, isTimed))),
        patiently(() => api.core.listNamespacedPod({ namespace, labelSelector })),
        Promise.all(
            inputs.services.map(async (called) => ({
                called,
                service: await patiently(() => api.core.readNamespacedService({ namespace, name: called.service })),
            })),
        ),
        endpointsOf(api, namespace, serviceNames),
    ]);
    const logs = timed.map(({ log }) => log);
    const node = pod.spec?.nodeName ?? null;
    const { clients: _, names: __, pod: podName, ...where } = resolverLog.header;
    return {
        schemaVersion: 2,
        ...{ startedAt, finishedAt },
        probe: { job: inputs.job, pod: podName, node, zone: await zoneOf(api, node), ...where },
        cluster,
        pods: backends(pods.items, after),
        churn: churnBetween(before, after),
        services: services.map(({ called, service }) => measuredService(called, service, inputs, logs, resolverLog)),
        disruptions: events.map((event, i) => disruptionReport(event, i, inputs.services[i]?.name ?? "", timed)),
    };
}

function leave(): void {
    process.exit(1);
}

interface TimedLog {
    readonly log: ProbeLog | CountedLog;
    readonly times: ReadonlyMap<number, number>;
}

function parseTimed(text: string): TimedLog {
    const { text: plain, times } = withoutTimestamps(text);
    return { log: parseLog(plain), times };
}

function disruptionReport(
    event: DisruptionEvent,
    position: number,
    service: string,
    logs: readonly TimedLog[],
): DisruptionReport {
    const clients = logs.map(({ log, times }) =>
        disruptedClient(log.header.client, event, attemptsOf(log, times, position)),
    );
    return { ...event, service, clients };
}

// An answer that was cut on its way ends like a whole one: only what is torn each time is torn where it is kept.
const readings = 3;

async function readWholeLog<T>(
    api: Api,
    pod: V1Pod,
    container: string,
    read: (text: string) => T,
    timestamps = false,
): Promise<T> {
    const { name = "", namespace = "" } = pod.metadata ?? {};
    for (let reading = 1; ; reading++) {
        const text = await patiently(() =>
            api.core.readNamespacedPodLog({ namespace, name, container, ...(timestamps ? { timestamps } : {}) }),
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
    logs: readonly (ProbeLog | CountedLog)[],
    resolverLog: ResolverLog,
): MeasuredService {
    const clusterIP = spec?.clusterIP === "None" ? null : (spec?.clusterIP ?? null);
    const { address, prefixLength } = resolverLog.header;
    return {
        ...{ name, kind, clusterIP },
        sessionAffinity: spec?.sessionAffinity === "ClientIP" ? "ClientIP" : "None",
        internalTrafficPolicy: spec?.internalTrafficPolicy === "Local" ? "Local" : "Cluster",
        trafficDistribution: (spec?.trafficDistribution as MeasuredService["trafficDistribution"] | undefined) ?? null,
        publishNotReadyAddresses: spec?.publishNotReadyAddresses ?? false,
        clients: clients.flatMap(({ name: client, ...traits }, i) => {
            const log = logs[i];
            const summaries =
                log === undefined ? [] : summarise(log, resolverLog, { ...traits, address, prefixLength });
            return summaries
                .filter(({ service }) => service === name)
                .map(({ service: _, ...summary }) => ({
                    ...{ client, clientVersion: log?.header.clientVersion ?? "" },
                    ...traits,
                    ...summary,
                }));
        }),
    };
}
