import type * as k8s from "@pulumi/kubernetes";
import { restrictedContainer } from "../pods/podSecurity";
import { scheduling, securityOf, type PodSettings } from "../pods/podSettings";
import type { Resources } from "../settings/kubernetesRules";
import type { Settings } from "../settings/table";

/**
 * The port that nginx listens on: clients of a headless Service connect to the pod itself, so it is the Service's too.
 */
export function nginxPort({
    tls,
    portSysctl,
    imageAnswersHostname,
}: Pick<Settings, "tls" | "portSysctl" | "imageAnswersHostname">): number {
    if (portSysctl || imageAnswersHostname) {
        return tls ? 443 : 80;
    }
    return tls ? 8443 : 8080;
}

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
export const plainConfig = (port: number): string => nginxConfig(`server { listen ${port}; ${answer} }`);
export const tlsConfig = (port: number): string =>
    nginxConfig(`# A name with a variable is read anew at each handshake, so that a certificate that was renewed is served at once.
    map $ssl_server_name $tls { default ${tlsFolder}; }
    server {
        listen ${port} ssl; ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate $tls/tls.crt; ssl_certificate_key $tls/tls.key;
        # Each connection does a whole handshake, whatever its client would rather: no time of one depends on another.
        ssl_session_cache off; ssl_session_tickets off;
        ${answer}
    }`);

/** What nginx needs, with as much again for an image that needs more. */
const usualResources: Resources = { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "64Mi" } };

/** What decides the pod of an nginx. */
export interface NginxPodArgs {
    readonly image: string;
    readonly port: number;
    /** Name of the ConfigMap with its configuration; undefined runs an image as it is. */
    readonly configName: string | undefined;
    /** Name of the Secret with certificate and key; undefined answers without TLS. */
    readonly tlsSecret: string | undefined;
    readonly pods: PodSettings;
    /** Undefined is what the official image needs. */
    readonly resources: Resources | undefined;
}

/** The pod of one nginx. */
export function nginxPod(args: NginxPodArgs): k8s.types.input.core.v1.PodSpec {
    const { image, port: containerPort, configName, tlsSecret, pods } = args;
    const scheme = tlsSecret === undefined ? "http" : "https";
    const container = {
        name: "nginx",
        image,
        ports: [{ name: scheme, containerPort }],
        readinessProbe: {
            httpGet: { path: "/", port: scheme, ...(tlsSecret === undefined ? {} : { scheme: "HTTPS" }) },
            periodSeconds: 1,
        },
        resources: args.resources ?? usualResources,
    };
    const common = {
        ...scheduling(pods),
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
    return {
        ...common,
        securityContext: securityOf(pods, 0, tlsSecret !== undefined),
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
