import { Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import type { ProbePlan } from "../../probe/plan";
import { partsOf } from "../../split/measurement/shards";
import { checked } from "../settings/argument";
import { bundle } from "./bundle";
import { calledServices, type CalledService } from "./calledServices";
import { probeClients, type ProbeClient } from "../settings/clients";
import { probeDeadlineSeconds } from "./probeDeadline";
import { metadataOf, type Owner } from "../pods/ownership";
import { caFile, probeLabels, probePod } from "./probePod";
import { meshMetadata, notEvicted, usualPods, type PodSettings, type Resources } from "../pods/podSettings";
import type { InternalTrafficPolicy } from "../workload/servicePair";
import { repeatedJob, repeatsAnnotation } from "./unreadJob";

export interface ProbeJobArgs {
    /** Namespace of the Job, which is that of the Services. */
    readonly namespace: pulumi.Input<string>;
    /** Who makes it. */
    readonly owner: pulumi.Input<Owner>;
    /** Names of the Services to call, in this order. */
    readonly headless: pulumi.Input<string>;
    readonly clusterIP: pulumi.Input<string>;
    /** TCP port of both. */
    readonly port: pulumi.Input<number>;
    /**
     * Port of the ClusterIP Service at every node's address, to call at the probe's own node; null for none.
     * @default null
     */
    readonly nodePort?: pulumi.Input<number | null>;
    /** Name of a pod to call by the name that the headless Service gives it; null for none. @default null */
    readonly pod?: pulumi.Input<string | null>;
    /** Ready endpoints to wait for before the first request. */
    readonly endpoints: pulumi.Input<number>;
    /** Of the ClusterIP Service. @default Cluster */
    readonly internalTrafficPolicy?: pulumi.Input<InternalTrafficPolicy>;
    /** Whether the Services publish pods that are not ready. @default false */
    readonly publishNotReadyAddresses?: pulumi.Input<boolean>;
    /** Pods that the requests are divided among, each with all clients. @default 1 */
    readonly parallelism?: pulumi.Input<number>;
    /** Requests of each client to each Service, over all pods. @default 300 */
    readonly requests?: pulumi.Input<number>;
    /** Names of the clients, see {@link probeClients}. Plain: they decide what containers there are. @default curl */
    readonly clients?: readonly string[];
    /** Images of clients by the name of their kind, instead of those that they name themselves. @default {} */
    readonly clientImages?: pulumi.Input<Record<string, string>>;
    /** Requests at once, of a client that counts them, in each pod. @default 8 */
    readonly concurrency?: pulumi.Input<number>;
    /**
     * Requests a second that each client starts at most in each pod. One that counts them starts them whether earlier
     * ones were answered or not, as far as `concurrency` allows, and the time of each counts from the moment at which
     * it was to start. 0 starts the next as soon as one has ended. @default 0
     */
    readonly rate?: pulumi.Input<number>;
    /**
     * Name of a Secret whose `ca.crt` is the one authority that clients trust, to call by HTTPS.
     * @default calls by HTTP
     */
    readonly caSecret?: pulumi.Input<string>;
    /** Image with Node 18 or newer, which looks after the clients. @default the official node on Debian */
    readonly image?: pulumi.Input<string>;
    /** Name of the node that it runs on; "" leaves it to the scheduler. @default "" */
    readonly node?: pulumi.Input<string>;
    /** Zone that it runs in; "" leaves it to the scheduler. @default "" */
    readonly zone?: pulumi.Input<string>;
    /** Seconds for which a pod of the probe may get no further before nobody waits any longer. @default 110 */
    readonly standstillSeconds?: pulumi.Input<number>;
    /** Whether pods are disrupted while they are called. @default false */
    readonly isDisrupted?: pulumi.Input<boolean>;
    /** What has to be ready before the Job is made; what it is made of does not wait. @default [] */
    readonly after?: pulumi.Input<pulumi.Resource>[];
    /** What the cluster asks of all pods. @default what suits most clusters */
    readonly pods?: pulumi.Input<PodSettings>;
    /** What each container asks for and may use, instead of what its program needs. @default {} */
    readonly resources?: pulumi.Input<Resources>;
    /** Plain values; a change of any of them runs the probe again. @default [] */
    readonly triggers?: pulumi.Input<unknown[]>;
}

export const defaultProbeImage = "node:22-bookworm";

/** For the endpoints in the cluster's DNS and proxies, by the time that all pods are ready. */
const readyTimeoutSeconds = 60;

/**
 * A Job whose pods, with a container for each client, call each Service `requests` times together and print what they
 * saw. Each pod knows its part by its index in the Job. A Job that no reader has read to its end, as the last update failed
 * or was cancelled, is replaced by the next update.
 */
export class ProbeJob extends pulumi.ComponentResource {
    readonly job: Job;
    /** Requests of each client to each Service, by the index of the pod that sends them. */
    readonly shards: pulumi.Output<number[]>;
    readonly clients: readonly ProbeClient[];
    /** What each client calls, in this order. */
    readonly services: pulumi.Output<readonly CalledService[]>;
    /** Seconds after which the Job ends by itself. */
    readonly deadlineSeconds: pulumi.Output<number>;

    /** @throws Refusal where an argument is not what is allowed for it */
    constructor(name: string, args: ProbeJobArgs, opts?: pulumi.ComponentResourceOptions) {
        const clients = probeClients(args.clients ?? ["curl"]);
        super("traffic-split:index:ProbeJob", name, {}, opts);
        this.clients = clients;
        const parallelism = checked("parallelism", args.parallelism ?? 1);
        this.shards = pulumi
            .all([checked("requests", args.requests ?? 300), parallelism])
            .apply(([requests, pods]) => partsOf(requests, pods));
        const shards = this.shards;
        const pace = {
            concurrency: checked("concurrency", args.concurrency ?? 8),
            rate: checked("rate", args.rate ?? 0),
        };
        const image = checked("probeImage", args.image ?? defaultProbeImage);
        const place = pulumi.all([checked("probeNode", args.node ?? ""), checked("probeZone", args.zone ?? "")]);
        const images = checked("clientImages", args.clientImages ?? {});
        const { headless, clusterIP, nodePort = null, pod = null, internalTrafficPolicy = "Cluster" } = args;
        this.services = pulumi
            .output({ headless, clusterIP, nodePort, pod, internalTrafficPolicy })
            .apply(calledServices);
        this.deadlineSeconds = pulumi
            .all([
                pulumi.all([shards, this.services, args.standstillSeconds ?? 110]),
                pulumi.all([pace.concurrency, pace.rate, args.isDisrupted ?? false]),
            ])
            .apply(([[parts, services, standstillSeconds], [concurrency, rate, isDisrupted]]) =>
                probeDeadlineSeconds({
                    shards: parts,
                    services: services.length,
                    clients,
                    concurrency,
                    rate,
                    isDisrupted,
                    standstillSeconds,
                }),
            );
        const plan = pulumi
            .all([this.services, args.port, args.endpoints, args.publishNotReadyAddresses ?? false])
            .apply(([services, port, endpoints, publishNotReadyAddresses]): ProbePlan => ({
                clients: clients.map((client) => client.name),
                services: services.map(({ service: _, ...planned }) => planned),
                ...{
                    port,
                    endpoints,
                    publishNotReadyAddresses,
                    readyTimeoutSeconds,
                    caFile: args.caSecret === undefined ? null : caFile,
                    resolvFolder: "/resolv",
                },
            }));

        const owner = pulumi.output(args.owner);
        const labels = owner.apply((by) => metadataOf(by).labels);
        const annotations = owner.apply((by) => metadataOf(by).annotations);
        const pods = pulumi.output(args.pods ?? usualPods) as pulumi.Output<PodSettings>;
        const resources = checked("probeResources", args.resources ?? {});
        const podLabels = owner.apply(probeLabels);
        const programs = new ConfigMap(
            `${name}-program`,
            {
                metadata: { namespace: args.namespace, labels, annotations },
                data: programTexts(clients),
                immutable: true,
            },
            { parent: this },
        );
        const trigger = pulumi
            .output(args.triggers ?? [])
            .apply((triggers) => createHash("sha256").update(JSON.stringify(triggers)).digest("hex").slice(0, 16));
        const jobType = "kubernetes:batch/v1:Job";
        const repeats = repeatedJob(pulumi.createUrn(`${name}-job`, jobType, this), this);
        this.job = new Job(
            `${name}-job`,
            {
                metadata: {
                    namespace: args.namespace,
                    labels,
                    // Whoever reads the logs waits for the end too, and can tell more of a failure than a time-out.
                    annotations: annotations.apply((each) => ({ ...each, "pulumi.com/skipAwait": "true" })),
                },
                spec: {
                    // A second attempt would be another measurement, and would hide that the first one failed.
                    backoffLimit: 0,
                    ...{ completionMode: "Indexed", completions: parallelism, parallelism },
                    activeDeadlineSeconds: this.deadlineSeconds,
                    template: {
                        metadata: {
                            labels: pulumi.all([owner, podLabels, pods]).apply(([by, selected, settings]) => ({
                                ...meshMetadata(settings).labels,
                                ...by.labels,
                                ...selected,
                            })),
                            annotations: pulumi.all([owner, pods]).apply(([by, settings]) => ({
                                ...meshMetadata(settings).annotations,
                                ...notEvicted,
                                ...by.annotations,
                                "traffic-split/trigger": trigger,
                                // Pulumi leaves out a key whose value is undefined, which the type of a map does not tell.
                                [repeatsAnnotation]: repeats.apply(
                                    (repeated) => repeated ?? undefined,
                                ) as pulumi.Output<string>,
                            })),
                        },
                        spec: probePod({
                            ...{ clients, image, images, plan, shards, pace, place },
                            ...{ labels: podLabels, pods, resources },
                            programs: programs.metadata.name,
                            ...(args.caSecret === undefined ? {} : { caSecret: args.caSecret }),
                        }),
                    },
                },
            },
            // Two probes at once would measure each other, and the one that hangs could keep the other from its place.
            { parent: this, dependsOn: args.after ?? [], deleteBeforeReplace: true },
        );
        this.registerOutputs({ job: this.job, shards, services: this.services });
    }
}

function programTexts(clients: readonly ProbeClient[]): Record<string, Promise<string>> {
    return {
        "wait.js": bundle("probe/wait.ts"),
        "resolver.js": bundle("probe/resolver.ts"),
        ...Object.fromEntries(clients.map(({ kind }) => [kind.file, kind.text()])),
    };
}
