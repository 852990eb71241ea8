import type * as pulumi from "@pulumi/pulumi";
import { disruptions } from "../../split/measurement/disruption";
import { clientImages, clientNames } from "./clients";
import {
    dnsLabel,
    nodeLabels,
    nodeName,
    nodeNames,
    objectAnnotations,
    objectLabels,
    resources,
    secretNames,
    tolerations,
    zoneName,
} from "./kubernetesRules";
import { imageReference, numberAbove, oneOf, text, texts, truth, wholeNumber, type Rule } from "./rule";

/** A key of the stack's config, which is an argument of TrafficSplit too. */
export interface Setting<T = unknown, P extends boolean = boolean> {
    readonly rule: Rule<T>;
    readonly default: T;
    /** Whether a program gives a plain value, never an output: it decides which resources there are. */
    readonly isPlain: P;
}

function setting<T>(rule: Rule<T>, value: NoInfer<T>): Setting<T, false> {
    return { rule, default: value, isPlain: false };
}

function plain<T>(rule: Rule<T>, value: NoInfer<T>): Setting<T, true> {
    return { rule, default: value, isPlain: true };
}

// The comment on a setting is its meaning. An editor shows it, and `npm run settings` writes it into Pulumi.yaml and
// docs/settings.md.

const pods = {
    /** Namespace of everything. @default traffic-split */
    namespace: setting(dnsLabel(63), "traffic-split"),

    /**
     * Create the namespace, and delete it on destroy. False uses one that exists.
     *
     * A namespace that exists already is refused, as long as the stack did not create it.
     * @default true
     */
    createNamespace: plain(truth, true),

    /**
     * Name of the Deployment or StatefulSet, and first part of the names of both Services.
     *
     * The Services of nginx are nginxheadless and nginxclusterip. Objects of these names that the stack did not create are
     * refused before anything is created.
     * @default nginx
     */
    name: setting(dnsLabel(40), "nginx"),

    /**
     * What runs the pods.
     *
     * With a StatefulSet, clients also call the first pod by its own name, such as nginx-0.nginxheadless.
     * @default Deployment
     */
    workload: plain(oneOf("Deployment", "StatefulSet"), "Deployment"),

    /** Pods behind both Services. @default 3 */
    replicas: setting(wholeNumber(1, 100), 3),

    /** Image with nginx 1.19.5 or newer, whose configuration comes from a ConfigMap. @default nginx:1.28 */
    image: setting(imageReference, "nginx:1.28"),

    /**
     * The image answers with its host name on port 80 by itself, so it runs as it is.
     *
     * stenote/nginx-hostname is such an image. It runs as its own user, with a writable file system, and can't answer by
     * HTTPS. The namespace gets the Pod Security level baseline instead of restricted.
     * @default false
     */
    imageAnswersHostname: setting(truth, false),

    /** Requests and limits of nginx's container. Without any it gets what nginx needs. @default {} */
    resources: setting(resources, {}),

    /**
     * Seconds until all pods must be ready, image pulls included.
     *
     * The probe is also given up after as many seconds without progress.
     * @default 110
     */
    readyTimeoutSeconds: plain(wholeNumber(10, 3_600), 110),
};

const services = {
    /** Session affinity of the ClusterIP Service. @default None */
    sessionAffinity: setting(oneOf("None", "ClientIP"), "None"),

    /**
     * Type of the ClusterIP Service.
     *
     * With NodePort, clients also call the port of their own node, unless tls is true.
     * @default ClusterIP
     */
    serviceType: setting(oneOf("ClusterIP", "NodePort"), "ClusterIP"),

    /**
     * Whether the ClusterIP Service sends clients to the pods of their own node alone.
     *
     * With Local, connections from a node without a pod fail. Traffic to a node's port is not affected.
     * @default Cluster
     */
    internalTrafficPolicy: setting(oneOf("Cluster", "Local"), "Cluster"),

    /**
     * Whether the ClusterIP Service prefers pods near the client. "" leaves the field out.
     *
     * PreferSameZone, whose old name is PreferClose, prefers pods of the client's zone. PreferSameNode prefers pods of its
     * node, then of its zone.
     * @default ""
     */
    trafficDistribution: setting(oneOf("", "PreferSameZone", "PreferSameNode", "PreferClose"), ""),

    /** Both Services offer pods that are not ready, too. @default false */
    publishNotReadyAddresses: setting(truth, false),

    /**
     * Serve HTTPS alone, with a certificate of cert-manager that all clients verify.
     *
     * Pods and Services then answer on port 443, or 8443 without portSysctl.
     * @default false
     */
    tls: plain(truth, false),

    /**
     * With tls, install cert-manager, and remove it on destroy. False uses the cluster's own.
     *
     * An installation is refused where the cluster has cert-manager already.
     * @default true
     */
    installCertManager: plain(truth, true),
};

const clients = {
    /**
     * Programs that call the Services, all at once from each pod of the probe.
     *
     * Each opens a connection for each request, or keeps one for all of them where its name ends with -kept-alive. load
     * sends many requests at once and counts them.
     * @default ["curl","curl-kept-alive","node","round-robin"]
     */
    clients: plain(clientNames, ["curl", "curl-kept-alive", "node", "round-robin"]),

    /**
     * Images of clients by kind, such as go, instead of their own.
     *
     * A client says at run time which resolver it has there, and is judged by that.
     * @default {}
     */
    clientImages: setting(clientImages, {}),

    /** Image with Node 18 or newer, for the programs that look after the clients. @default node:22-bookworm */
    probeImage: setting(imageReference, "node:22-bookworm"),

    /** Requests and limits of each container of the probe. Without any each gets what its program needs. @default {} */
    probeResources: setting(resources, {}),
};

const requests = {
    /**
     * Requests of each client to each Service, over all pods of the probe.
     *
     * At most 10000 for each pod of the probe, unless load alone calls. In one pod of the probe, replicas times requests
     * times clients other than load is at most 2500000, because the probe records each look-up.
     * @default 300
     */
    requests: setting(wholeNumber(1, 1_000_000), 300),

    /**
     * Pods of the probe that share the requests, each with all clients, on several nodes if possible.
     *
     * At most as many as requests. Each pod is judged by its own address, node and zone.
     * @default 1
     */
    parallelism: setting(wholeNumber(1, 20), 1),

    /** Requests at once of the client load, in each pod of the probe. @default 8 */
    concurrency: setting(wholeNumber(1, 512), 8),

    /**
     * Requests a second that each client starts at most, in each pod of the probe. 0 sets no limit.
     *
     * load starts them whether or not earlier ones were answered, as far as concurrency allows. The time of a request
     * counts from the moment at which it should have started.
     * @default 0
     */
    rate: setting(wholeNumber(0, 100_000), 0),

    /**
     * What happens to the pods in the middle of the requests to each Service.
     *
     * kill-one-pod kills the pod that answers most, rolling-restart replaces all pods, and scale doubles them and goes back.
     * Each needs a Deployment, and a rate at which the requests to a Service take 10 to 600 seconds.
     * @default none
     */
    disruption: setting(oneOf("none", ...disruptions), "none"),

    /** Change it to measure again although nothing else changed. @default "" */
    runId: setting(text, ""),
};

const verdicts = {
    /**
     * Probability that a run holds a contradiction although every split is as expected.
     *
     * All clients and Services share it.
     * @default 0.001
     */
    falseAlarmRate: setting(numberAbove(0, 0.01), 0.001),

    /**
     * Smallest ratio of a pod's share to its expected share that must not be missed.
     *
     * The smaller it is, the more requests it takes to call a split even.
     * @default 1.5
     */
    smallestEffect: setting(numberAbove(1, 2), 1.5),

    /**
     * Conditions that make the update fail where the measurement does not meet them.
     *
     * Conditions are, for example, "maxShare <= 0.5", "as expected" or "nginxclusterip.go: even". What was measured is stored all
     * the same.
     * @default []
     */
    require: plain(texts, []),
};

const placement = {
    /** Node that the probe runs on. "" leaves it to the scheduler. @default "" */
    probeNode: setting(nodeName, ""),

    /** Zone that the probe runs in. "" leaves it to the scheduler. @default "" */
    probeZone: setting(zoneName, ""),

    /**
     * Nodes that the pods are spread over evenly, and no others.
     *
     * Nodes that are named first are preferred for one more pod.
     * @default []
     */
    podNodes: setting(nodeNames, []),

    /** What the pods are spread over evenly. none leaves it to the scheduler. @default none */
    podSpread: setting(oneOf("none", "nodes", "zones"), "none"),

    /** Labels that a node must have for nginx and the probe, besides kubernetes.io/os: linux. @default {} */
    nodeSelector: setting(nodeLabels, {}),

    /** Taints of nodes that nginx and the probe tolerate. @default [] */
    tolerations: setting(tolerations, []),
};

const cluster = {
    /** Names of Secrets in the namespace that images of nginx and the probe are pulled with. @default [] */
    imagePullSecrets: setting(secretNames, []),

    /** Labels of every object and pod, besides the stack's own. @default {} */
    labels: setting(objectLabels, {}),

    /** Annotations of every object and pod, besides the stack's own. @default {} */
    annotations: setting(objectAnnotations, {}),

    /** Leave user and groups of the pods to the platform, as OpenShift requires. @default false */
    platformUser: setting(truth, false),

    /**
     * Pods set the sysctl net.ipv4.ip_unprivileged_port_start. False where the cluster refuses it.
     *
     * Without it Services answer on port 8080, or 8443 with tls, and DNS is recorded only where the container runtime lets
     * every user listen on port 53.
     * @default true
     */
    portSysctl: plain(truth, true),

    /**
     * Let a service mesh put its proxy into the pods. False opts out.
     *
     * The labels and annotations of Istio, Linkerd, Kuma, Consul, Open Service Mesh and App Mesh opt out. With a mesh
     * nothing is expected of a split.
     * @default false
     */
    mesh: setting(truth, false),
};

/** All settings, by the headings of docs/settings.md. */
export const settingGroups = {
    Pods: pods,
    Services: services,
    Clients: clients,
    Requests: requests,
    Verdicts: verdicts,
    Placement: placement,
    Cluster: cluster,
};

/** The one table of settings: rule, default and meaning of each. */
export const settings = {
    ...pods,
    ...services,
    ...clients,
    ...requests,
    ...verdicts,
    ...placement,
    ...cluster,
};

type ValueOf<S> = S extends Setting<infer T> ? T : never;
type InputOf<S> = S extends Setting<infer T, true> ? T : S extends Setting<infer T> ? pulumi.Input<T> : never;
type ArgsOf<Table> = { readonly [K in keyof Table]?: InputOf<Table[K]> };
type ValuesOf<Table> = { readonly [K in keyof Table]: ValueOf<Table[K]> };

export type SettingName = keyof typeof settings;
export const settingNames = Object.keys(settings) as SettingName[];

/** The settings as a program gives them. */
export type TrafficSplitArgs = ArgsOf<typeof settings>;

/** The value of each setting. */
export type Settings = ValuesOf<typeof settings>;
