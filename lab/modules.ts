import { copyDynamicProvider, preparePulumiKubernetes } from "./pulumiSources";
import { versions } from "./versions";

/** One Go module, whose go.mod and go.sum pin what it builds. */
export interface Module {
    readonly name: string;
    /** Where its go.mod and go.sum are. @default the folder of its name under lab/toolchain */
    readonly folder?: string;
    /**
     * CPU seconds of its compilation and linking, measured on the machine of README's figures after the modules that
     * stand before it, which share packages with it. They are the module's share in a build's progress.
     */
    readonly cpuSeconds: number;
    readonly ldflags?: string;
    readonly tags?: string;
    /** Flags of the compiler beside those of every module, as `go build -gcflags` takes them. */
    readonly gcflags?: string;
    /** Package and name of the binary, where it is not the module's `tool` list. */
    readonly binary?: { readonly package: string; readonly name: string };
    /** Adds to the sources what the module lacks, once everything is downloaded. */
    readonly before?: (sources: string) => Promise<void>;
    /** Adds to the binaries what is not compiled. */
    readonly after?: (sources: string, binaries: string) => Promise<void>;
}

const pulumiVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const providerVersion = "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version";
const kubernetesVersion = "k8s.io/component-base/version";
const [kubernetesMajor, kubernetesMinor] = versions.kubernetes.split(".");

// Most of what is compiled is Kubernetes' generated code, in which little time is spent: calls instead of inlining are
// not noticed.
const withoutInlining = "k8s.io/...=-dwarf=false -l";

/** Built where `pulumi` is not on PATH. */
export const pulumiModules = {
    cli: {
        name: "pulumi",
        cpuSeconds: 344,
        ldflags: `-X ${pulumiVersion}=v${versions.pulumi}`,
        after: copyDynamicProvider,
    },
    languageHost: {
        name: "language-nodejs",
        cpuSeconds: 24,
        binary: {
            package: "github.com/pulumi/pulumi/sdk/nodejs/cmd/pulumi-language-nodejs/v3",
            name: "pulumi-language-nodejs",
        },
    },
    provider: {
        name: "provider-kubernetes",
        cpuSeconds: 205,
        ldflags: `-X ${providerVersion}=v${versions.pulumiKubernetes}`,
        gcflags: withoutInlining,
        binary: { package: ".", name: "pulumi-resource-kubernetes" },
        before: preparePulumiKubernetes,
    },
} as const satisfies Record<string, Module>;

/** The cluster's binaries. */
export const clusterModules = {
    kubernetes: {
        name: "kubernetes",
        cpuSeconds: 615,
        ldflags: [
            `-X ${kubernetesVersion}.gitVersion=v${versions.kubernetes}`,
            `-X ${kubernetesVersion}.gitMajor=${kubernetesMajor}`,
            `-X ${kubernetesVersion}.gitMinor=${kubernetesMinor}`,
        ].join(" "),
        gcflags: withoutInlining,
    },
    coredns: {
        name: "coredns",
        cpuSeconds: 15,
        gcflags: withoutInlining,
        binary: { package: ".", name: "coredns" },
    },
    containerd: {
        name: "containerd",
        cpuSeconds: 57,
        tags: "no_btrfs,no_devmapper,no_zfs",
        gcflags: withoutInlining,
    },
    etcd: { name: "etcd", cpuSeconds: 14 },
    cni: { name: "cni", cpuSeconds: 6 },
} as const satisfies Record<string, Module>;

/** Built when a stack of the lab first asks for TLS. */
export const certManagerModule: Module = {
    name: "cert-manager",
    cpuSeconds: 200,
    ldflags: `-X github.com/cert-manager/cert-manager/pkg/util.AppVersion=v${versions.certManager}`,
    gcflags: withoutInlining,
};

/** Folders with the binaries of each of the cluster's modules; runc is Debian's. */
export type Binaries = Readonly<Record<keyof typeof clusterModules, string>>;
