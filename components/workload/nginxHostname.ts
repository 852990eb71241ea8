import { Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../settings/argument";
import { ownerLabel } from "../pods/ownerLabels";
import { metadataOf, namedMetadataOf, type Owner } from "../pods/ownership";
import { nginxPod, plainConfig, tlsConfig } from "./nginxPod";
import { isEmpty, meshMetadata, usualPods, type PodSettings, type Resources } from "../pods/podSettings";
import { spreadPods, type PodSpread } from "../pods/placement";

/** What runs the pods: a StatefulSet numbers them, and gives each a name of its own in DNS. */
export type Workload = "Deployment" | "StatefulSet";

export interface NginxHostnameArgs {
    /** Namespace of the pods. */
    readonly namespace: pulumi.Input<string>;
    /** Name of what runs them, a DNS label of at most 40 characters: a pod's name must fit a host name. */
    readonly name: pulumi.Input<string>;
    /** Who makes the pods, whose label is one of those that select them. */
    readonly owner: pulumi.Input<Owner>;
    /** Plain: it decides what there is. @default Deployment */
    readonly workload?: Workload;
    /**
     * Name of the headless Service below which DNS has the names of a StatefulSet's pods; a Deployment takes none.
     * @default ""
     */
    readonly serviceName?: pulumi.Input<string>;
    /** Port that the pods answer on, which is the Services' too. @default 80, and 443 with TLS */
    readonly port?: pulumi.Input<number>;
    /** What the cluster asks of all pods. @default what suits most clusters */
    readonly pods?: pulumi.Input<PodSettings>;
    /** What nginx's container asks for and may use, instead of what it needs. @default {} */
    readonly resources?: pulumi.Input<Resources>;
    /** Pods, 1 to 100. @default 3 */
    readonly replicas?: pulumi.Input<number>;
    /** Image with nginx 1.19.5 or newer. @default the official nginx */
    readonly image?: pulumi.Input<string>;
    /**
     * Whether the image answers with its host name by itself, on port 80, as stenote/nginx-hostname does.
     * It then runs as it is: as its own user, with a writable file system, and without our configuration, so that it
     * can't answer by HTTPS.
     * @default false
     */
    readonly imageAnswersHostname?: pulumi.Input<boolean>;
    /**
     * Name of a Secret with `tls.crt` and `tls.key`, to answer by HTTPS alone, on port 443; a certificate that is
     * renewed in it is served as soon as the pod has it. @default none, and HTTP on port 80
     */
    readonly tlsSecret?: pulumi.Input<string>;
    /**
     * Names of the nodes that the pods are spread over evenly, and no others; where they don't divide, nodes that are
     * named earlier are preferred for one more. None leaves it to the scheduler. @default []
     */
    readonly nodes?: pulumi.Input<readonly string[]>;
    /** What the pods are spread over evenly; none leaves it to the scheduler. @default none */
    readonly spread?: pulumi.Input<PodSpread>;
    /**
     * Seconds until all pods must be ready, pulls of the image included, 10 to 3600. Plain, as Pulumi's time-outs are.
     * @default 110
     */
    readonly readyTimeoutSeconds?: number;
}

/** The official image, of a stable branch. */
export const defaultNginxImage = "nginx:1.28";

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
        const appName = checked("name", args.name);
        const replicas = checked("replicas", args.replicas ?? 3);
        const image = checked("image", args.image ?? defaultNginxImage);
        const asItIs = pulumi.output(args.imageAnswersHostname ?? false);
        const kind = args.workload ?? "Deployment";
        checked("workload", kind);
        const owner = pulumi.output(args.owner);
        // No label of those that everybody uses: somebody's Service that selects by one would send its clients here.
        // Another value for each kind: while one takes the other's place, the pods of both are there.
        this.labels = pulumi.all([owner, appName]).apply(([{ id }, app]): Record<string, string> => ({
            [ownerLabel]: id,
            "traffic-split/workload": kind === "Deployment" ? app : `${app}-stateful`,
        }));
        const labels = owner.apply((by) => metadataOf(by).labels);
        const annotations = owner.apply((by) => metadataOf(by).annotations);
        const nodes = checked("podNodes", args.nodes ?? []);
        const spread = checked("podSpread", args.spread ?? "none");
        const isTls = args.tlsSecret !== undefined;
        const port = pulumi.output(args.port ?? (isTls ? 443 : 80));
        const configText = port.apply(isTls ? tlsConfig : plainConfig);
        const pods = pulumi.output(args.pods ?? usualPods) as pulumi.Output<PodSettings>;
        const resources = checked("resources", args.resources ?? {});
        // Other resources are other pods, too.
        const places = pulumi.all([nodes, spread]);
        this.shape = pulumi.all([kind, appName, replicas, image, asItIs, configText, places, resources]);
        const placement = pulumi.all([nodes, spread, this.labels]).apply((each) => spreadPods(...each));

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
                // A disruption that was ended in its middle has set the number of replicas: what is declared goes
                // before. Somebody else's object of this name is none: its selector, which can't change, is another.
                "pulumi.com/patchForce": "true",
            })),
        };
        const spec = {
            replicas,
            selector: { matchLabels: this.labels },
            template: {
                metadata: pulumi.all([owner, this.labels, pods]).apply(([by, selected, settings]) => ({
                    labels: { ...meshMetadata(settings).labels, ...by.labels, ...selected },
                    annotations: { ...meshMetadata(settings).annotations, ...by.annotations },
                })),
                spec: pulumi
                    .all([image, port, asItIs, config.metadata.name, placement, pods, resources, args.tlsSecret])
                    .apply(([of, listened, asIs, configName, placed, settings, asked, tlsSecret]) => ({
                        ...nginxPod({
                            image: of,
                            port: listened,
                            configName: asIs ? undefined : configName,
                            tlsSecret,
                            pods: settings,
                            resources: isEmpty(asked) ? undefined : asked,
                        }),
                        ...placed,
                    })),
            },
        };
        const timeout = `${args.readyTimeoutSeconds ?? 110}s`;
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
