import * as pulumi from "@pulumi/pulumi";
import type { ServiceType, SessionAffinity } from "./components/servicePair";
import { TrafficSplit } from "./components/trafficSplit";
import { table as asTable } from "./report/table";
import { failedRequests as countFailed, largestShare, podsReached } from "./split/scalars";

// Pulumi.yaml gives every key a type and a default, and the component checks its value.
const config = new pulumi.Config();

const split = new TrafficSplit("traffic-split", {
    namespace: config.require("namespace"),
    createNamespace: config.requireBoolean("createNamespace"),
    name: config.require("name"),
    replicas: config.requireNumber("replicas"),
    requests: config.requireNumber("requests"),
    image: config.require("image"),
    imageAnswersHostname: config.requireBoolean("imageAnswersHostname"),
    probeImage: config.require("probeImage"),
    sessionAffinity: config.require<SessionAffinity>("sessionAffinity"),
    serviceType: config.require<ServiceType>("serviceType"),
    readyTimeoutSeconds: config.requireNumber("readyTimeoutSeconds"),
    runId: config.require("runId"),
});

const measured = split.measurement;

/** The whole measurement, see {@link Measurement}. */
export const trafficSplit = measured;
/** The same for a person at a terminal. */
export const table = measured.apply(asTable);
/** How many pods answered, over all clients. */
export const headlessPodsReached = measured.apply((each) => podsReached(each, "headless"));
export const clusterIPPodsReached = measured.apply((each) => podsReached(each, "ClusterIP"));
/** The largest share of connections that one pod got from one client, 0 to 1. */
export const headlessLargestShare = measured.apply((each) => largestShare(each, "headless"));
export const clusterIPLargestShare = measured.apply((each) => largestShare(each, "ClusterIP"));
/** Requests that no pod answered, over all Services and clients. */
export const failedRequests = measured.apply(countFailed);
