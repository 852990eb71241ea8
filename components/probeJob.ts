import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { requestTimeoutSeconds, type ProbePlan } from "../probe/plan";
import { checked } from "./argument";
import { bundle } from "./bundle";
import { restrictedContainer, restrictedPod } from "./podSecurity";

export interface ProbeJobArgs {
    /** Namespace of the Job, which is that of the Services. */
    readonly namespace: pulumi.Input<string>;
    /** Names of the Services to call, in this order. */
    readonly headless: pulumi.Input<string>;
    readonly clusterIP: pulumi.Input<string>;
    /** TCP port of both. */
    readonly port: pulumi.Input<number>;
    /** Ready endpoints to wait for before the first request. */
    readonly endpoints: pulumi.Input<number>;
    /** Requests to each Service, each by a process and a connection of its own: 1 to 10,000. @default 300 */
    readonly requests?: pulumi.Input<number>;
    /** Image with Node 18 or newer and curl 7.75 or newer, on glibc. @default the official node on Debian */
    readonly image?: pulumi.Input<string>;
    /** Plain values; a change of any of them runs the probe again. @default [] */
    readonly triggers?: pulumi.Input<unknown[]>;
}

/** The official image that holds both Node and curl. */
export const defaultProbeImage = "node:22-bookworm";

const readyTimeoutSeconds = 60;

/**
 * How long a probe may take at most, in seconds: five minutes to pull the image and start, then the wait for endpoints,
 * then each of the requests to both Services as long as a request may take. A probe that works takes a hundredth of it.
 */
export function probeDeadlineSeconds(requests: number): number {
    return 300 + readyTimeoutSeconds + 2 * requests * requestTimeoutSeconds;
}

/** A Job of one pod that calls each Service `requests` times and prints what it saw, a line a request. */
export class ProbeJob extends pulumi.ComponentResource {
    readonly job: k8s.batch.v1.Job;

    /** @throws pulumi.RunError where an argument is not what is allowed for it */
    constructor(name: string, args: ProbeJobArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traffic-split:index:ProbeJob", name, {}, opts);
        const requests = checked("requests", args.requests ?? 300);
        const image = checked("probeImage", args.image ?? defaultProbeImage);
        const program = bundle("probe/main.ts");
        const plan = pulumi
            .all([args.headless, args.clusterIP, args.namespace, args.port, args.endpoints, requests])
            .apply(([headless, clusterIP, namespace, port, endpoints, count]): ProbePlan => ({
                client: "curl",
                services: [
                    { name: headless, kind: "headless" },
                    { name: clusterIP, kind: "ClusterIP" },
                ],
                namespace,
                port,
                requests: count,
                endpoints,
                readyTimeoutSeconds,
            }));

        const config = new k8s.core.v1.ConfigMap(
            `${name}-program`,
            { metadata: { namespace: args.namespace }, data: { "probe.js": program }, immutable: true },
            { parent: this },
        );
        const planText = plan.apply((value) => JSON.stringify(value));
        const trigger = pulumi
            .output(args.triggers ?? [])
            .apply((triggers) => createHash("sha256").update(JSON.stringify(triggers)).digest("hex").slice(0, 16));
        this.job = new k8s.batch.v1.Job(
            `${name}-job`,
            {
                // Whoever reads the logs waits for the end too, and can tell more of a failure than a time-out.
                metadata: { namespace: args.namespace, annotations: { "pulumi.com/skipAwait": "true" } },
                spec: {
                    // A second attempt would be another measurement, and would hide that the first one failed.
                    backoffLimit: 0,
                    activeDeadlineSeconds: requests.apply(probeDeadlineSeconds),
                    template: {
                        metadata: { annotations: { "traffic-split/trigger": trigger } },
                        spec: podSpec(image, config.metadata.name, planText),
                    },
                },
            },
            { parent: this },
        );
        this.registerOutputs({ job: this.job });
    }
}

function podSpec(
    image: pulumi.Input<string>,
    configName: pulumi.Input<string>,
    plan: pulumi.Input<string>,
): k8s.types.input.core.v1.PodSpec {
    return {
        restartPolicy: "Never",
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: restrictedPod,
        containers: [
            {
                name: "curl",
                image,
                command: ["node", "/probe/probe.js", plan],
                securityContext: restrictedContainer,
                resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "256Mi" } },
                volumeMounts: [{ name: "program", mountPath: "/probe", readOnly: true }],
            },
        ],
        volumes: [{ name: "program", configMap: { name: configName } }],
    };
}
