import type { ServiceFields } from "../../split/theory/context";
import type { Settings } from "../settings/table";
import { firstPodOf } from "./nginxHostname";
import { pairNames, servicePairSettings } from "./servicePair";

/** Settings that decide what a pair's Services are, and how clients call them. */
export const pairSettings = [...servicePairSettings, "workload", "tls"] as const;
export type PairSettings = Pick<Settings, (typeof pairSettings)[number]>;

/** A Service of a pair, and how clients reach it. */
export interface PairService extends ServiceFields {
    readonly name: string;
    readonly kind: "headless" | "ClusterIP";
    /** Its port at every node's address, where clients call it; null for none. */
    readonly nodePort: number | null;
    /** A pod that has a name of its own below the Service's name; null where pods have none. */
    readonly pod: string | null;
}

/**
 * The headless and the ClusterIP Service of these settings.
 *
 * @param nodePort port that the cluster gave to a NodePort Service. @default 0, where it has given none yet
 */
export function pairServices(settings: PairSettings, nodePort = 0): PairService[] {
    const { headless, clusterIP } = pairNames(settings.name);
    const { publishNotReadyAddresses } = settings;
    return [
        {
            name: headless,
            kind: "headless",
            sessionAffinity: "None",
            internalTrafficPolicy: "Cluster",
            trafficDistribution: null,
            publishNotReadyAddresses,
            nodePort: null,
            pod: firstPodOf(settings.workload, settings.name),
        },
        {
            name: clusterIP,
            kind: "ClusterIP",
            sessionAffinity: settings.sessionAffinity,
            internalTrafficPolicy: settings.internalTrafficPolicy,
            trafficDistribution: settings.trafficDistribution === "" ? null : settings.trafficDistribution,
            publishNotReadyAddresses,
            // The certificate names Services and pods. It can't name nodes, whose addresses are not known when it is made.
            nodePort: settings.serviceType === "NodePort" && !settings.tls ? nodePort : null,
            pod: null,
        },
    ];
}
