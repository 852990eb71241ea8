import type * as k8s from "@pulumi/kubernetes";
import { Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "./argument";
import { spreadPods, type PodSpread } from "./placement";
import { restrictedContainer, restrictedPod } from "./podSecurity";

/** What runs the pods: a StatefulSet numbers them, and gives each a name of its own in DNS. */
export type Workload = "Deployment" | "StatefulSet";

export interface NginxHostnameArgs {
    /** Namespace of the pods. */
    readonly namespace: pulumi.Input<string>;
    /** Name of what runs them, a DNS label of at most 40 characters: a pod's name must fit a host name. */
    readonly name: pulumi.Input<string>;
    /** Plain: it decides what there is. @default Deployment */
    readonly workload?: Workload;
    /** Name of the headless Service below which DNS has the names of a StatefulSet's pods; a Deployment takes none. @default "" */
    readonly serviceName?: pulumi.Input<string>;
    /** Pods, 1 to 100. @default 3 */
    readonly replicas?: pulumi.Input<number>;
    /** Image with nginx 1.19.5 or newer. @default the official nginx */
    readonly image?: pulumi.Input<string>;
    /**
     * Whether the image answers with its host name by itself, on port 80, as stenote/nginx-hostname does.
     * It then runs as it is: as its own user, with a writable file system, and without our configuration.
     * @default false
     */
    readonly imageAnswersHostname?: pulumi.Input<boolean>;
    /**
     * Names of the nodes that the pods are spread over evenly, and no others; where they don't divide, nodes that are
     * named earlier are preferred for one more. None leaves it to the scheduler. @default []
     */
    readonly nodes?: pulumi.Input<readonly string[]>;
    /** What the pods are spread over evenly; none leaves it to the scheduler. @default none */
    readonly spread?: pulumi.Input<PodSpread>;
    /** Seconds until all pods must be ready, pulls of the image included, 10 to 3600. Plain, as Pulumi's time-outs are. @default 110 */
    readonly readyTimeoutSeconds?: number;
}

/** The official image, of a stable branch. */
export const defaultNginxImage = "nginx:1.28";

/** The port that nginx listens on: clients of a headless Service connect to the pod itself, so it is the Service's too. */
export const nginxPort = 80;

// Everything that nginx writes goes to /tmp: the root file system is read-only, and the user owns nothing else.
const nginxConfig = `pid /tmp/nginx.pid;
events {}
http {
    access_log off;
    # The default ends a connection after 1000 requests; who keeps one alive means to keep it.
    keepalive_requests 1000000;
    ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) => `${each}_temp_path /tmp/${each};`).join(" ")}
    server { listen ${nginxPort}; default_type text/plain; location / { return 200 "$hostname\\n"; } }
}
`;

/** Name of the first pod, where pods have names that are known beforehand. */
export function firstPodOf(workload: Workload, name: string): string | null {
    return workload === "StatefulSet" ? `${name}-0` : null;
}

/** Pods that answer every HTTP request with their own name. */
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
        // Another label for each kind: while one takes the other's place, the pods of both are there.
        this.labels = appName.apply((app): Record<string, string> => ({
            "app.kubernetes.io/name": kind === "Deployment" ? app : `${app}-stateful`,
        }));
        const nodes = checked("podNodes", args.nodes ?? []);
        const spread = checked("podSpread", args.spread ?? "none");
        this.shape = pulumi.all([kind, appName, replicas, image, asItIs, nginxConfig, nodes, spread]);
        const placement = pulumi.all([nodes, spread, this.labels]).apply((each) => spreadPods(...each));

        const config = new ConfigMap(
            `${name}-config`,
            { metadata: { namespace: args.namespace }, data: { "nginx.conf": nginxConfig }, immutable: true },
            { parent: this },
        );
        const metadata = { namespace: args.namespace, name: appName, labels: this.labels };
        const spec = {
            replicas,
            selector: { matchLabels: this.labels },
            template: {
                metadata: { labels: this.labels },
                spec: pulumi
                    .all([image, asItIs, config.metadata.name, placement])
                    .apply(([of, asIs, configName, placed]) => ({
                        ...podSpec(of, asIs ? undefined : configName),
                        ...placed,
                    })),
            },
        };
        const options = { parent: this, customTimeouts: seconds(args.readyTimeoutSeconds ?? 110) };
        const ofStatefulSet = { serviceName: args.serviceName ?? "", podManagementPolicy: "Parallel" };
        this.workload =
            kind === "Deployment"
                ? new Deployment(`${name}-deployment`, { metadata, spec }, options)
                : new StatefulSet(`${name}-statefulset`, { metadata, spec: { ...spec, ...ofStatefulSet } }, options);
        this.registerOutputs({ labels: this.labels, workload: this.workload });
    }
}

function podSpec(image: string, configName: string | undefined): k8s.types.input.core.v1.PodSpec {
    const container = {
        name: "nginx",
        image,
        ports: [{ name: "http", containerPort: nginxPort }],
        readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 1 },
        resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
    };
    const common = {
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        terminationGracePeriodSeconds: 10,
    };
    if (configName === undefined) {
        return { ...common, containers: [container] };
    }
    const mounts = [
        { name: "config", mountPath: "/etc/traffic-split", readOnly: true },
        { name: "tmp", mountPath: "/tmp" },
    ];
    // A safe sysctl, accepted by the restricted level: it lets a user that is not root listen on port 80.
    const sysctls = [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }];
    return {
        ...common,
        securityContext: { ...restrictedPod, sysctls },
        containers: [
            {
                ...container,
                command: ["nginx", "-e", "stderr", "-c", "/etc/traffic-split/nginx.conf", "-g", "daemon off;"],
                securityContext: restrictedContainer,
                volumeMounts: mounts,
            },
        ],
        volumes: [
            { name: "config", configMap: { name: configName } },
            { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
        ],
    };
}

function seconds(value: number): pulumi.CustomTimeouts {
    return { create: `${value}s`, update: `${value}s` };
}
