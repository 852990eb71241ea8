import type * as k8s from "@pulumi/kubernetes";
import { groupOfPods, restrictedContainer, restrictedPod } from "./podSecurity";

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
export const plainConfig = nginxConfig(`server { listen ${nginxPort}; ${answer} }`);
export const tlsConfig =
    nginxConfig(`# A name with a variable is read anew at each handshake, so that a certificate that was renewed is served at once.
    map $ssl_server_name $tls { default ${tlsFolder}; }
    server {
        listen ${nginxTlsPort} ssl; ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate $tls/tls.crt; ssl_certificate_key $tls/tls.key;
        # Each connection does a whole handshake, whatever its client would rather: no time of one depends on another.
        ssl_session_cache off; ssl_session_tickets off;
        ${answer}
    }`);

/**
 * The pod of one nginx.
 *
 * @param configName of the ConfigMap with its configuration; undefined runs an image as it is
 * @param tlsSecret name of the Secret with certificate and key; undefined answers without TLS
 */
export function nginxPod(
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
