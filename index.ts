import * as pulumi from "@pulumi/pulumi";
import { settingsOf } from "./components/settings/config";
import { TrafficSplit } from "./components/trafficSplit";
import { markdownReport as asReadme } from "./report/markdownReport";
import { table as asTable } from "./report/table";
import { failedRequests as countFailed, largestShare, podsReached } from "./split/verdict/stackOutputs";

const split = new TrafficSplit("traffic-split", settingsOf(new pulumi.Config()));

/** What to expect of each client at each Service, from config alone: a preview shows how a change alters it. */
export const expected = split.expected;
/** The whole measurement with its verdicts, see {@link Assessment}. */
export const trafficSplit = split.assessment;
/** What changed since the run before, see {@link Comparison}; null for the first. */
export const comparison = split.comparison;
/** The same for a person at a terminal. */
export const table = pulumi
    .all([trafficSplit, comparison])
    .apply(([assessment, change]) => asTable(assessment, change));
/** The same in Markdown: Pulumi Cloud shows the output of this name. */
export const readme = pulumi
    .all([trafficSplit, comparison])
    .apply(([assessment, change]) => asReadme(assessment, change));
/** How many pods answered, over all clients. */
export const headlessPodsReached = trafficSplit.apply((assessment) => podsReached(assessment, "headless"));
export const clusterIPPodsReached = trafficSplit.apply((assessment) => podsReached(assessment, "ClusterIP"));
/** The largest share of one client's answered connections that a pod got, 0 to 1; null where none was answered. */
export const headlessLargestShare = trafficSplit.apply((assessment) => largestShare(assessment, "headless"));
export const clusterIPLargestShare = trafficSplit.apply((assessment) => largestShare(assessment, "ClusterIP"));
/** Requests that no pod answered, over all Services and clients. */
export const failedRequests = trafficSplit.apply(countFailed);
/** The authority that clients verified Services against, in PEM; null without TLS. */
export const caCertificate = trafficSplit.apply((assessment) => assessment.caCertificate);
