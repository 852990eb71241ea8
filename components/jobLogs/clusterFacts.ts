import { ApiException } from "@kubernetes/client-node";
import { isMap, parseDocument } from "yaml";
import type { ServiceProxy } from "../../split/context";
import { loadbalanceOf } from "../../split/corefile";
import { dnsOrderOf, type DnsService } from "../../split/dnsOrder";
import type { ClusterFacts } from "../../split/measurement";
import { patiently, type Api } from "./api";

const namespace = "kube-system";

/**
 * How this cluster proxies virtual addresses and answers DNS, as far as it tells: from kube-proxy's and CoreDNS's
 * ConfigMaps as kubeadm and most distributions name them, and NodeLocal DNSCache's DaemonSet. What it has not, or does
 * not let us read, is "unknown" or null.
 */
export async function clusterFacts(api: Api): Promise<ClusterFacts> {
    const dns: DnsService = {
        coreDnsVersion: await coreDnsVersion(api),
        loadbalance: await loadbalance(api),
        nodeLocalCache: await nodeLocalCache(api),
    };
    return { proxy: await proxyMode(api), dns: { ...dns, order: dnsOrderOf(dns) } };
}

/** Zone of a node: "" where it has no such label, null where nodes can't be read. */
export async function zoneOf(api: Api, node: string | null): Promise<string | null> {
    const read = node === null ? null : await ifAllowed(() => api.core.readNode({ name: node }));
    return read === null ? null : (read.metadata?.labels?.["topology.kubernetes.io/zone"] ?? "");
}

async function proxyMode(api: Api): Promise<ServiceProxy> {
    const text = await configMap(api, "kube-proxy", "config.conf");
    if (text === null) {
        return "unknown";
    }
    // What does not parse is no configuration of kube-proxy's.
    const { contents, errors } = parseDocument(text);
    if (!isMap(contents) || errors.length > 0) {
        return "unknown";
    }
    const mode: unknown = contents.get("mode");
    // kube-proxy's own default on Linux.
    const named = mode === undefined || mode === "" ? "iptables" : mode;
    // Of IPVS's schedulers, round robin is the default, and the one whose shares are known.
    const scheduler: unknown = contents.getIn(["ipvs", "scheduler"]) ?? "";
    if (named === "ipvs" && scheduler !== "" && scheduler !== "rr") {
        return "unknown";
    }
    return named === "iptables" || named === "nftables" || named === "ipvs" ? named : "unknown";
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

/** null where DaemonSets can't be read: that it is not found is an answer, too. */
async function nodeLocalCache(api: Api): Promise<boolean | null> {
    const all = await ifAllowed(() => api.apps.listNamespacedDaemonSet({ namespace }));
    return all === null ? null : all.items.some(({ metadata }) => metadata?.name === "node-local-dns");
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
