import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dirname } from "node:path/posix";
import { placeOf, type PlannedService, type ProbePlan } from "../../probe/plan";
import { nodeAddress } from "./calledServices";
import { tcpCounters } from "../../split/protocol/tcpCounters";
import type { ProbeClient } from "../settings/clients";
import { keepTo, spreadJob } from "../pods/placement";
import { resolverContainer, waitContainer } from "./containerNames";
import { ownerLabel } from "../pods/ownerLabels";
import type { Owner } from "../pods/ownership";
import { restrictedContainer } from "../pods/podSecurity";
import { isEmpty, scheduling, securityOf, type PodSettings, type Resources } from "../pods/podSettings";

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
    /** What the cluster asks of all pods. */
    readonly pods: pulumi.Output<PodSettings>;
    /** What each container asks for and may use; {} is what its program needs. */
    readonly resources: pulumi.Output<Resources>;
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
    const placed = args.pods.apply(scheduling);
    const planText = plan.apply((value) => JSON.stringify(value));
    const programs = { name: "programs", mountPath: "/probe", readOnly: true };
    const attendant = (name: string): k8s.types.input.core.v1.Container => ({
        ...container(name, image, ["node", `/probe/${name}.js`, planText], resourcesOf(attendantMemory, args)),
        env: [ownNode],
        volumeMounts: [programs, { name: "resolv", mountPath: "/resolv" }, ...authority],
    });
    return {
        restartPolicy: "Never",
        affinity: args.place.apply(([node, zone]) => keepTo(node, zone)),
        topologySpreadConstraints: args.labels.apply(spreadJob),
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        ...{
            nodeSelector: placed.apply(({ nodeSelector }) => nodeSelector),
            tolerations: placed.apply(({ tolerations }) => tolerations),
            imagePullSecrets: placed.apply(({ imagePullSecrets }) => imagePullSecrets),
        },
        // resolv.conf knows no other port than 53.
        securityContext: args.pods.apply((pods) => securityOf(pods, 53)),
        initContainers: [{ ...attendant(resolverContainer), restartPolicy: "Always" }, attendant(waitContainer)],
        containers: clients.map((client) => ({
            ...container(
                client.name,
                imageOf(client, args),
                commandOf(client, args),
                resourcesOf(client.kind.memory, args),
            ),
            // What compiles or caches does so below /tmp.
            env: [
                { name: "HOME", value: "/tmp" },
                { name: "CGO_ENABLED", value: "0" },
                ownNode,
                { name: "RATE", value: args.pace.rate.apply(String) },
                { name: "COUNTERS", value: tcpCounters.join(" ") },
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
    resources: pulumi.Output<Resources>,
): k8s.types.input.core.v1.Container {
    return {
        name,
        image,
        command,
        securityContext: restrictedContainer,
        resources,
    };
}

/** What the resolver and the program that waits need, with room for more, in MiB. */
const attendantMemory = 96;

/** A limit of twice what is needed: whoever makes limits equal to requests, or bounds their ratio, leaves enough. */
function resourcesOf(memory: number, { resources }: ProbePodArgs): pulumi.Output<Resources> {
    const usual = { requests: { cpu: "20m", memory: `${memory}Mi` }, limits: { memory: `${2 * memory}Mi` } };
    return resources.apply((given) => (isEmpty(given) ? usual : given));
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
