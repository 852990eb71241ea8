import type * as k8s from "@pulumi/kubernetes";
import { Service } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../settings/argument";
import { namedMetadataOf, type Owner } from "../pods/ownership";

export type SessionAffinity = "None" | "ClientIP";
export type ServiceType = "ClusterIP" | "NodePort";
export type InternalTrafficPolicy = "Cluster" | "Local";
/** "" leaves the field out. */
export type TrafficDistribution = "" | "PreferSameZone" | "PreferSameNode" | "PreferClose";

export interface ServicePairArgs {
    /** Namespace of both Services. */
    readonly namespace: pulumi.Input<string>;
    /**
     * First part of the Services' names, a DNS label of at most 40 characters: `<name>headless` and `<name>clusterip`.
     */
    readonly name: pulumi.Input<string>;
    /** Who makes both. */
    readonly owner: pulumi.Input<Owner>;
    /** Labels of the pods behind both Services. */
    readonly selector: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** TCP port of the Services and of the pods. */
    readonly port: pulumi.Input<number>;
    /** Name of that port. @default http */
    readonly portName?: pulumi.Input<string>;
    /** Whether the ClusterIP Service keeps a client address at one pod. @default None */
    readonly sessionAffinity?: pulumi.Input<SessionAffinity>;
    /** NodePort makes the ClusterIP Service reachable at every node's address too. @default ClusterIP */
    readonly serviceType?: pulumi.Input<ServiceType>;
    /** Of the ClusterIP Service: Local keeps traffic on the client's node. @default Cluster */
    readonly internalTrafficPolicy?: pulumi.Input<InternalTrafficPolicy>;
    /** Of the ClusterIP Service: prefers pods near the client. @default "" */
    readonly trafficDistribution?: pulumi.Input<TrafficDistribution>;
    /** Of both: whether clients are offered pods that are not ready. @default false */
    readonly publishNotReadyAddresses?: pulumi.Input<boolean>;
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
        const base = checked("name", args.name);
        const sessionAffinity = checked("sessionAffinity", args.sessionAffinity ?? "None");
        const type = checked("serviceType", args.serviceType ?? "ClusterIP");
        const internalTrafficPolicy = checked("internalTrafficPolicy", args.internalTrafficPolicy ?? "Cluster");
        const distribution = checked("trafficDistribution", args.trafficDistribution ?? "");
        const publishNotReadyAddresses = pulumi.output(args.publishNotReadyAddresses ?? false);
        const metadata = pulumi.output(args.owner).apply((owner) => {
            const { labels, annotations } = namedMetadataOf(owner);
            // A Service has nothing to wait for; whether its pods get ready is theirs to tell, and sooner.
            return { labels, annotations: { ...annotations, "pulumi.com/skipAwait": "true" } };
        });
        const service = (kind: string, spec: k8s.types.input.core.v1.ServiceSpec): Service =>
            new Service(
                `${name}-${kind}`,
                {
                    metadata: {
                        namespace: args.namespace,
                        name: pulumi.interpolate`${base}${kind}`,
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
        this.headless = service("headless", { clusterIP: "None" });
        const trafficDistribution = distribution.apply((value) => (value === "" ? undefined : value) as string);
        const policies = { sessionAffinity, internalTrafficPolicy, trafficDistribution };
        this.clusterIP = service("clusterip", { type, ...policies });
        this.nodePort = pulumi.all([type, this.clusterIP.spec]).apply(
            ([
                of,
                {
                    ports: [first],
                },
            ]) => (of === "NodePort" ? (first?.nodePort ?? 0) : null),
        );
        const { port } = args;
        const everything = { base, port, type, ...policies, publishNotReadyAddresses };
        this.shape = pulumi.output(everything).apply((values) => Object.entries(values));
        const { headless, clusterIP, nodePort } = this;
        this.registerOutputs({ headless, clusterIP, nodePort });
    }
}
