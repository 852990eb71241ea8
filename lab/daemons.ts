import { join } from "node:path";
import { configFile, type Binaries } from "./configuration";
import { serviceRange, type Layout } from "./layout";
import type { Daemon } from "./processes";

const etcdAddress = "https://127.0.0.1:2379";

function flags(values: Readonly<Record<string, string>>): string[] {
    return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** The lab's daemons, each after those that it needs. */
export function daemons(layout: Layout, binaries: Binaries): Daemon[] {
    const pki = (name: string): string => join(layout.pki, name);
    const config = (name: string): string => configFile(layout, name);
    const kubernetes = (name: string): string => join(binaries.kubernetes, name);
    return [
        {
            name: "etcd",
            command: [
                join(binaries.etcd, "server"),
                ...flags({
                    name: layout.name,
                    "data-dir": join(layout.data, "etcd"),
                    "listen-client-urls": etcdAddress,
                    "advertise-client-urls": etcdAddress,
                    "cert-file": pki("etcd/server.crt"),
                    "key-file": pki("etcd/server.key"),
                    "trusted-ca-file": pki("etcd/ca.crt"),
                    "client-cert-auth": "true",
                    // What a power cut may lose is a lab.
                    "unsafe-no-fsync": "true",
                }),
            ],
        },
        { name: "kube-apiserver", command: [kubernetes("kube-apiserver"), ...apiServerFlags(layout)] },
        {
            name: "kube-controller-manager",
            command: [
                kubernetes("kube-controller-manager"),
                ...flags({
                    kubeconfig: config("controller-manager.conf"),
                    "authentication-kubeconfig": config("controller-manager.conf"),
                    "authorization-kubeconfig": config("controller-manager.conf"),
                    "root-ca-file": pki("ca.crt"),
                    "service-account-private-key-file": pki("sa.key"),
                    "use-service-account-credentials": "true",
                    "leader-elect": "false",
                }),
            ],
        },
        {
            name: "kube-scheduler",
            command: [
                kubernetes("kube-scheduler"),
                ...flags({ kubeconfig: config("scheduler.conf"), "leader-elect": "false" }),
            ],
        },
        {
            name: "containerd",
            command: [join(binaries.containerd, "containerd"), "--config", config("containerd.toml")],
            path: [binaries.containerd],
        },
        {
            name: "kubelet",
            command: [
                kubernetes("kubelet"),
                ...flags({
                    config: config("kubelet.yaml"),
                    kubeconfig: config("kubelet.conf"),
                    "root-dir": join(layout.data, "kubelet"),
                    "cert-dir": join(layout.data, "kubelet-pki"),
                    "node-ip": layout.nodeAddress,
                    "hostname-override": layout.name,
                }),
            ],
        },
        { name: "kube-proxy", command: [kubernetes("kube-proxy"), ...flags({ config: config("kube-proxy.yaml") })] },
    ];
}

function apiServerFlags(layout: Layout): string[] {
    const pki = (name: string): string => join(layout.pki, name);
    return flags({
        "advertise-address": layout.nodeAddress,
        "allow-privileged": "true",
        "authorization-mode": "Node,RBAC",
        "client-ca-file": pki("ca.crt"),
        "enable-admission-plugins": "NodeRestriction",
        "etcd-servers": etcdAddress,
        "etcd-cafile": pki("etcd/ca.crt"),
        "etcd-certfile": pki("apiserver-etcd-client.crt"),
        "etcd-keyfile": pki("apiserver-etcd-client.key"),
        "kubelet-client-certificate": pki("apiserver-kubelet-client.crt"),
        "kubelet-client-key": pki("apiserver-kubelet-client.key"),
        "kubelet-preferred-address-types": "InternalIP",
        "proxy-client-cert-file": pki("front-proxy-client.crt"),
        "proxy-client-key-file": pki("front-proxy-client.key"),
        "requestheader-allowed-names": "front-proxy-client",
        "requestheader-client-ca-file": pki("front-proxy-ca.crt"),
        "requestheader-extra-headers-prefix": "X-Remote-Extra-",
        "requestheader-group-headers": "X-Remote-Group",
        "requestheader-username-headers": "X-Remote-User",
        "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
        "service-account-key-file": pki("sa.pub"),
        "service-account-signing-key-file": pki("sa.key"),
        "service-cluster-ip-range": serviceRange,
        "tls-cert-file": pki("apiserver.crt"),
        "tls-private-key-file": pki("apiserver.key"),
    });
}
