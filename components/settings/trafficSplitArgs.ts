import type * as pulumi from "@pulumi/pulumi";
import type { DisruptionKind } from "../../split/measurement/disruption";
import { defaultNginxImage, type Workload } from "../workload/nginxHostname";
import { defaultProbeImage } from "../probe/probeJob";
import type { PodSpread } from "../pods/placement";
import type { Resources, Toleration } from "../pods/podSettings";
import type { InternalTrafficPolicy, ServiceType, SessionAffinity, TrafficDistribution } from "../workload/servicePair";

export interface TrafficSplitArgs {
    /** Namespace of everything. @default traffic-split */
    readonly namespace?: pulumi.Input<string>;
    /**
     * Whether to create the namespace, and remove it again; false uses an existing one. Plain: it decides what there
     * is.
     * @default true
     */
    readonly createNamespace?: boolean;
    /**
     * Name of what runs the pods, and first part of the Services' names, a DNS label of at most 40 characters.
     * @default nginx
     */
    readonly name?: pulumi.Input<string>;
    /**
     * Pods behind the Services, 1 to 100, and fewer with many clients at many Services: for each, the state has to hold
     * what it saw of each pod.
     * @default 3
     */
    readonly replicas?: pulumi.Input<number>;
    /** See {@link ProbeJobArgs.parallelism}: 1 to 20, and not more than `requests`. @default 1 */
    readonly parallelism?: pulumi.Input<number>;
    /**
     * Requests of each client to each Service, over all pods of the probe: 1 to 10,000 a pod, and to 1,000,000 where
     * all clients count them.
     * @default 300
     */
    readonly requests?: pulumi.Input<number>;
    /** See {@link NginxHostnameArgs.workload}. @default Deployment */
    readonly workload?: Workload;
    /** See {@link NginxHostnameArgs.image}. */
    readonly image?: pulumi.Input<string>;
    /** See {@link NginxHostnameArgs.imageAnswersHostname}. @default false */
    readonly imageAnswersHostname?: pulumi.Input<boolean>;
    /** Who calls the Services, see {@link ProbeJobArgs.clients}. @default curl */
    readonly clients?: readonly string[];
    /** See {@link ProbeJobArgs.clientImages}. @default {} */
    readonly clientImages?: pulumi.Input<Record<string, string>>;
    /** See {@link ProbeJobArgs.concurrency}. @default 8 */
    readonly concurrency?: pulumi.Input<number>;
    /** See {@link ProbeJobArgs.rate}. @default 0 */
    readonly rate?: pulumi.Input<number>;
    /** See {@link ProbeJobArgs.image}. */
    readonly probeImage?: pulumi.Input<string>;
    /** Of the ClusterIP Service. @default None */
    readonly sessionAffinity?: pulumi.Input<SessionAffinity>;
    /** Of the ClusterIP Service. @default ClusterIP */
    readonly serviceType?: pulumi.Input<ServiceType>;
    /** See {@link ServicePairArgs.internalTrafficPolicy}. @default Cluster */
    readonly internalTrafficPolicy?: pulumi.Input<InternalTrafficPolicy>;
    /** See {@link ServicePairArgs.trafficDistribution}. @default "" */
    readonly trafficDistribution?: pulumi.Input<TrafficDistribution>;
    /** See {@link ServicePairArgs.publishNotReadyAddresses}. @default false */
    readonly publishNotReadyAddresses?: pulumi.Input<boolean>;
    /**
     * What to do to the pods in the middle of the requests to each Service: nothing, kill the one that answers most,
     * restart them one after the other, or scale to twice as many and back. Needs a `rate` at which the requests to a
     * Service take 10 to 600 seconds. @default none
     */
    readonly disruption?: pulumi.Input<"none" | DisruptionKind>;
    /** See {@link ProbeJobArgs.node}. @default "" */
    readonly probeNode?: pulumi.Input<string>;
    /** See {@link ProbeJobArgs.zone}. @default "" */
    readonly probeZone?: pulumi.Input<string>;
    /** See {@link NginxHostnameArgs.nodes}. @default [] */
    readonly podNodes?: pulumi.Input<readonly string[]>;
    /** See {@link NginxHostnameArgs.spread}. @default none */
    readonly podSpread?: pulumi.Input<PodSpread>;
    /**
     * Whether pods and Services answer by HTTPS alone, on port 443, with a certificate of cert-manager's that all
     * clients verify. Plain: it decides what there is. @default false
     */
    readonly tls?: boolean;
    /** With `tls`, see {@link CertificateArgs.installCertManager}. @default true */
    readonly installCertManager?: boolean;
    /** See {@link NginxHostnameArgs.readyTimeoutSeconds}. @default 110 */
    readonly readyTimeoutSeconds?: number;
    /** See {@link PodSettings.imagePullSecrets}, of nginx and of the probe. @default [] */
    readonly imagePullSecrets?: pulumi.Input<readonly string[]>;
    /** See {@link PodSettings.tolerations}, of nginx and of the probe. @default [] */
    readonly tolerations?: pulumi.Input<readonly Toleration[]>;
    /** See {@link PodSettings.nodeSelector}, of nginx and of the probe. @default {} */
    readonly nodeSelector?: pulumi.Input<Readonly<Record<string, string>>>;
    /** Labels and annotations of every object and pod, besides the stack's own. @default {} */
    readonly labels?: pulumi.Input<Readonly<Record<string, string>>>;
    readonly annotations?: pulumi.Input<Readonly<Record<string, string>>>;
    /** See {@link NginxHostnameArgs.resources}. @default {} */
    readonly resources?: pulumi.Input<Resources>;
    /** See {@link ProbeJobArgs.resources}. @default {} */
    readonly probeResources?: pulumi.Input<Resources>;
    /** See {@link PodSettings.platformUser}. @default false */
    readonly platformUser?: pulumi.Input<boolean>;
    /**
     * See {@link PodSettings.portSysctl}. Without it pods and Services answer on port 8080, or 8443 with TLS, and what DNS
     * answers is recorded only where the container runtime lets everybody listen on port 53. Plain: it decides the
     * ports. @default true
     */
    readonly portSysctl?: boolean;
    /** See {@link PodSettings.mesh}. @default false */
    readonly mesh?: pulumi.Input<boolean>;
    /**
     * How often a run in which every split is as expected may hold a contradiction, over all clients and Services:
     * above 0, 0.01 at most. @default 0.001
     */
    readonly falseAlarmRate?: pulumi.Input<number>;
    /** Smallest share of a pod over its expected share that must not be missed: above 1, 2 at most. @default 1.5 */
    readonly smallestEffect?: pulumi.Input<number>;
    /** Conditions that the measurement has to meet, or the update fails, see {@link parseRequirement}. @default [] */
    readonly require?: readonly string[];
    /** Any text; a change of it, and nothing else about it, measures again. @default "" */
    readonly runId?: pulumi.Input<string>;
}

/** What an argument is that was not given. */
export const defaults = {
    namespace: "traffic-split",
    createNamespace: true,
    name: "nginx",
    replicas: 3,
    parallelism: 1,
    requests: 300,
    workload: "Deployment",
    image: defaultNginxImage,
    imageAnswersHostname: false,
    clients: ["curl"],
    clientImages: {},
    concurrency: 8,
    rate: 0,
    probeImage: defaultProbeImage,
    sessionAffinity: "None",
    serviceType: "ClusterIP",
    internalTrafficPolicy: "Cluster",
    trafficDistribution: "",
    publishNotReadyAddresses: false,
    disruption: "none",
    probeNode: "",
    probeZone: "",
    podNodes: [],
    podSpread: "none",
    tls: false,
    installCertManager: true,
    readyTimeoutSeconds: 110,
    imagePullSecrets: [],
    tolerations: [],
    nodeSelector: {},
    labels: {},
    annotations: {},
    resources: {},
    probeResources: {},
    platformUser: false,
    portSysctl: true,
    mesh: false,
    falseAlarmRate: 0.001,
    smallestEffect: 1.5,
    require: [],
    runId: "",
} as const satisfies Required<TrafficSplitArgs>;
