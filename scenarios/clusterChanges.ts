import { images } from "../lab/images";
import type { ClusterChange } from "./scenario";
import type { ScenarioLab } from "./scenarioLab";

const system = ["--namespace", "kube-system"];

/** kube-proxy in its iptables mode. */
export const iptables: ClusterChange = {
    sentence: "kube-proxy runs in its iptables mode on every node.",
    make: (lab) => lab.proxy("iptables"),
    undo: (lab) => lab.proxy("nftables"),
};

/** A pod of the Services' on this node that never gets ready, with nobody at its port. */
export const unreadyPod = (nodeName: string): ClusterChange => ({
    sentence: `A fourth pod with the Services' labels, on ${nodeName}, is not ready, and refuses connections.`,
    make: async (lab) => {
        const metadata = { name: "unready", namespace: lab.namespace, labels: await lab.podLabels() };
        await lab.apply({ apiVersion: "v1", kind: "Pod", metadata, spec: { ...neverReady, nodeName } });
        await lab.kubectl(["wait", "pod/unready", "--namespace", lab.namespace, "--for=jsonpath={.status.podIP}"]);
    },
    undo: async (lab) => {
        await lab.kubectl(["delete", "pod", "unready", "--namespace", lab.namespace]);
    },
});

const neverReady = {
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
    terminationGracePeriodSeconds: 0,
    containers: [
        {
            name: "nobody",
            image: "traffic-split.lab/pause:bookworm",
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            readinessProbe: { httpGet: { path: "/", port: 80 } },
        },
    ],
};

/** CoreDNS without its loadbalance plugin, so that it answers in one order. */
export const withoutLoadbalance: ClusterChange = {
    sentence: "CoreDNS runs without its plugin loadbalance.",
    make: (lab) => changeCorefile(lab, (corefile) => corefile.replace(/^ *loadbalance\n/m, "")),
    undo: (lab) => changeCorefile(lab, (corefile) => corefile.replace(/^}/m, "    loadbalance\n}")),
};

async function changeCorefile(lab: ScenarioLab, change: (corefile: string) => string): Promise<void> {
    const { data } = await lab.get<{ data: { Corefile: string } }>("configmap", "coredns", ...system);
    const Corefile = change(data.Corefile);
    if (Corefile === data.Corefile) {
        throw new Error("the Corefile is not what these scenarios know");
    }
    const patch = JSON.stringify({ data: { Corefile } });
    await lab.kubectl(["patch", "configmap", "coredns", ...system, "--type", "merge", "--patch", patch]);
    await lab.kubectl(["rollout", "restart", "deployment/coredns", ...system]);
    await lab.kubectl(["rollout", "status", "deployment/coredns", ...system, "--timeout=90s"]);
}

const cache = "node-local-dns";
const upstream = "kube-dns-upstream";
const cacheLabels = { "k8s-app": cache };

/**
 * A cache of DNS on every node, named as NodeLocal DNSCache is and as it without loadbalance. The cluster's DNS Service
 * leads to the one on the client's own node, by internalTrafficPolicy Local; what it forwards to is CoreDNS as before.
 */
export const nodeLocalCache: ClusterChange = {
    sentence: "A cache on every node, like NodeLocal DNSCache, stands before CoreDNS.",
    make: async (lab) => {
        const ports = [
            { name: "dns", port: 53, protocol: "UDP" },
            { name: "dns-tcp", port: 53, protocol: "TCP" },
        ];
        const of = (name: string) => ({ name, namespace: "kube-system" });
        const spec = { selector: { "k8s-app": "kube-dns" }, ports };
        await lab.apply({ apiVersion: "v1", kind: "Service", metadata: of(upstream), spec });
        const made = await lab.get<{ spec: { clusterIP: string } }>("service", upstream, ...system);
        const Corefile = `.:53 {\n    errors\n    ready\n    cache 30\n    forward . ${made.spec.clusterIP}\n}\n`;
        await lab.apply(
            { apiVersion: "v1", kind: "ConfigMap", metadata: of(cache), data: { Corefile } },
            {
                ...{ apiVersion: "apps/v1", kind: "DaemonSet", metadata: of(cache) },
                spec: {
                    selector: { matchLabels: cacheLabels },
                    template: { metadata: { labels: cacheLabels }, spec: cachePod },
                },
            },
        );
        await lab.kubectl(["rollout", "status", `daemonset/${cache}`, ...system, "--timeout=90s"]);
        await leadDnsTo(lab, cache, "Local");
    },
    undo: async (lab) => {
        await leadDnsTo(lab, "kube-dns", "Cluster");
        await lab.kubectl(["delete", "daemonset,configmap", cache, ...system]);
        await lab.kubectl(["delete", "service", upstream, ...system]);
    },
};

async function leadDnsTo(lab: ScenarioLab, app: string, internalTrafficPolicy: "Cluster" | "Local"): Promise<void> {
    const patch = JSON.stringify({ spec: { selector: { "k8s-app": app }, internalTrafficPolicy } });
    await lab.kubectl(["patch", "service", "kube-dns", ...system, "--type", "merge", "--patch", patch]);
}

const coredns = images({ coredns: "" }).find(({ name }) => name.includes("/coredns:"))?.name;

const cachePod = {
    // Not of the cluster: it would ask itself.
    dnsPolicy: "Default",
    terminationGracePeriodSeconds: 0,
    containers: [
        {
            ...{ name: "cache", image: coredns, args: ["-conf", "/etc/coredns/Corefile"] },
            readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
            volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
        },
    ],
    volumes: [{ name: "config", configMap: { name: cache } }],
};
