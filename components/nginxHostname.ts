import type * as k8s from "@pulumi/kubernetes";
import { Deployment, StatefulSet } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "./argument";
import { spreadPods, type PodSpread } from "./placement";
import { groupOfPods, restrictedContainer, restrictedPod } from "./podSecurity";

/** What runs the pods: a StatefulSet numbers them, and gives each a name of its own in DNS. */
export type Workload = "Deployment" | "StatefulSet";

export interface NginxHostnameArgs {
    /** Namespace of the pods. */
    readonly namespace: pulumi.Input<string>;
    /** Name of what runs them, a DNS label of at most 40 characters: a pod's name must fit a host name. */
    readonly name: pulumi.Input<string>;
    /** Plain: it decides what there is. @default Deployment */
    readonly workload?: Workload;
    /**
     * Name of the headless Service below which DNS has the names of a StatefulSet's pods; a Deployment takes none.
     * @default ""
     */
    readonly serviceName?: pulumi.Input<string>;
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

/**
 * The port that nginx listens on: clients of a headless Service connect to the pod itself, so it is the Service's too.
 */
export const nginxPort = 80;
/** The same with TLS. */
export const nginxTlsPort = 443;

const tlsFolder = "/etc/traffic-split/tls";

// Everything that nginx writes goes to /tmp: the root file system is read-only, and the user owns nothing else.
const nginxConfig = (server: string): string => `pid /tmp/nginx.pid;
events {}
http {
    access_log off;
    # The default ends a connection after 1000 requests; who keeps one alive means to keep it.
    keepalive_requests 1000000;
    ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) => `${each}_temp_path /tmp/${each};`).join(" ")}
    ${server}
}
`;

const answer = `default_type text/plain; location / { return 200 "$hostname\\n"; }`;
const plainConfig = nginxConfig(`server { listen ${nginxPort}; ${answer} }`);
const tlsConfig =
    nginxConfig(`# A name with a variable is read anew at each handshake, so that a certificate that was renewed is served at once.
    map $ssl_server_name $tls { default ${tlsFolder}; }
    server {
        listen ${nginxTlsPort} ssl; ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate $tls/tls.crt; ssl_certificate_key $tls/tls.key;
        # Each connection does a whole handshake, whatever its client would rather: no time of one depends on another.
        ssl_session_cache off; ssl_session_tickets off;
        ${answer}
    }`);

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
        // Another label for each kind: while one takes the other's place, the pods of both are there.
        this.labels = appName.apply((app): Record<string, string> => ({
            "app.kubernetes.io/name": kind === "Deployment" ? app : `${app}-stateful`,
        }));
        const nodes = checked("podNodes", args.nodes ?? []);
        const spread = checked("podSpread", args.spread ?? "none");
        const configText = args.tlsSecret === undefined ? plainConfig : tlsConfig;
        this.shape = pulumi.all([kind, appName, replicas, image, asItIs, configText, nodes, spread]);
        const placement = pulumi.all([nodes, spread, this.labels]).apply((each) => spreadPods(...each));

        const config = new ConfigMap(
            `${name}-config`,
            { metadata: { namespace: args.namespace }, data: { "nginx.conf": configText }, immutable: true },
            { parent: this },
        );
        // A disruption that was ended in its middle has set the number of replicas: what is declared goes before.
        const annotations = { "pulumi.com/patchForce": "true" };
        const metadata = { namespace: args.namespace, name: appName, labels: this.labels, annotations };
        const spec = {
            replicas,
            selector: { matchLabels: this.labels },
            template: {
                metadata: { labels: this.labels },
                spec: pulumi
                    .all([image, asItIs, config.metadata.name, placement, pulumi.output(args.tlsSecret)])
                    .apply(([of, asIs, configName, placed, tls]) => ({
                        ...podSpec(of, asIs ? undefined : configName, tls),
                        ...placed,
                    })),
            },
        };
        // An update of a StatefulSet takes its pods one after the other.
        const most = typeof args.replicas === "number" ? args.replicas : 100;
        const extra = kind === "StatefulSet" ? 5 * most : 0;
        const options = { parent: this, customTimeouts: seconds(args.readyTimeoutSeconds ?? 110, extra) };
        const ofStatefulSet = { serviceName: args.serviceName ?? "", podManagementPolicy: "Parallel" };
        this.workload =
            kind === "Deployment"
                ? new Deployment(`${name}-deployment`, { metadata, spec }, options)
                : new StatefulSet(`${name}-statefulset`, { metadata, spec: { ...spec, ...ofStatefulSet } }, options);
        this.registerOutputs({ labels: this.labels, workload: this.workload });
    }
}

function podSpec(
    image: string,
    configName: string | undefined,
    tlsSecret: string | undefined,
): k8s.types.input.core.v1.PodSpec {
    const [scheme, containerPort] = tlsSecret === undefined ? ["http", nginxPort] : ["https", nginxTlsPort];
    const container = {
        name: "nginx",
        image,
        ports: [{ name: scheme, containerPort }],
        readinessProbe: {
            httpGet: { path: "/", port: scheme, ...(tlsSecret === undefined ? {} : { scheme: "HTTPS" }) },
            periodSeconds: 1,
        },
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
    const tls = { name: "tls", secret: { secretName: tlsSecret ?? "", defaultMode: 0o440 } };
    // A safe sysctl, accepted by the restricted level: it lets a user that is not root listen on port 80.
    const sysctls = [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }];
    return {
        ...common,
        // The group that may read the key.
        securityContext: { ...restrictedPod, sysctls, ...(tlsSecret === undefined ? {} : { fsGroup: groupOfPods }) },
        containers: [
            {
                ...container,
                command: ["nginx", "-e", "stderr", "-c", "/etc/traffic-split/nginx.conf", "-g", "daemon off;"],
                securityContext: restrictedContainer,
                volumeMounts: [
                    ...mounts,
                    ...(tlsSecret === undefined ? [] : [{ name: "tls", mountPath: tlsFolder, readOnly: true }]),
                ],
            },
        ],
        volumes: [
            { name: "config", configMap: { name: configName } },
            { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
            ...(tlsSecret === undefined ? [] : [tls]),
        ],
    };
}

function seconds(create: number, extraOfUpdate: number): pulumi.CustomTimeouts {
    return { create: `${create}s`, update: `${create + extraOfUpdate}s` };
}
