import { loadKubeconfig } from "../../components/cluster/kubeconfig";
import { KubeconfigSocket } from "../../components/jobLogs/kubeconfigSocket";
import { collect } from "../../components/jobLogs/collector";
import type { ClientTraits, DisruptionInputs } from "../../components/jobLogs/inputs";
import type { Measurement } from "../../split/measurement/measurement";
import { KubernetesApi, kubeconfigOf, type Answer } from "./kubernetesApi";
import { whole } from "./probedCluster";

export const curl: ClientTraits = {
    name: "curl",
    engine: "curl",
    resolver: "glibc",
    image: "curl:1",
    connection: "new",
};

/** What the collector tells of a whole run of a probe, but for these answers of the API. */
export async function collected(
    changes: Record<string, Answer | Answer[]> = {},
    inputs: {
        timeoutSeconds?: number;
        clients?: ClientTraits[];
        disruption?: DisruptionInputs;
        shards?: number[];
        standstillSeconds?: number;
    } = {},
    api = new KubernetesApi({ ...whole, ...changes }),
): Promise<Measurement & { api: KubernetesApi }> {
    await api.start();
    const kubeconfigSocket = await new KubeconfigSocket().open(
        await loadKubeconfig({ kubeconfig: kubeconfigOf({ test: api.url }) }),
    );
    try {
        const measurement = await collect({
            ...{ namespace: "ns", job: "probe", jobUid: "uid-1", kubeconfigSocket },
            services: [
                { name: "nginxheadless", kind: "headless", service: "nginxheadless" },
                { name: "nginxclusterip", kind: "ClusterIP", service: "nginxclusterip" },
            ],
            ...{ selector: { "traffic-split/workload": "nginx" }, owner: "owner-1" },
            ...{ clients: [curl], disruption: null, shards: [2] },
            ...{ timeoutSeconds: 60, pullTimeoutSeconds: 45, standstillSeconds: 110, ...inputs },
        });
        return { ...measurement, api };
    } finally {
        await api.stop();
    }
}

/** What the collector says when it fails. */
export async function refusal(
    changes: Record<string, Answer | Answer[]>,
    timeoutSeconds = 60,
    clients = [curl],
): Promise<string> {
    try {
        await collected(changes, { timeoutSeconds, clients });
    } catch (error) {
        return (error as Error).message;
    }
    throw new Error("nothing was refused");
}
