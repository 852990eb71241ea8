import { basename, join } from "node:path";
import { configFile } from "./configuration";
import { serviceRange, type Layout } from "./layout";
import type { Binaries } from "./modules";
import type { Node } from "./nodes";
import type { Daemon } from "./processes";

/** A lab's daemons: those of the control plane, each after those that it needs, then each node's. */
export function daemons(layout: Layout, binaries: Binaries): Daemon[] {
    return [...controlPlane(layout, binaries), ...layout.nodes.flatMap((node) => nodeDaemons(node, binaries))];
}

/** What a daemon that every node has is called on one of them: by its program alone on the first. */
export function daemonOn({ number }: Node, program: "containerd" | "kubelet" | "kube-proxy"): string {
    return number === 1 ? program : `${program}-${number}`;
}

function daemon({ netns }: Node, binary: string, flags: string, name = basename(binary)): Daemon {
    // No path of the lab's holds white space: that was refused.
    return { name, netns, command: [binary, ...flags.trim().split(/\s+/)] };
}

function controlPlane(layout: Layout, { etcd, kubernetes }: Binaries): Daemon[] {
    const { pki, data, name, controlPlane: node } = layout;
    const config = (file: string): string => configFile(layout, file);
    const etcdAddress = "https://127.0.0.1:2379";
    const manager = config("controller-manager.conf");
    return [
        // Without fsync a power cut may lose the lab's data, which is acceptable.
        daemon(
            node,
            `${etcd}/server`,
            `--name=${name} --data-dir=${data}/etcd --unsafe-no-fsync
            --listen-client-urls=${etcdAddress} --advertise-client-urls=${etcdAddress} --client-cert-auth
            --cert-file=${pki}/etcd/server.crt --key-file=${pki}/etcd/server.key --trusted-ca-file=${pki}/etcd/ca.crt`,
            "etcd",
        ),
        daemon(
            node,
            `${kubernetes}/kube-apiserver`,
            `--advertise-address=${node.address} --service-cluster-ip-range=${serviceRange} --allow-privileged
            --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --client-ca-file=${pki}/ca.crt
            --tls-cert-file=${pki}/apiserver.crt --tls-private-key-file=${pki}/apiserver.key
            --etcd-servers=${etcdAddress} --etcd-cafile=${pki}/etcd/ca.crt
            --etcd-certfile=${pki}/apiserver-etcd-client.crt --etcd-keyfile=${pki}/apiserver-etcd-client.key
            --kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt
            --kubelet-client-key=${pki}/apiserver-kubelet-client.key --kubelet-preferred-address-types=InternalIP
            --proxy-client-cert-file=${pki}/front-proxy-client.crt --proxy-client-key-file=${pki}/front-proxy-client.key
            --requestheader-client-ca-file=${pki}/front-proxy-ca.crt --requestheader-allowed-names=front-proxy-client
            --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group
            --requestheader-extra-headers-prefix=X-Remote-Extra-
            --service-account-issuer=https://kubernetes.default.svc.cluster.local
            --service-account-key-file=${pki}/sa.pub --service-account-signing-key-file=${pki}/sa.key`,
        ),
        daemon(
            node,
            `${kubernetes}/kube-controller-manager`,
            `--kubeconfig=${manager} --authentication-kubeconfig=${manager} --authorization-kubeconfig=${manager}
            --root-ca-file=${pki}/ca.crt --service-account-private-key-file=${pki}/sa.key
            --use-service-account-credentials --leader-elect=false`,
        ),
        daemon(node, `${kubernetes}/kube-scheduler`, `--kubeconfig=${config("scheduler.conf")} --leader-elect=false`),
    ];
}

function nodeDaemons(node: Node, { containerd, kubernetes }: Binaries): Daemon[] {
    const { data, name, address } = node;
    const config = (file: string): string => configFile(node, file);
    const labels = Object.entries(node.labels).map(([key, value]) => `${key}=${value}`);
    const runtime = daemon(
        node,
        `${containerd}/containerd`,
        `--config=${config("containerd.toml")}`,
        daemonOn(node, "containerd"),
    );
    return [
        { ...runtime, path: containerd },
        daemon(
            node,
            join(__dirname, "kubelet"),
            `${data}/kubelet-machine ${kubernetes}/kubelet
            --config=${config("kubelet.yaml")} --kubeconfig=${config("kubelet.conf")} --root-dir=${data}/kubelet
            --cert-dir=${data}/kubelet-pki --node-ip=${address} --hostname-override=${name}
            ${labels.length === 0 ? "" : `--node-labels=${labels.join(",")}`}`,
            daemonOn(node, "kubelet"),
        ),
        daemon(node, `${kubernetes}/kube-proxy`, `--config=${config("kube-proxy.yaml")}`, daemonOn(node, "kube-proxy")),
    ];
}
