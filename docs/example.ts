import * as k8s from "@pulumi/kubernetes";
import { TrafficSplit } from "../components/trafficSplit";

const provider = new k8s.Provider("cluster", { context: "kind-kind" });
const split = new TrafficSplit(
    "checkout",
    { namespace: "checkout-traffic", requests: 500, clients: ["curl", "go"], require: ["nginxclusterip.go: even"] },
    { provider },
);

/** Known at a preview, too. */
export const expected = split.expected;
export const sentences = split.assessment.apply(({ services }) =>
    services.flatMap(({ clients }) => clients.map(({ verdict }) => verdict.sentence)),
);
