/** How to reach a cluster's API, and as whom: what client-go makes of a kubeconfig and its environment. Plain data. */
export interface ClusterAccess {
    /** Name of the kubeconfig's context. */
    readonly context: string;
    /** URL of the API, without a slash at its end. */
    readonly server: string;
    /** URL of the proxy to it: http, https or socks5h; null for none. */
    readonly proxyUrl: string | null;
    /** Name that the server's certificate must have; null for that of the URL. */
    readonly tlsServerName: string | null;
    readonly skipTLSVerify: boolean;
    /** The authorities that the server's certificate must come from, in PEM; null for those that Node.js knows. */
    readonly ca: string | null;
    readonly certificate: ClientCertificate | null;
    readonly authorization: Authorization;
    /** Headers that ask for somebody else's rights, a line each; a name may come again. */
    readonly impersonation: readonly HeaderLine[];
    /** Seconds that a call, or a proxy on the way, may take to answer. */
    readonly timeoutSeconds: number;
}

/** In PEM. */
export interface ClientCertificate {
    readonly cert: string;
    readonly key: string;
}

/** Where the header `Authorization` comes from. */
export type Authorization =
    | { readonly kind: "none" }
    | { readonly kind: "token"; readonly token: string }
    | { readonly kind: "basic"; readonly username: string; readonly password: string }
    | TokenFile
    | ExecPlugin;

/** A token that something else renews. */
export interface TokenFile {
    readonly kind: "tokenFile";
    /** Absolute path. */
    readonly file: string;
    /** What counts where the file can't be read; "" for nothing. */
    readonly token: string;
}

/** A program that prints credentials, by the Kubernetes API `client.authentication.k8s.io`. */
export interface ExecPlugin {
    readonly kind: "exec";
    /** `client.authentication.k8s.io/v1` or `/v1beta1`. */
    readonly apiVersion: string;
    /** A name to look for in PATH, or a path. */
    readonly command: string;
    readonly args: readonly string[];
    /** Set over the environment of the process that runs it. */
    readonly env: Readonly<Record<string, string>>;
    /** Absolute path of the folder that it runs in. */
    readonly folder: string;
    /** How to install it, for people; "" where the kubeconfig does not say. */
    readonly installHint: string;
    /** What the plugin is given about the cluster (`provideClusterInfo`); null for nothing. */
    readonly cluster: Readonly<Record<string, unknown>> | null;
}

export type HeaderLine = readonly [name: string, value: string];
