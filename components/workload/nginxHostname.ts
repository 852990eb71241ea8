import { Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { checkedSettings, outputOf } from "../settings/checkedSettings";
import type { Settings, TrafficSplitArgs } from "../settings/table";
import { ownerLabel } from "../pods/ownerLabels";
import { metadataOf, namedMetadataOf, type Owner } from "../pods/ownership";
import { spreadPods } from "../pods/placement";
import { isEmpty, meshMetadata, podSettings } from "../pods/podSettings";
import { nginxPod, plainConfig, tlsConfig } from "./nginxPod";

/** Name of the first pod, where pods have names that are known beforehand; null where they have none. */
export function firstPodOf(workload: Settings["workload"], name: string): string | null {
    return workload === "StatefulSet" ? `${name}-0` : null;
}

const own = [
    "name",
    "workload",
    "replicas",
    "image",
    "imageAnswersHostname",
    "resources",
    "podNodes",
    "podSpread",
    "readyTimeoutSeconds",
    ...podSettings,
] as const;

export interface NginxHostnameArgs extends Pick<TrafficSplitArgs, (typeof own)[number]> {
    /** Namespace of the pods. */
    readonly namespace: pulumi.Input<string>;
    /** Owner of the pods, whose label is one of those that select them. */
    readonly owner: pulumi.Input<Owner>;
    /**
     * Name of the headless Service below which DNS has the names of a StatefulSet's pods; a Deployment takes none.
     * @default ""
     */
    readonly serviceName?: pulumi.Input<string>;
    /** Port that the pods answer on, which is the Services' too. @default 80, and 443 with TLS */
    readonly port?: pulumi.Input<number>;
    /**
     * Name of a Secret with `tls.crt` and `tls.key`, to answer by HTTPS alone. A certificate that is renewed in it is
     * served as soon as the pod has it.
     * @default none, and HTTP
     */
    readonly tlsSecret?: pulumi.Input<string> | undefined;
}

/** Pods that answer every HTTP request, or with TLS every HTTPS request, with their own name. */
export class NginxHostname extends pulumi.ComponentResource {
    /** Labels that select the pods. */
    readonly labels: pulumi.Output<Record<string, string>>;
    readonly workload: Deployment | StatefulSet;
    /** Everything about the pods that can change how traffic splits, as plain values. */
    readonly shape: pulumi.Output<unknown[]>;

    /** @throws Refusal where an argument is not what is allowed for it */
    constructor(name: string, args: NginxHostnameArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traffic-split:index:NginxHostname", name, {}, opts);
        const settings = checkedSettings(args, own);
        const { workload: kind, name: appName, replicas, image, imageAnswersHostname: asItIs } = settings;
        const owner = pulumi.output(args.owner);
        // None of the common labels: a Service of somebody else that selects by one would send its clients here.
        // Each kind has another value, because the pods of both exist while one replaces the other.
        this.labels = pulumi.all([owner, appName]).apply(([{ id }, app]): Record<string, string> => ({
            [ownerLabel]: id,
            "traffic-split/workload": kind === "Deployment" ? app : `${app}-stateful`,
        }));
        const labels = owner.apply((by) => metadataOf(by).labels);
        const annotations = owner.apply((by) => metadataOf(by).annotations);
        const isTls = args.tlsSecret !== undefined;
        const port = pulumi.output(args.port ?? (isTls ? 443 : 80));
        const configText = port.apply(isTls ? tlsConfig : plainConfig);
        const pods = outputOf(settings, podSettings);
        const resources = pulumi.output(settings.resources);
        // Other resources are other pods, too.
        const places = pulumi.all([settings.podNodes, settings.podSpread]);
        this.shape = pulumi.all([kind, appName, replicas, image, asItIs, configText, places, resources]);
        const placement = pulumi
            .all([places, this.labels])
            .apply(([[nodes, spread], labels]) => spreadPods(nodes, spread, labels));

        const config = new ConfigMap(
            `${name}-config`,
            {
                metadata: { namespace: args.namespace, labels, annotations },
                data: { "nginx.conf": configText },
                immutable: true,
            },
            { parent: this },
        );
        const metadata = {
            namespace: args.namespace,
            name: appName,
            labels,
            annotations: owner.apply((by) => ({
                ...namedMetadataOf(by).annotations,
                // A disruption that was interrupted owns the number of replicas: the declared number overrides it. An
                // object of somebody else can't be overridden: its selector differs, and a selector can't change.
                "pulumi.com/patchForce": "true",
            })),
        };
        const spec = {
            replicas,
            selector: { matchLabels: this.labels },
            template: {
                metadata: pulumi.all([owner, this.labels, pods]).apply(([by, selected, each]) => ({
                    labels: { ...meshMetadata(each).labels, ...by.labels, ...selected },
                    annotations: { ...meshMetadata(each).annotations, ...by.annotations },
                })),
                spec: pulumi
                    .all([image, port, asItIs, config.metadata.name, placement, pods, resources, args.tlsSecret])
                    .apply(([of, listened, asIs, configName, placed, each, asked, tlsSecret]) => ({
                        ...nginxPod({
                            image: of,
                            port: listened,
                            configName: asIs ? undefined : configName,
                            tlsSecret,
                            pods: each,
                            resources: isEmpty(asked) ? undefined : asked,
                        }),
                        ...placed,
                    })),
            },
        };
        const timeout = `${settings.readyTimeoutSeconds}s`;
        const options = {
            parent: this,
            customTimeouts: { create: timeout, update: timeout },
            // Pods of two kinds must never be measured together, and Pulumi may take a rolling update for done when it
            // has only begun: pods that change are all replaced, and the new ones waited for as the first were.
            replaceOnChanges: ["spec.template"],
            deleteBeforeReplace: true,
        };
        const ofStatefulSet = { serviceName: args.serviceName ?? "", podManagementPolicy: "Parallel" };
        this.workload =
            kind === "Deployment"
                ? new Deployment(`${name}-deployment`, { metadata, spec }, options)
                : new StatefulSet(`${name}-statefulset`, { metadata, spec: { ...spec, ...ofStatefulSet } }, options);
        this.registerOutputs({ labels: this.labels, workload: this.workload });
    }
}
