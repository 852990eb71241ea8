import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { assess, type Assessment } from "../split/verdict/assessment";
import { compareRuns, type Comparison } from "../split/verdict/comparison";
import { runOf } from "../split/verdict/run";
import type { ExpectedSplits } from "../split/theory/expectedSplits";
import { allChecked } from "./settings/argument";
import { firstPodOf } from "./probe/calledServices";
import { Certificate } from "./workload/certificate";
import { probeClients } from "./settings/clients";
import { checkTogether } from "./preflight/combinations";
import { expectedOf } from "./expected";
import { onFitCluster } from "./preflight/preflight";
import { JobLogs } from "./jobLogs/jobLogs";
import { NginxHostname } from "./workload/nginxHostname";
import { nginxPort } from "./workload/nginxPod";
import { makeOwner, namedMetadataOf, type Owner } from "./pods/ownership";
import { ProbeJob } from "./probe/probeJob";
import { enforce, readRequirements } from "./preflight/requirements";
import { ServicePair } from "./workload/servicePair";
import { defaults, type TrafficSplitArgs } from "./settings/trafficSplitArgs";

export type { TrafficSplitArgs } from "./settings/trafficSplitArgs";

/** nginx pods behind a headless and a ClusterIP Service, and a measurement of which pod answers whom, and why. */
export class TrafficSplit extends pulumi.ComponentResource {
    readonly namespace: pulumi.Output<string>;
    /** What to expect, from the arguments alone: known in a preview. */
    readonly expected: pulumi.Output<ExpectedSplits>;
    /** What was measured, with its verdicts. */
    readonly assessment: pulumi.Output<Assessment>;
    /** What changed since the run before; null for the first. */
    readonly comparison: pulumi.Output<Comparison | null>;

    /** @throws Refusal where an argument is not what is allowed for it, before anything is created */
    constructor(name: string, args: TrafficSplitArgs, opts?: pulumi.ComponentResourceOptions) {
        // Before the component itself is registered: what is known to be wrong leaves no trace in the stack.
        const {
            clients: clientNames,
            createNamespace,
            readyTimeoutSeconds,
            tls,
            installCertManager,
            workload,
            require: conditions,
            ...rest
        } = {
            ...defaults,
            ...withoutUndefined(args),
        };
        const { runId, imageAnswersHostname, publishNotReadyAddresses, platformUser, portSysctl, mesh, ...inputs } =
            rest;
        const given = allChecked({ ...inputs, readyTimeoutSeconds, workload });
        const clients = probeClients(clientNames);
        const requirements = readRequirements(conditions, clientNames);
        const { name: pair, replicas, requests, parallelism, rate, disruption, serviceType } = inputs;
        const { internalTrafficPolicy } = inputs;
        const deciding = { replicas, requests, parallelism, rate, disruption, serviceType, internalTrafficPolicy };
        const settled = { clients, requirements, workload, tls };
        const known = { ...deciding, name: pair, imageAnswersHostname };
        if (isPlain(known)) {
            checkTogether({ ...known, ...settled });
        }
        const fit = pulumi.all([pulumi.output(known), pulumi.output(given)]).apply(([each]) => {
            checkTogether({ ...each, ...settled });
        });
        super("traffic-split:index:TrafficSplit", name, {}, opts);
        // The namespace, which everything else is in and waits for, waits for arguments and cluster.
        const owner = makeOwner(name, { labels: given.labels, annotations: given.annotations }, this);
        const certManager = tls ? (installCertManager ? "installed" : "there") : "none";
        const gated = onFitCluster(
            this,
            given.namespace,
            pulumi
                .all([given, owner, fit])
                .apply(([each, by]) => ({ ...each, owner: by, createNamespace, certManager }) as const),
        );
        this.namespace = createNamespace ? this.makeNamespace(name, owner, gated, imageAnswersHostname) : gated;
        this.expected = expectedOf(clients, { ...given, publishNotReadyAddresses, workload, tls });

        const { namespace } = this;
        const port = pulumi
            .output(imageAnswersHostname)
            .apply((asItIs) => nginxPort({ tls, portSysctl, imageAnswersHostname: asItIs }));
        const { imagePullSecrets, tolerations, nodeSelector } = given;
        const pods = pulumi.output({ imagePullSecrets, tolerations, nodeSelector, platformUser, portSysctl, mesh });
        const certificate = tls ? this.makeCertificate(name, owner, given.name, installCertManager) : undefined;
        const nginx = new NginxHostname(
            `${name}-nginx`,
            {
                ...{ namespace, owner, name: given.name, replicas: given.replicas, image: given.image, workload },
                ...{ port, pods, resources: given.resources },
                ...{ serviceName: pulumi.interpolate`${given.name}headless` },
                ...{ imageAnswersHostname, readyTimeoutSeconds, nodes: given.podNodes, spread: given.podSpread },
                ...(certificate === undefined ? {} : { tlsSecret: certificate.secretName }),
            },
            { parent: this },
        );
        const services = new ServicePair(
            `${name}-services`,
            {
                ...{
                    namespace,
                    owner,
                    name: given.name,
                    selector: nginx.labels,
                    port,
                    portName: tls ? "https" : "http",
                },
                ...{ sessionAffinity: given.sessionAffinity, serviceType: given.serviceType },
                internalTrafficPolicy: given.internalTrafficPolicy,
                trafficDistribution: given.trafficDistribution,
                publishNotReadyAddresses,
            },
            { parent: this },
        );
        const [headless, clusterIP] = [services.headless.metadata.name, services.clusterIP.metadata.name];
        const probe = new ProbeJob(
            `${name}-probe`,
            {
                ...{ namespace, owner, headless, clusterIP, port, publishNotReadyAddresses },
                // The certificate names Services and pods; what nodes are called is not known to it.
                nodePort: tls ? null : services.nodePort,
                pod: given.name.apply((app) => firstPodOf(workload, app)),
                ...{ endpoints: given.replicas, requests: given.requests, image: given.probeImage },
                parallelism: given.parallelism,
                ...{ clients: clientNames, clientImages: given.clientImages },
                ...{ concurrency: given.concurrency, rate: given.rate },
                ...{ pods, resources: given.probeResources },
                ...(certificate === undefined ? {} : { caSecret: certificate.secretName }),
                ...{ node: given.probeNode, zone: given.probeZone },
                internalTrafficPolicy: given.internalTrafficPolicy,
                standstillSeconds: given.readyTimeoutSeconds,
                isDisrupted: given.disruption.apply((kind) => kind !== "none"),
                triggers: pulumi.all([nginx.shape, services.shape, runId, given.disruption]),
                after: [nginx, services],
            },
            { parent: this },
        );
        const logs = new JobLogs(
            `${name}-logs`,
            {
                ...{ namespace, services: probe.services, selector: nginx.labels, owner: owner.apply(({ id }) => id) },
                ...{ job: probe.job.metadata.name, jobUid: probe.job.metadata.uid, shards: probe.shards },
                clients: clients.map((client) => ({
                    ...{ name: client.name, connection: client.connection },
                    ...{ engine: client.kind.engine, resolver: client.kind.resolver, image: client.kind.image },
                })),
                disruption: pulumi
                    .all([given.disruption, given.name, given.replicas, nginx.workload.metadata.uid])
                    .apply(([kind, deployment, replicas, uid]) =>
                        workload === "Deployment" ? { kind, deployment, uid, replicas } : null,
                    ),
                timeoutSeconds: probe.deadlineSeconds.apply((seconds) => seconds + 60),
                standstillSeconds: given.readyTimeoutSeconds,
                // kubelet tries a failing pull again, at first after ten seconds, then after twenty.
                pullTimeoutSeconds: given.readyTimeoutSeconds.apply((seconds) => Math.min(45, seconds)),
            },
            { parent: this },
        );
        const measured = pulumi.all([logs.measurement, given.falseAlarmRate, given.smallestEffect]);
        this.assessment = measured.apply(([measurement, falseAlarmRate, smallestEffect]) =>
            assess(measurement, { falseAlarmRate, smallestEffect }),
        );
        this.comparison = pulumi
            .all([logs.previous, measured])
            .apply(([previous, [measurement, rate]]) =>
                previous === null ? null : compareRuns(previous, runOf(measurement), rate),
            );
        enforce(this, requirements, this.assessment);
        const { expected, assessment, comparison } = this;
        this.registerOutputs({ namespace, expected, assessment, comparison });
    }

    private makeCertificate(
        name: string,
        owner: pulumi.Output<Owner>,
        pair: pulumi.Output<string>,
        installCertManager: boolean,
    ): Certificate {
        const [headless, clusterIP] = [pulumi.interpolate`${pair}headless`, pulumi.interpolate`${pair}clusterip`];
        const { namespace } = this;
        return new Certificate(
            `${name}-certificate`,
            { namespace, headless, clusterIP, installCertManager, owner },
            { parent: this },
        );
    }

    private makeNamespace(
        name: string,
        owner: pulumi.Output<Owner>,
        of: pulumi.Output<string>,
        privileged: pulumi.Input<boolean>,
    ): pulumi.Output<string> {
        // An image that runs as it is may run as root, which the restricted level refuses.
        const level = pulumi.output(privileged).apply((asRoot) => (asRoot ? "baseline" : "restricted"));
        const metadata = pulumi.all([of, level, owner]).apply(([namespace, enforced, by]) => {
            const { labels, annotations } = namedMetadataOf(by);
            return {
                name: namespace,
                labels: { ...labels, "pod-security.kubernetes.io/enforce": enforced },
                annotations,
            };
        });
        const namespace = new Namespace(`${name}-namespace`, { metadata }, { parent: this });
        return namespace.metadata.name;
    }
}

/** What is known already is checked at once: an output tells only later. */
function isPlain<T extends object>(inputs: T): inputs is T & { readonly [K in keyof T]: pulumi.Unwrap<T[K]> } {
    return Object.values(inputs).every((each) => typeof each !== "object");
}

/** So that an argument given as undefined is one not given. */
function withoutUndefined<T extends object>(args: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
    return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)) as ReturnType<
        typeof withoutUndefined<T>
    >;
}
