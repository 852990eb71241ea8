import { Job } from "@pulumi/kubernetes/batch/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import type { ProbePlan } from "../../probe/plan";
import { partsOf } from "../../split/measurement/shards";
import { metadataOf, type Owner } from "../pods/ownership";
import { meshMetadata, notEvicted, podSettings } from "../pods/podSettings";
import { checkedSettings, outputOf } from "../settings/checkedSettings";
import { probeClients, type ProbeClient } from "../settings/clients";
import type { TrafficSplitArgs } from "../settings/table";
import { bundle } from "./bundle";
import { calledServices, type CalledService, type ProbedService } from "./calledServices";
import { fileOf, programOf } from "./clientPrograms";
import { probeDeadlineSeconds } from "./probeDeadline";
import { caFile, probeLabels, probePod } from "./probePod";
import { repeatedJob, repeatsAnnotation } from "./unreadJob";

/** Settings of a probe's Job. */
export const probeSettings = [
    "clients",
    "clientImages",
    "probeImage",
    "probeResources",
    "requests",
    "parallelism",
    "concurrency",
    "rate",
    "probeNode",
    "probeZone",
    "readyTimeoutSeconds",
    ...podSettings,
] as const;

export interface ProbeJobArgs extends Pick<TrafficSplitArgs, (typeof probeSettings)[number]> {
    /** Namespace of the Job, which is that of the Services. */
    readonly namespace: pulumi.Input<string>;
    /** Owner of the Job. */
    readonly owner: pulumi.Input<Owner>;
    /** Services to call, in this order. */
    readonly services: pulumi.Input<readonly ProbedService[]>;
    /** TCP port of all of them. */
    readonly port: pulumi.Input<number>;
    /** Ready endpoints to wait for before the first request. */
    readonly endpoints: pulumi.Input<number>;
    /**
     * Name of a Secret whose `ca.crt` is the one authority that clients trust, to call by HTTPS.
     * @default calls by HTTP
     */
    readonly caSecret?: pulumi.Input<string> | undefined;
    /** Whether pods are disrupted while they are called. @default false */
    readonly isDisrupted?: pulumi.Input<boolean>;
    /** What has to be ready before the Job is made; what it is made of does not wait. @default [] */
    readonly after?: pulumi.Input<pulumi.Resource>[];
    /** Plain values; a change of any of them runs the probe again. @default [] */
    readonly triggers?: pulumi.Input<unknown[]>;
}

/** For the endpoints in the cluster's DNS and proxies, by the time that all pods are ready. */
const readyTimeoutSeconds = 60;

/**
 * A Job whose pods, with a container for each client, call each Service `requests` times together and print what they
 * saw. Each pod knows its part by its index in the Job. The next update replaces a Job whose logs were not read, because the
 * last update failed or was cancelled.
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
        const settings = checkedSettings(args, probeSettings);
        super("traffic-split:index:ProbeJob", name, {}, opts);
        const clients = probeClients(settings.clients);
        const { parallelism } = settings;
        this.clients = clients;
        this.shards = pulumi.all([settings.requests, parallelism]).apply(([requests, pods]) => partsOf(requests, pods));
        const shards = this.shards;
        const probed = pulumi.output(args.services) as pulumi.Output<readonly ProbedService[]>;
        this.services = probed.apply(calledServices);
        this.deadlineSeconds = pulumi
            .all([
                shards,
                this.services,
                settings.concurrency,
                settings.rate,
                args.isDisrupted ?? false,
                settings.readyTimeoutSeconds,
            ])
            .apply(([parts, services, concurrency, rate, isDisrupted, standstillSeconds]) =>
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
            .all([probed, args.port, args.endpoints])
            .apply(([services, port, endpoints]): ProbePlan => ({
                clients: clients.map((client) => client.name),
                services: calledServices(services).map(({ service: _, ...planned }) => planned),
                port,
                endpoints,
                publishNotReadyAddresses: services.some((each) => each.publishNotReadyAddresses),
                readyTimeoutSeconds,
                caFile: args.caSecret === undefined ? null : caFile,
                resolvFolder: "/resolv",
            }));

        const owner = pulumi.output(args.owner);
        const labels = owner.apply((by) => metadataOf(by).labels);
        const annotations = owner.apply((by) => metadataOf(by).annotations);
        const pods = outputOf(settings, podSettings);
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
        const repeats = repeatedJob(pulumi.createUrn(`${name}-run`, jobType, this), this);
        this.job = new Job(
            `${name}-run`,
            {
                metadata: {
                    namespace: args.namespace,
                    labels,
                    // The collector waits for the end too, and explains a failure better than this deadline can.
                    annotations: annotations.apply((each) => ({ ...each, "pulumi.com/skipAwait": "true" })),
                },
                spec: {
                    // A retry would be another measurement, and would hide that the first one failed.
                    backoffLimit: 0,
                    completionMode: "Indexed",
                    completions: parallelism,
                    parallelism,
                    activeDeadlineSeconds: this.deadlineSeconds,
                    template: {
                        metadata: {
                            labels: pulumi.all([owner, podLabels, pods]).apply(([by, selected, each]) => ({
                                ...meshMetadata(each).labels,
                                ...by.labels,
                                ...selected,
                            })),
                            annotations: pulumi.all([owner, pods]).apply(([by, each]) => ({
                                ...meshMetadata(each).annotations,
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
                            clients,
                            settings,
                            pods,
                            plan,
                            shards,
                            labels: podLabels,
                            programs: programs.metadata.name,
                            caSecret: args.caSecret,
                        }),
                    },
                },
            },
            // Two probes at once would measure each other, and one that hangs could keep the other from its node.
            { parent: this, dependsOn: args.after ?? [], deleteBeforeReplace: true },
        );
        this.registerOutputs({ job: this.job, shards, services: this.services });
    }
}

function programTexts(clients: readonly ProbeClient[]): Record<string, Promise<string>> {
    return {
        "wait.js": bundle("probe/wait.ts"),
        "resolver.js": bundle("probe/resolver.ts"),
        ...Object.fromEntries(clients.map(({ kind }) => [fileOf(kind), programOf(kind)])),
    };
}
