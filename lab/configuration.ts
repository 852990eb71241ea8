import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { corednsTag, imageRepository, pauseImage } from "./images";
import { dnsAddress, podRange, serviceRange, type Layout } from "./layout";

export type ProxyMode = "nftables" | "iptables";

/** Folders with the binaries of each module, and `runc`'s from Debian. */
export interface Binaries {
    readonly kubernetes: string;
    readonly etcd: string;
    readonly containerd: string;
    readonly cni: string;
    readonly coredns: string;
}

/** Socket of the container runtime. */
export const runtimeSocket = (layout: Layout): string => join(layout.run, "containerd.sock");

/** Path of one configuration file. */
export const configFile = (layout: Layout, name: string): string => join(layout.etc, name);

/** Writes the configuration of everything that takes one from a file. */
export async function writeConfiguration(layout: Layout, binaries: Binaries, mode: ProxyMode): Promise<void> {
    await mkdir(configFile(layout, "cni"), { recursive: true });
    const files = {
        "kubeadm.yaml": kubeadm(layout)
            .map((each) => stringify(each))
            .join("---\n"),
        "kubelet.yaml": stringify(kubelet(layout)),
        "kube-proxy.yaml": stringify(kubeProxy(layout, mode)),
        "containerd.toml": containerd(layout, binaries),
        "cni/10-lab.conflist": JSON.stringify(cni(layout), undefined, 2),
        // kubelet copies the machine's name servers into pods from here: the lab has none.
        "resolv.conf": "",
    };
    for (const [name, content] of Object.entries(files)) {
        await writeFile(configFile(layout, name), content);
    }
}

function kubeadm({ name, pki, nodeAddress, run }: Layout): object[] {
    const apiVersion = "kubeadm.k8s.io/v1beta4";
    return [
        {
            apiVersion,
            kind: "InitConfiguration",
            localAPIEndpoint: { advertiseAddress: nodeAddress, bindPort: 6443 },
            nodeRegistration: { name, criSocket: `unix://${join(run, "containerd.sock")}` },
        },
        {
            apiVersion,
            kind: "ClusterConfiguration",
            clusterName: `traffic-split-${name}`,
            kubernetesVersion: "v1.37.2",
            certificatesDir: pki,
            networking: { serviceSubnet: serviceRange, podSubnet: podRange },
            dns: { imageRepository, imageTag: corednsTag },
        },
    ];
}

function kubelet(layout: Layout): object {
    return {
        apiVersion: "kubelet.config.k8s.io/v1beta1",
        kind: "KubeletConfiguration",
        authentication: { anonymous: { enabled: false }, x509: { clientCAFile: join(layout.pki, "ca.crt") } },
        authorization: { mode: "Webhook" },
        cgroupDriver: "cgroupfs",
        cgroupRoot: `/${layout.cgroup}`,
        failCgroupV1: false,
        failSwapOn: false,
        clusterDNS: [dnsAddress],
        clusterDomain: "cluster.local",
        resolvConf: configFile(layout, "resolv.conf"),
        containerRuntimeEndpoint: `unix://${runtimeSocket(layout)}`,
        podLogsDir: join(layout.data, "pod-logs"),
        volumePluginDir: join(layout.data, "volume-plugins"),
        // Images can't be pulled again: a full disk must not make kubelet remove them.
        imageGCHighThresholdPercent: 100,
        evictionHard: { "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
    };
}

function kubeProxy(layout: Layout, mode: ProxyMode): object {
    return {
        apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
        kind: "KubeProxyConfiguration",
        mode,
        clusterCIDR: podRange,
        hostnameOverride: layout.name,
        clientConnection: { kubeconfig: configFile(layout, "kube-proxy.conf") },
        // These limits are the machine's, not the namespace's: leave them as they are.
        conntrack: { maxPerCore: 0, min: 0 },
    };
}

function containerd(layout: Layout, binaries: Binaries): string {
    return `version = 3
root = "${join(layout.data, "containerd")}"
state = "${join(layout.run, "containerd")}"
[grpc]
address = "${runtimeSocket(layout)}"
[ttrpc]
address = "${runtimeSocket(layout)}.ttrpc"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "${pauseImage}"
[plugins."io.containerd.cri.v1.runtime"]
# Raising a process's importance needs a capability that root has not everywhere.
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["${binaries.cni}"]
conf_dir = "${configFile(layout, "cni")}"
[plugins."io.containerd.internal.v1.opt"]
path = "${join(layout.data, "opt")}"
`;
}

function cni(layout: Layout): object {
    const ipam = {
        type: "host-local",
        dataDir: join(layout.run, "cni-addresses"),
        ranges: [[{ subnet: podRange }]],
        routes: [{ dst: "0.0.0.0/0" }],
    };
    const bridge = { type: "bridge", bridge: "cni0", isGateway: true, hairpinMode: true, ipam };
    return {
        cniVersion: "1.0.0",
        name: layout.cgroup,
        plugins: [bridge, { type: "portmap", capabilities: { portMappings: true } }],
    };
}
