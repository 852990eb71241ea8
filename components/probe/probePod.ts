import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { dirname } from "node:path/posix";
import { placeOf, type PlannedService, type ProbePlan } from "../../probe/plan";
import { tcpCounters } from "../../split/protocol/tcpCounters";
import { ownerLabel } from "../pods/ownerLabels";
import type { Owner } from "../pods/ownership";
import { keepTo, spreadJob } from "../pods/placement";
import { restrictedContainer } from "../pods/podSecurity";
import { isEmpty, scheduling, securityOf, type PodSettings } from "../pods/podSettings";
import type { Checked } from "../settings/checkedSettings";
import type { ProbeClient } from "../settings/clients";
import type { Resources } from "../settings/kubernetesRules";
import { nodeAddress } from "./calledServices";
import { fileOf } from "./clientPrograms";
import { resolverContainer, waitContainer } from "./containerNames";

export interface ProbePodArgs {
    readonly clients: readonly ProbeClient[];
    readonly settings: Checked<
        "clientImages" | "probeImage" | "probeResources" | "probeNode" | "probeZone" | "concurrency" | "rate"
    >;
    /** Settings that all pods share. */
    readonly pods: pulumi.Output<PodSettings>;
    readonly plan: pulumi.Output<ProbePlan>;
    /** Requests of each client to each Service, by the index of the pod. */
    readonly shards: pulumi.Output<number[]>;
    /** Labels of the pod. */
    readonly labels: pulumi.Output<Record<string, string>>;
    /** Name of the ConfigMap that holds the programs. */
    readonly programs: pulumi.Input<string>;
    /** Name of the Secret with the certificate of the authority that clients trust; undefined to call without TLS. */
    readonly caSecret: pulumi.Input<string> | undefined;
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
    const { clients, settings, plan, caSecret } = args;
    const isTls = caSecret !== undefined;
    const authority = isTls ? [{ name: "authority", mountPath: dirname(caFile), readOnly: true }] : [];
    const placed = args.pods.apply(scheduling);
    const planText = plan.apply((value) => JSON.stringify(value));
    const programs = { name: "programs", mountPath: "/probe", readOnly: true };
    const attendant = (name: string): k8s.types.input.core.v1.Container => ({
        ...container(
            name,
            settings.probeImage,
            ["node", `/probe/${name}.js`, planText],
            resourcesOf(attendantMemory, args),
        ),
        env: [ownNode],
        volumeMounts: [programs, { name: "resolv", mountPath: "/resolv" }, ...authority],
    });
    return {
        restartPolicy: "Never",
        affinity: pulumi.all([settings.probeNode, settings.probeZone]).apply(([node, zone]) => keepTo(node, zone)),
        topologySpreadConstraints: args.labels.apply(spreadJob),
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        nodeSelector: placed.nodeSelector,
        tolerations: placed.tolerations,
        imagePullSecrets: placed.imagePullSecrets,
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
                { name: "RATE", value: pulumi.output(settings.rate).apply(String) },
                { name: "COUNTERS", value: tcpCounters.join(" ") },
                ...(isTls ? [{ name: "CA_FILE", value: caFile }] : []),
                ...(client.kind.counts
                    ? [{ name: "CONCURRENCY", value: pulumi.output(settings.concurrency).apply(String) }]
                    : []),
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

/** Twice the request: enough where a policy makes limits equal to requests, or bounds their ratio. */
function resourcesOf(memory: number, { settings }: ProbePodArgs): pulumi.Output<Resources> {
    const usual = { requests: { cpu: "20m", memory: `${memory}Mi` }, limits: { memory: `${2 * memory}Mi` } };
    return pulumi.output(settings.probeResources).apply((given) => (isEmpty(given) ? usual : given));
}

function imageOf({ kind }: ProbeClient, { settings }: ProbePodArgs): pulumi.Output<string> {
    return pulumi.output(settings.clientImages).apply((byKind) => byKind[kind.kind] ?? kind.image);
}

function commandOf({ name, kind, connection }: ProbeClient, { plan, shards }: ProbePodArgs): pulumi.Output<string[]> {
    return pulumi
        .all([plan, shards])
        .apply(([planned, parts]) => [
            ...kind.command,
            `/probe/${fileOf(kind)}`,
            name,
            connection,
            parts.join(),
            String(planned.port),
            ...planned.services.map((service) => argumentOf(service, planned)),
        ]);
}

function argumentOf(service: PlannedService, plan: ProbePlan): string {
    const { host, port } = placeOf(plan, service);
    return service.at === undefined ? service.name : `${service.name}=${host}:${port}`;
}
