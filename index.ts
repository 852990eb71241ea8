import * as pulumi from "@pulumi/pulumi";
import type { Resources, Toleration } from "./components/pods/podSettings";
import { Refusal } from "./components/settings/refusal";
import { TrafficSplit, type TrafficSplitArgs } from "./components/trafficSplit";
import { markdownReport as asReadme } from "./report/markdownReport";
import { table as asTable } from "./report/table";
import { failedRequests as countFailed, largestShare, podsReached } from "./split/verdict/stackOutputs";

// Pulumi.yaml gives every key a type and a default, and the component checks its value.
const config = new pulumi.Config();
type Words<K extends keyof TrafficSplitArgs> = Extract<TrafficSplitArgs[K], string>;

const args = {
    ...{ namespace: config.require("namespace"), createNamespace: config.requireBoolean("createNamespace") },
    name: config.require("name"),
    ...{ replicas: config.requireNumber("replicas"), parallelism: config.requireNumber("parallelism") },
    requests: config.requireNumber("requests"),
    workload: config.require<Words<"workload">>("workload"),
    image: config.require("image"),
    imageAnswersHostname: config.requireBoolean("imageAnswersHostname"),
    clients: config.requireObject<string[]>("clients"),
    ...{ concurrency: config.requireNumber("concurrency"), rate: config.requireNumber("rate") },
    clientImages: config.requireObject<Record<string, string>>("clientImages"),
    probeImage: config.require("probeImage"),
    sessionAffinity: config.require<Words<"sessionAffinity">>("sessionAffinity"),
    serviceType: config.require<Words<"serviceType">>("serviceType"),
    internalTrafficPolicy: config.require<Words<"internalTrafficPolicy">>("internalTrafficPolicy"),
    trafficDistribution: config.require<Words<"trafficDistribution">>("trafficDistribution"),
    publishNotReadyAddresses: config.requireBoolean("publishNotReadyAddresses"),
    disruption: config.require<Words<"disruption">>("disruption"),
    ...{ probeNode: config.require("probeNode"), probeZone: config.require("probeZone") },
    podNodes: config.requireObject<string[]>("podNodes"),
    podSpread: config.require<Words<"podSpread">>("podSpread"),
    ...{ tls: config.requireBoolean("tls"), installCertManager: config.requireBoolean("installCertManager") },
    readyTimeoutSeconds: config.requireNumber("readyTimeoutSeconds"),
    imagePullSecrets: config.requireObject<string[]>("imagePullSecrets"),
    tolerations: config.requireObject<Toleration[]>("tolerations"),
    nodeSelector: config.requireObject<Record<string, string>>("nodeSelector"),
    labels: config.requireObject<Record<string, string>>("labels"),
    annotations: config.requireObject<Record<string, string>>("annotations"),
    resources: config.requireObject<Resources>("resources"),
    probeResources: config.requireObject<Resources>("probeResources"),
    platformUser: config.requireBoolean("platformUser"),
    portSysctl: config.requireBoolean("portSysctl"),
    mesh: config.requireBoolean("mesh"),
    ...{
        falseAlarmRate: config.requireNumber("falseAlarmRate"),
        smallestEffect: config.requireNumber("smallestEffect"),
    },
    require: config.requireObject<string[]>("require"),
    runId: config.require("runId"),
} satisfies TrafficSplitArgs;
// Pulumi takes any key, and a misspelt one would do nothing.
const unknown = Object.keys(pulumi.runtime.allConfig())
    .filter((key) => key.startsWith(`${config.name}:`) && !(key.slice(config.name.length + 1) in args))
    .join(", ");
if (unknown !== "") {
    throw new Refusal(`${unknown}: no setting of that name; allowed are ${Object.keys(args).sort().join(", ")}`);
}
const split = new TrafficSplit("traffic-split", args);

const measured = split.assessment;

/** What to expect of each client at each Service, from config alone: a preview shows how a change alters it. */
export const expected = split.expected;
/** The whole measurement with its verdicts, see {@link Assessment}. */
export const trafficSplit = measured;
/** What changed since the run before, see {@link Comparison}; null after the first. */
export const comparison = split.comparison;
/** The same for a person at a terminal. */
export const table = pulumi.all([measured, comparison]).apply(([assessment, change]) => asTable(assessment, change));
/** The same in Markdown: Pulumi Cloud shows the output of this name. */
export const readme = pulumi.all([measured, comparison]).apply(([assessment, change]) => asReadme(assessment, change));
/** How many pods answered, over all clients. */
export const headlessPodsReached = measured.apply((each) => podsReached(each, "headless"));
export const clusterIPPodsReached = measured.apply((each) => podsReached(each, "ClusterIP"));
/** The largest share of one client's answered connections that a pod got, 0 to 1; null where none was answered. */
export const headlessLargestShare = measured.apply((each) => largestShare(each, "headless"));
export const clusterIPLargestShare = measured.apply((each) => largestShare(each, "ClusterIP"));
/** The authority that clients verified Services against, in PEM; null without TLS. */
export const caCertificate = measured.apply((each) => each.caCertificate);
/** Requests that no pod answered, over all Services and clients. */
export const failedRequests = measured.apply(countFailed);
