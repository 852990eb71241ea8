import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Measurement } from "../split/measurement";
import { allChecked } from "./argument";
import { JobLogs, onReachableCluster } from "./jobLogs";
import { defaultNginxImage, NginxHostname, nginxPort } from "./nginxHostname";
import { defaultProbeImage, probeDeadlineSeconds, ProbeJob } from "./probeJob";
import { ServicePair, type ServiceType, type SessionAffinity } from "./servicePair";

export interface TrafficSplitArgs {
    /** Namespace of everything. @default traffic-split */
    readonly namespace?: pulumi.Input<string>;
    /** Whether to create the namespace, and remove it again; false uses an existing one. Plain: it decides what there is. @default true */
    readonly createNamespace?: boolean;
    /** Name of the Deployment and first part of the Services' names, a DNS label of at most 40 characters. @default nginx */
    readonly name?: pulumi.Input<string>;
    /** Pods behind the Services, 1 to 100. @default 3 */
    readonly replicas?: pulumi.Input<number>;
    /** Requests to each Service, 1 to 10,000. @default 300 */
    readonly requests?: pulumi.Input<number>;
    /** See {@link NginxHostnameArgs.image}. */
    readonly image?: pulumi.Input<string>;
    /** See {@link NginxHostnameArgs.imageAnswersHostname}. @default false */
    readonly imageAnswersHostname?: pulumi.Input<boolean>;
    /** See {@link ProbeJobArgs.image}. */
    readonly probeImage?: pulumi.Input<string>;
    /** Of the ClusterIP Service. @default None */
    readonly sessionAffinity?: pulumi.Input<SessionAffinity>;
    /** Of the ClusterIP Service. @default ClusterIP */
    readonly serviceType?: pulumi.Input<ServiceType>;
    /** See {@link NginxHostnameArgs.readyTimeoutSeconds}. @default 110 */
    readonly readyTimeoutSeconds?: number;
    /** Any text; a change of it, and nothing else about it, measures again. @default "" */
    readonly runId?: pulumi.Input<string>;
}

/** nginx pods behind a headless and a ClusterIP Service, and a measurement of which pod answers whom. */
export class TrafficSplit extends pulumi.ComponentResource {
    readonly namespace: pulumi.Output<string>;
    readonly measurement: pulumi.Output<Measurement>;

    /** @throws pulumi.RunError where an argument is not what is allowed for it, before anything is created */
    constructor(name: string, args: TrafficSplitArgs, opts?: pulumi.ComponentResourceOptions) {
        // Before the component itself is registered: what is known to be wrong leaves no trace in the stack.
        const given = allChecked({
            namespace: args.namespace ?? "traffic-split",
            name: args.name ?? "nginx",
            replicas: args.replicas ?? 3,
            requests: args.requests ?? 300,
            image: args.image ?? defaultNginxImage,
            probeImage: args.probeImage ?? defaultProbeImage,
            sessionAffinity: args.sessionAffinity ?? "None",
            serviceType: args.serviceType ?? "ClusterIP",
            readyTimeoutSeconds: args.readyTimeoutSeconds ?? 110,
        });
        super("traffic-split:index:TrafficSplit", name, {}, opts);
        const { readyTimeoutSeconds = 110, imageAnswersHostname = false } = args;
        // The namespace, which everything else is in and waits for, waits for arguments and cluster.
        const gated = onReachableCluster(this, given.namespace, pulumi.output(given));
        this.namespace = args.createNamespace === false ? gated : this.makeNamespace(name, gated, imageAnswersHostname);

        const nginx = new NginxHostname(
            `${name}-nginx`,
            {
                namespace: this.namespace,
                name: given.name,
                replicas: given.replicas,
                image: given.image,
                imageAnswersHostname,
                readyTimeoutSeconds,
            },
            { parent: this },
        );
        const services = new ServicePair(
            `${name}-services`,
            {
                namespace: this.namespace,
                name: given.name,
                selector: nginx.labels,
                port: nginxPort,
                sessionAffinity: given.sessionAffinity,
                serviceType: given.serviceType,
            },
            { parent: this },
        );
        const headless = services.headless.metadata.name;
        const clusterIP = services.clusterIP.metadata.name;
        const probe = new ProbeJob(
            `${name}-probe`,
            {
                namespace: this.namespace,
                headless,
                clusterIP,
                port: nginxPort,
                endpoints: given.replicas,
                requests: given.requests,
                triggers: pulumi.all([nginx.shape, services.shape, args.runId ?? ""]),
                image: given.probeImage,
            },
            { parent: this, dependsOn: [nginx, services] },
        );
        const logs = new JobLogs(
            `${name}-logs`,
            {
                namespace: this.namespace,
                job: probe.job.metadata.name,
                jobUid: probe.job.metadata.uid,
                services: [headless, clusterIP],
                selector: nginx.labels,
                timeoutSeconds: given.requests.apply((requests) => probeDeadlineSeconds(requests) + 60),
            },
            { parent: this },
        );
        this.measurement = logs.measurement;
        this.registerOutputs({ namespace: this.namespace, measurement: this.measurement });
    }

    private makeNamespace(
        name: string,
        of: pulumi.Output<string>,
        privileged: pulumi.Input<boolean>,
    ): pulumi.Output<string> {
        // An image that runs as it is may run as root, which the restricted level refuses.
        const level = pulumi.output(privileged).apply((asRoot) => (asRoot ? "baseline" : "restricted"));
        const labels = { "pod-security.kubernetes.io/enforce": level };
        const namespace = new k8s.core.v1.Namespace(
            `${name}-namespace`,
            { metadata: { name: of, labels } },
            { parent: this },
        );
        return namespace.metadata.name;
    }
}
