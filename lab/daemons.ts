import { configFile, type Binaries } from "./configuration";
import { serviceRange, type Layout } from "./layout";
import type { Daemon } from "./processes";

/** The lab's daemons, each after those that it needs. */
export function daemons(layout: Layout, { etcd, containerd, kubernetes }: Binaries): Daemon[] {
    const { pki, data, name, nodeAddress } = layout;
    const config = (file: string): string => configFile(layout, file);
    const etcdAddress = "https://127.0.0.1:2379";
    const daemon = (binary: string, flags: string, as = binary.replace(/.*\//, "")): Daemon => ({
        name: as,
        // No path of the lab's holds white space: that was refused.
        command: [binary, ...flags.trim().split(/\s+/)],
    });
    const manager = config("controller-manager.conf");
    return [
        // What a power cut may lose without fsync is a lab.
        daemon(
            `${etcd}/server`,
            `--name=${name} --data-dir=${data}/etcd --unsafe-no-fsync
            --listen-client-urls=${etcdAddress} --advertise-client-urls=${etcdAddress} --client-cert-auth
            --cert-file=${pki}/etcd/server.crt --key-file=${pki}/etcd/server.key --trusted-ca-file=${pki}/etcd/ca.crt`,
            "etcd",
        ),
        daemon(
            `${kubernetes}/kube-apiserver`,
            `--advertise-address=${nodeAddress} --service-cluster-ip-range=${serviceRange} --allow-privileged
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
            `${kubernetes}/kube-controller-manager`,
            `--kubeconfig=${manager} --authentication-kubeconfig=${manager} --authorization-kubeconfig=${manager}
            --root-ca-file=${pki}/ca.crt --service-account-private-key-file=${pki}/sa.key
            --use-service-account-credentials --leader-elect=false`,
        ),
        daemon(`${kubernetes}/kube-scheduler`, `--kubeconfig=${config("scheduler.conf")} --leader-elect=false`),
        { ...daemon(`${containerd}/containerd`, `--config=${config("containerd.toml")}`), path: containerd },
        daemon(
            `${kubernetes}/kubelet`,
            `--config=${config("kubelet.yaml")} --kubeconfig=${config("kubelet.conf")} --root-dir=${data}/kubelet
            --cert-dir=${data}/kubelet-pki --node-ip=${nodeAddress} --hostname-override=${name}`,
        ),
        daemon(`${kubernetes}/kube-proxy`, `--config=${config("kube-proxy.yaml")}`),
    ];
}
