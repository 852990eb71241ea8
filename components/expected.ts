import * as pulumi from "@pulumi/pulumi";
import { isByAddressOfPod, type ServiceFields } from "../split/theory/context";
import { expectedSplits, type ExpectedSplits } from "../split/theory/expectedSplits";
import { callableBy, calledServices } from "./probe/calledServices";
import type { ProbeClient } from "./settings/clients";
import type { Workload } from "./workload/nginxHostname";
import type { InternalTrafficPolicy, ServiceType, SessionAffinity, TrafficDistribution } from "./workload/servicePair";

/** The arguments that decide a split. */
export interface DecidingArgs {
    readonly name: pulumi.Input<string>;
    readonly replicas: pulumi.Input<number>;
    readonly sessionAffinity: pulumi.Input<SessionAffinity>;
    readonly internalTrafficPolicy: pulumi.Input<InternalTrafficPolicy>;
    readonly trafficDistribution: pulumi.Input<TrafficDistribution>;
    readonly publishNotReadyAddresses: pulumi.Input<boolean>;
    readonly serviceType: pulumi.Input<ServiceType>;
    readonly workload: Workload;
    readonly tls: boolean;
}

/** What is to be expected of a pair of Services; unknown while one of the arguments is. */
export function expectedOf(clients: readonly ProbeClient[], args: DecidingArgs): pulumi.Output<ExpectedSplits> {
    return pulumi
        .output(args)
        .apply(
            ({
                name,
                replicas,
                trafficDistribution,
                publishNotReadyAddresses,
                serviceType,
                workload,
                tls,
                ...rest
            }) => {
                const { sessionAffinity, internalTrafficPolicy } = rest;
                const headless: ServiceFields = {
                    ...{ kind: "headless", sessionAffinity: "None", internalTrafficPolicy: "Cluster" },
                    ...{ trafficDistribution: null, publishNotReadyAddresses },
                };
                const clusterIP: ServiceFields = {
                    ...{ kind: "ClusterIP", sessionAffinity, internalTrafficPolicy, publishNotReadyAddresses },
                    trafficDistribution: trafficDistribution === "" ? null : trafficDistribution,
                };
                const called = calledServices(callableBy({ name, serviceType, internalTrafficPolicy, workload, tls }));
                return expectedSplits({
                    replicas,
                    services: called.map(({ name: each, kind }) => ({
                        ...(isByAddressOfPod(kind) ? headless : clusterIP),
                        ...{ name: each, kind },
                    })),
                    clients: clients.map((client) => ({
                        ...{ name: client.name, connection: client.connection },
                        ...{ engine: client.kind.engine, resolver: client.kind.resolver },
                    })),
                });
            },
        );
}
