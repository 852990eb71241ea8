import type { V1Pod, V1Service } from "@kubernetes/client-node";
import { isIPv4 } from "node:net";
import type { Backend, Measurement, MeasuredService } from "../../split/measurement";
import { LogError, parseLog, type ProbeLog } from "../../split/parse";
import { summarise } from "../../split/summary";
import { connect, patiently, type Api } from "./api";
import type { CollectInputs } from "./inputs";
import { waitForJob } from "./waiting";

/**
 * Waits for a probe's Job and turns the logs of all its containers into one measurement. This is the whole of the
 * dynamic provider: it is bundled into one text, since a dynamic provider runs without this project's files.
 *
 * @throws Error where the Job failed, or where any container's log is not whole; never a smaller total
 */
export async function collect(inputs: CollectInputs): Promise<Measurement> {
    const api = await connect(inputs.kubeconfigSocket);
    const { job, pod } = await waitForJob(api, inputs, (line) => {
        console.log(line);
    });
    const logs = await Promise.all((pod.spec?.containers ?? []).map(({ name }) => readWholeLog(api, pod, name)));
    const { namespace } = inputs;
    const labelSelector = Object.entries(inputs.selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
    const pods = await patiently(() => api.core.listNamespacedPod({ namespace, labelSelector }));
    const services = await Promise.all(
        inputs.services.map((name) => patiently(() => api.core.readNamespacedService({ namespace, name }))),
    );
    const header = logs[0]?.header;
    if (header === undefined) {
        throw new LogError(`Job ${namespace}/${inputs.job} has no container`);
    }
    return {
        schemaVersion: 1,
        startedAt: job.status?.startTime?.toISOString() ?? "",
        finishedAt: job.status?.completionTime?.toISOString() ?? "",
        probe: {
            job: inputs.job,
            pod: header.pod,
            node: pod.spec?.nodeName ?? null,
            address: header.address,
            prefixLength: header.prefixLength,
        },
        pods: pods.items
            .filter(isBackend)
            .map(backend)
            .sort((a, b) => a.name.localeCompare(b.name)),
        services: services.map((service) => measuredService(service, logs)),
    };
}

// An answer that was cut on its way ends like a whole one: only what is torn each time is torn where it is kept.
const readings = 3;

async function readWholeLog(api: Api, pod: V1Pod, container: string): Promise<ProbeLog> {
    const { name = "", namespace = "" } = pod.metadata ?? {};
    for (let reading = 1; ; reading++) {
        const text = await patiently(() => api.core.readNamespacedPodLog({ namespace, name, container }));
        try {
            return parseLog(text);
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

/** Not one that is on its way out, or has ended: no Service sends anything there. */
function isBackend({ metadata, status }: V1Pod): boolean {
    return metadata?.deletionTimestamp === undefined && !["Failed", "Succeeded"].includes(status?.phase ?? "");
}

function backend(pod: V1Pod): Backend {
    return {
        name: pod.metadata?.name ?? "",
        address: pod.status?.podIPs?.find(({ ip }) => isIPv4(ip))?.ip ?? null,
        node: pod.spec?.nodeName ?? null,
        ready: pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
    };
}

function measuredService(service: V1Service, logs: readonly ProbeLog[]): MeasuredService {
    const name = service.metadata?.name ?? "";
    const clusterIP = service.spec?.clusterIP ?? "None";
    const clients = logs.flatMap((log) => {
        const { client, clientVersion } = log.header;
        return summarise(log)
            .filter((summary) => summary.service === name)
            .map(({ service: _, ...summary }) => ({ client, clientVersion, ...summary }));
    });
    return clusterIP === "None"
        ? { name, kind: "headless", clusterIP: null, clients }
        : { name, kind: "ClusterIP", clusterIP, clients };
}
