import * as pulumi from "@pulumi/pulumi";
import type { ServiceFields } from "../split/context";
import { expectedSplits, type ExpectedSplits } from "../split/expected";
import type { ProbeClient } from "./clients";
import type { InternalTrafficPolicy, SessionAffinity, TrafficDistribution } from "./servicePair";

/** The arguments that decide a split. */
export interface DecidingArgs {
    readonly name: pulumi.Input<string>;
    readonly replicas: pulumi.Input<number>;
    readonly sessionAffinity: pulumi.Input<SessionAffinity>;
    readonly internalTrafficPolicy: pulumi.Input<InternalTrafficPolicy>;
    readonly trafficDistribution: pulumi.Input<TrafficDistribution>;
    readonly publishNotReadyAddresses: pulumi.Input<boolean>;
}

/** What is to be expected of a pair of Services; unknown while one of the arguments is. */
export function expectedOf(clients: readonly ProbeClient[], args: DecidingArgs): pulumi.Output<ExpectedSplits> {
    return pulumi
        .all([
            ...([args.name, args.replicas, args.sessionAffinity, args.internalTrafficPolicy] as const),
            ...([args.trafficDistribution, args.publishNotReadyAddresses] as const),
        ])
        .apply(([name, replicas, sessionAffinity, internalTrafficPolicy, distribution, publishNotReadyAddresses]) => {
            const headless: ServiceFields = {
                ...{ kind: "headless", sessionAffinity: "None", internalTrafficPolicy: "Cluster" },
                ...{ trafficDistribution: null, publishNotReadyAddresses },
            };
            const clusterIP: ServiceFields = {
                ...{ kind: "ClusterIP", sessionAffinity, internalTrafficPolicy, publishNotReadyAddresses },
                trafficDistribution: distribution === "" ? null : distribution,
            };
            return expectedSplits({
                replicas,
                services: [
                    { name: `${name}headless`, ...headless },
                    { name: `${name}clusterip`, ...clusterIP },
                ],
                clients: clients.map((client) => ({
                    ...{ name: client.name, connection: client.connection },
                    ...{ engine: client.kind.engine, resolver: client.kind.resolver },
                })),
            });
        });
}
