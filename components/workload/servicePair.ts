import type * as k8s from "@pulumi/kubernetes";
import { Service } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { namedMetadataOf, type Owner } from "../pods/ownership";
import { checkedSettings } from "../settings/checkedSettings";
import type { TrafficSplitArgs } from "../settings/table";

/** Settings of a pair of Services. */
export const servicePairSettings = [
    "name",
    "serviceType",
    "sessionAffinity",
    "internalTrafficPolicy",
    "trafficDistribution",
    "publishNotReadyAddresses",
] as const;

export interface ServicePairArgs extends Pick<TrafficSplitArgs, (typeof servicePairSettings)[number]> {
    /** Namespace of both Services. */
    readonly namespace: pulumi.Input<string>;
    /** Owner of both. */
    readonly owner: pulumi.Input<Owner>;
    /** Labels of the pods behind both Services. */
    readonly selector: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** TCP port of the Services and of the pods. */
    readonly port: pulumi.Input<number>;
    /** Name of that port. @default http */
    readonly portName?: pulumi.Input<string>;
}

type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;

/** Names of a pair's Services. */
export function pairNames(name: string): { readonly headless: string; readonly clusterIP: string } {
    return { headless: `${name}headless`, clusterIP: `${name}clusterip` };
}

/** A headless and a ClusterIP Service over the same pods. */
export class ServicePair extends pulumi.ComponentResource {
    readonly headless: Service;
    readonly clusterIP: Service;
    /**
     * Port of the ClusterIP Service at every node's address; null where its type gives it none, and 0 in a preview,
     * before the cluster has chosen one.
     */
    readonly nodePort: pulumi.Output<number | null>;
    /** Everything about the Services that can change how traffic splits, as plain values. */
    readonly shape: pulumi.Output<unknown[]>;

    /** @throws Refusal where an argument is not what is allowed for it */
    constructor(name: string, args: ServicePairArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traffic-split:index:ServicePair", name, {}, opts);
        const settings = checkedSettings(args, servicePairSettings);
        const { publishNotReadyAddresses } = settings;
        const names = pulumi.output(settings.name).apply(pairNames);
        const metadata = pulumi.output(args.owner).apply((owner) => {
            const { labels, annotations } = namedMetadataOf(owner);
            // A Service has nothing to wait for: the workload waits for its pods.
            return { labels, annotations: { ...annotations, "pulumi.com/skipAwait": "true" } };
        });
        const service = (kind: string, named: pulumi.Output<string>, spec: ServiceSpec): Service =>
            new Service(
                `${name}-${kind}`,
                {
                    metadata: {
                        namespace: args.namespace,
                        name: named,
                        labels: metadata.labels,
                        annotations: metadata.annotations,
                    },
                    spec: {
                        selector: args.selector,
                        ports: [{ name: args.portName ?? "http", port: args.port, targetPort: args.port }],
                        // What is measured is IPv4, in a cluster of both families too.
                        ipFamilyPolicy: "SingleStack",
                        ipFamilies: ["IPv4"],
                        publishNotReadyAddresses,
                        ...spec,
                    },
                },
                { parent: this },
            );
        this.headless = service("headless", names.headless, { clusterIP: "None" });
        const policies = {
            sessionAffinity: settings.sessionAffinity,
            internalTrafficPolicy: settings.internalTrafficPolicy,
            trafficDistribution: pulumi
                .output(settings.trafficDistribution)
                .apply((value) => (value === "" ? undefined : value) as string),
        };
        const type = settings.serviceType;
        this.clusterIP = service("clusterip", names.clusterIP, { type, ...policies });
        this.nodePort = pulumi
            .all([type, this.clusterIP.spec])
            .apply(([of, { ports }]) => (of === "NodePort" ? (ports[0]?.nodePort ?? 0) : null));
        this.shape = pulumi
            .output({ base: settings.name, port: args.port, type, ...policies, publishNotReadyAddresses })
            .apply((values) => Object.entries(values));
        const { headless, clusterIP, nodePort } = this;
        this.registerOutputs({ headless, clusterIP, nodePort });
    }
}
