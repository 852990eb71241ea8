import { ApiException } from "@kubernetes/client-node";
import { isMap, parseDocument } from "yaml";
import { loadbalanceOf } from "../../split/theory/corefile";
import { dnsOrderOf, type DnsService } from "../../split/theory/dnsOrder";
import type { ClusterFacts } from "../../split/measurement/measurement";
import type { ProxyInventory } from "../../split/theory/serviceProxy";
import { patiently, type Api } from "./api";

const namespace = "kube-system";

/** What is read of a cluster, whatever the probe sees. */
export interface ToldFacts {
    readonly proxy: ProxyInventory;
    readonly dns: ClusterFacts["dns"];
    /** Labels of the probe's namespace; none where it can't be read. */
    readonly namespaceLabels: Readonly<Record<string, string>>;
}

/**
 * How this cluster proxies virtual addresses and answers DNS, read from the ConfigMaps of kube-proxy, Cilium and CoreDNS
 * as kubeadm and most distributions name them, from kube-proxy's pods, and from DaemonSets. null stands for what does not
 * exist or must not be read.
 */
export async function clusterFacts(api: Api, probeNamespace: string): Promise<ToldFacts> {
    const [coreDns, balancing, daemonSets, kubeProxy, kubeProxyNodes, cilium, own] = await Promise.all([
        coreDnsVersion(api),
        loadbalance(api),
        ifAllowed(() => api.apps.listNamespacedDaemonSet({ namespace })),
        kubeProxyConfiguration(api),
        nodesOfKubeProxy(api),
        ciliumConfiguration(api),
        ifAllowed(() => api.core.readNamespace({ name: probeNamespace })),
    ]);
    const running = daemonSets?.items.filter(({ status }) => (status?.numberReady ?? 0) > 0) ?? null;
    const dns: DnsService = {
        coreDnsVersion: coreDns,
        loadbalance: balancing,
        // Not found is an answer, too.
        nodeLocalCache: daemonSets?.items.some(({ metadata }) => metadata?.name === "node-local-dns") ?? null,
    };
    return {
        proxy: {
            kubeProxy,
            kubeProxyNodes,
            daemonSets: running?.map(({ metadata }) => metadata?.name ?? "") ?? null,
            cilium,
        },
        dns: { ...dns, order: dnsOrderOf(dns) },
        namespaceLabels: own?.metadata?.labels ?? {},
    };
}

/** Zone of a node: "" where it has no such label, null where nodes can't be read. */
export async function zoneOf(api: Api, node: string | null): Promise<string | null> {
    const read = node === null ? null : await ifAllowed(() => api.core.readNode({ name: node }));
    return read === null ? null : (read.metadata?.labels?.["topology.kubernetes.io/zone"] ?? "");
}

async function kubeProxyConfiguration(api: Api): Promise<ProxyInventory["kubeProxy"]> {
    const text = await configMap(api, "kube-proxy", "config.conf");
    if (text === null) {
        return null;
    }
    // A text that does not parse is not kube-proxy's configuration.
    const { contents, errors } = parseDocument(text);
    if (!isMap(contents) || errors.length > 0) {
        return null;
    }
    // kube-proxy's own defaults on Linux.
    return {
        mode: textOr("iptables", contents.get("mode")),
        scheduler: textOr("rr", contents.getIn(["ipvs", "scheduler"])),
    };
}

function textOr(absent: string, value: unknown): string {
    if (value === undefined || value === null || value === "") {
        return absent;
    }
    return typeof value === "string" ? value : JSON.stringify(value);
}

async function nodesOfKubeProxy(api: Api): Promise<string[]> {
    const pods = await ifAllowed(() => api.core.listNamespacedPod({ namespace, labelSelector: "k8s-app=kube-proxy" }));
    const ready = pods?.items.filter(({ status }) =>
        status?.conditions?.some((each) => each.type === "Ready" && each.status === "True"),
    );
    return ready?.flatMap(({ spec }) => spec?.nodeName ?? []) ?? [];
}

async function ciliumConfiguration(api: Api): Promise<ProxyInventory["cilium"]> {
    const read = await ifAllowed(() => api.core.readNamespacedConfigMap({ namespace, name: "cilium-config" }));
    return read === null
        ? null
        : {
              kubeProxyReplacement: read.data?.["kube-proxy-replacement"] ?? "",
              algorithm: read.data?.["bpf-lb-algorithm"] ?? "",
          };
}

async function loadbalance(api: Api): Promise<DnsService["loadbalance"]> {
    const text = await configMap(api, "coredns", "Corefile");
    if (text === null) {
        return null;
    }
    return loadbalanceOf(text);
}

async function coreDnsVersion(api: Api): Promise<string | null> {
    const deployment = await ifAllowed(() => api.apps.readNamespacedDeployment({ namespace, name: "coredns" }));
    const image = deployment?.spec?.template.spec?.containers[0]?.image ?? "";
    return /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? null;
}

async function configMap(api: Api, name: string, key: string): Promise<string | null> {
    const read = await ifAllowed(() => api.core.readNamespacedConfigMap({ namespace, name }));
    return read?.data?.[key] ?? null;
}

/** null where the API forbids it, or has no such object. */
async function ifAllowed<T>(call: () => Promise<T>): Promise<T | null> {
    try {
        return await patiently(call);
    } catch (error) {
        const cause = (error as Error).cause;
        if (cause instanceof ApiException && [401, 403, 404].includes(cause.code)) {
            return null;
        }
        throw error;
    }
}
