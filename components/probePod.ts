import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dirname } from "node:path/posix";
import { placeOf, type PlannedService, type ProbePlan } from "../probe/plan";
import { nodeAddress } from "./calledServices";
import type { ProbeClient } from "./clients";
import { keepTo, spreadJob } from "./placement";
import { resolverContainer } from "./containerNames";
import { ownerLabel } from "./ownerLabels";
import type { Owner } from "./ownership";
import { restrictedContainer, restrictedPod } from "./podSecurity";

export interface ProbePodArgs {
    readonly clients: readonly ProbeClient[];
    /** Image of what looks after the clients. */
    readonly image: pulumi.Input<string>;
    /** Images of clients by kind, instead of their own. */
    readonly images: pulumi.Output<Record<string, string>>;
    readonly plan: pulumi.Output<ProbePlan>;
    /** Requests of each client to each Service, by the index of the pod. */
    readonly shards: pulumi.Output<number[]>;
    /** Requests at once, of clients that count them, and requests a second, of all. */
    readonly pace: { readonly concurrency: pulumi.Output<number>; readonly rate: pulumi.Output<number> };
    /** Node and zone to run in, each "" for any. */
    readonly place: pulumi.Output<[node: string, zone: string]>;
    /** Labels of the pod. */
    readonly labels: pulumi.Output<Record<string, string>>;
    /** Name of the ConfigMap that holds the programs. */
    readonly programs: pulumi.Input<string>;
    /** Name of the Secret with the certificate of the authority that clients trust. @default calls without TLS */
    readonly caSecret?: pulumi.Input<string>;
}

/** Where the pod has that certificate. */
export const caFile = "/authority/ca.crt";
/** Labels of every pod of an owner's probe. */
export function probeLabels({ id }: Owner): Record<string, string> {
    return { [ownerLabel]: id, "traffic-split/component": "probe" };
}

/**
 * One pod, so that all clients have one source address. The resolver starts first and stays; then `wait` prepares each
 * client's resolv.conf and waits for endpoints; then all clients run at once.
 */
export function probePod(args: ProbePodArgs): k8s.types.input.core.v1.PodSpec {
    const { clients, image, plan, caSecret } = args;
    const isTls = caSecret !== undefined;
    const authority = isTls ? [{ name: "authority", mountPath: dirname(caFile), readOnly: true }] : [];
    const planText = plan.apply((value) => JSON.stringify(value));
    const programs = { name: "programs", mountPath: "/probe", readOnly: true };
    const attendant = (name: string): k8s.types.input.core.v1.Container => ({
        ...container(name, image, ["node", `/probe/${name}.js`, planText]),
        env: [ownNode],
        volumeMounts: [programs, { name: "resolv", mountPath: "/resolv" }, ...authority],
    });
    return {
        restartPolicy: "Never",
        affinity: args.place.apply(([node, zone]) => keepTo(node, zone)),
        topologySpreadConstraints: args.labels.apply(spreadJob),
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        // A safe sysctl, accepted by the restricted level: resolv.conf knows no other port than 53.
        securityContext: { ...restrictedPod, sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "53" }] },
        initContainers: [{ ...attendant(resolverContainer), restartPolicy: "Always" }, attendant("wait")],
        containers: clients.map((client) => ({
            ...container(client.name, imageOf(client, args), commandOf(client, args)),
            // What compiles or caches does so below /tmp.
            env: [
                { name: "HOME", value: "/tmp" },
                { name: "CGO_ENABLED", value: "0" },
                ownNode,
                { name: "RATE", value: args.pace.rate.apply(String) },
                ...(isTls ? [{ name: "CA_FILE", value: caFile }] : []),
                ...(client.kind.counts ? [{ name: "CONCURRENCY", value: args.pace.concurrency.apply(String) }] : []),
            ],
            volumeMounts: [
                programs,
                ...authority,
                { name: "tmp", mountPath: "/tmp" },
                { name: "resolv", mountPath: "/etc/resolv.conf", subPath: `${client.name}.conf`, readOnly: true },
            ],
        })),
        volumes: [
            { name: "programs", configMap: { name: args.programs } },
            // The authority's certificate alone: no key leaves the Secret.
            ...(isTls
                ? [{ name: "authority", secret: { secretName: caSecret, items: [{ key: "ca.crt", path: "ca.crt" }] } }]
                : []),
            { name: "resolv", emptyDir: { sizeLimit: "1Mi" } },
            { name: "tmp", emptyDir: { sizeLimit: "1Gi" } },
        ],
    };
}

const ownNode = { name: nodeAddress, valueFrom: { fieldRef: { fieldPath: "status.hostIP" } } };

function container(
    name: string,
    image: pulumi.Input<string>,
    command: pulumi.Input<pulumi.Input<string>[]>,
): k8s.types.input.core.v1.Container {
    return {
        name,
        image,
        command,
        securityContext: restrictedContainer,
        resources: { requests: { cpu: "20m", memory: "32Mi" }, limits: { memory: "1Gi" } },
    };
}

function imageOf({ kind }: ProbeClient, { images }: ProbePodArgs): pulumi.Output<string> {
    return images.apply((byKind) => byKind[kind.kind] ?? kind.image);
}

function commandOf({ name, kind, connection }: ProbeClient, { plan, shards }: ProbePodArgs): pulumi.Output<string[]> {
    return pulumi
        .all([plan, shards])
        .apply(([planned, parts]) => [
            ...[...kind.command, `/probe/${kind.file}`, name, connection, parts.join(), String(planned.port)],
            ...planned.services.map((service) => argumentOf(service, planned)),
        ]);
}

function argumentOf(service: PlannedService, plan: ProbePlan): string {
    const { host, port } = placeOf(plan, service);
    return service.at === undefined ? service.name : `${service.name}=${host}:${port}`;
}
