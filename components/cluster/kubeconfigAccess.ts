import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Authorization, ClientCertificate, ClusterAccess, HeaderLine } from "./clusterAccess";
import { environmentProxy } from "./environmentProxy";
import type { KubeconfigCluster, KubeconfigExec, KubeconfigUser } from "./kubeconfigSchema";
import { Refusal } from "../settings/refusal";

/** The entries of a kubeconfig that one context leads to, by their names. */
interface Chosen {
    readonly context: string;
    readonly clusterName: string;
    readonly cluster: KubeconfigCluster;
    readonly userName: string;
    readonly user: KubeconfigUser;
    readonly timeoutSeconds: number;
}

/** Reserved name of what a cluster tells exec plugins. */
const execExtension = "client.authentication.k8s.io/exec";
const execVersions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/**
 * What client-go makes of these entries, files read and the environment's proxy looked up.
 *
 * @throws Refusal that names the entry, for what client-go refuses too, and for `auth-provider`, which it deprecates
 */
export function accessOf({ context, clusterName, cluster, userName, user, timeoutSeconds }: Chosen): ClusterAccess {
    const ofCluster = `kubeconfig: cluster ${clusterName}`;
    const ofUser = `kubeconfig: user ${userName}`;
    const server = serverOf(ofCluster, cluster);
    const ca = pemOf(`${ofCluster}: certificate-authority`, cluster, "certificate-authority");
    // By plain HTTP client-go gives no credentials away.
    const isSecure = server.startsWith("https:");
    const certificate = isSecure ? certificateOf(ofUser, user) : null;
    return {
        context,
        server,
        proxyUrl: proxyOf(ofCluster, server, cluster["proxy-url"]),
        tlsServerName: cluster["tls-server-name"] || null,
        skipTLSVerify: cluster["insecure-skip-tls-verify"],
        ca,
        certificate,
        authorization: isSecure ? authorizationOf(ofUser, user, certificate, cluster, ca) : { kind: "none" },
        impersonation: impersonationOf(ofUser, user),
        timeoutSeconds,
    };
}

/**
 * The URL, without slashes at its end. A server without a scheme is called by plain HTTP, and so without credentials, even
 * where certificates are given, because client-go decides before it reads them. Such a server can't have a path.
 */
function serverOf(ofCluster: string, cluster: KubeconfigCluster): string {
    const given = cluster.server.replace(/\/+$/, "");
    const server = /^[^/]+$/.test(given)
        ? `http://${given}`
        : given.replace(/^https?:/i, (scheme) => scheme.toLowerCase());
    if (!/^https?:\/\//.test(server) || !URL.canParse(server)) {
        // What is before an @ may be a password.
        const got = JSON.stringify(cluster.server.replace(/^.*@/s, ""));
        throw new Refusal(`${ofCluster}: server: must be a URL with https:// or http://, got ${got}`);
    }
    return server;
}

/** If an entry has data and a file, the data counts. */
function pemOf<K extends string>(
    what: string,
    entry: Readonly<Record<K | `${K}-data`, string>>,
    key: K,
): string | null {
    const [data, file] = [entry[`${key}-data`], entry[key]];
    if (data !== "") {
        return Buffer.from(data, "base64").toString();
    }
    if (file === "") {
        return null;
    }
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new Refusal(`${what}: can't be read: ${(error as Error).message}`);
    }
}

function certificateOf(ofUser: string, user: KubeconfigUser): ClientCertificate | null {
    const cert = pemOf(`${ofUser}: client-certificate`, user, "client-certificate");
    const key = pemOf(`${ofUser}: client-key`, user, "client-key");
    if (cert === null) {
        return null;
    }
    if (key === null) {
        throw new Refusal(`${ofUser}: client-certificate: has no client-key; set one`);
    }
    return { cert, key };
}

/** `proxy-url` counts whatever NO_PROXY says. */
function proxyOf(ofCluster: string, server: string, given: string): string | null {
    const proxy = given === "" ? environmentProxy(server) : given;
    if (proxy === null) {
        return null;
    }
    const scheme = /^([a-z0-9]+):\/\//i.exec(proxy)?.[1]?.toLowerCase() ?? "";
    if (!["http", "https", "socks5", "socks5h"].includes(scheme) || !URL.canParse(proxy)) {
        const what = given === "" ? "the environment's proxy" : `${ofCluster}: proxy-url`;
        throw new Refusal(
            `${what}: must be a URL with http://, https:// or socks5://, got the scheme ${JSON.stringify(scheme)}`,
        );
    }
    // Go programs let the proxy look names up. The agent does so only for socks5h.
    return proxy.replace(/^socks5:/i, "socks5h:");
}

function authorizationOf(
    ofUser: string,
    user: KubeconfigUser,
    certificate: ClientCertificate | null,
    cluster: KubeconfigCluster,
    ca: string | null,
): Authorization {
    const { token, tokenFile, username, password, exec } = user;
    const provider = user["auth-provider"];
    if (provider) {
        throw new Refusal(
            `${ofUser}: auth-provider: must be absent, got ${JSON.stringify(provider.name)}, as it is deprecated and not supported; ` +
                "use an exec plugin, such as kubelogin or gke-gcloud-auth-plugin",
        );
    }
    const isBasic = username !== "" || password !== "";
    const bearer = [token === "" ? [] : ["token"], tokenFile === "" ? [] : ["tokenFile"]].flat();
    if (isBasic && bearer.length > 0) {
        throw new Refusal(
            `${ofUser}: must have one authentication method, got ${bearer.join(" and ")} with username or password; ` +
                "remove all but one",
        );
    }
    if (tokenFile !== "") {
        return { kind: "tokenFile", file: resolve(tokenFile), token };
    }
    if (token !== "") {
        return { kind: "token", token };
    }
    if (isBasic) {
        return { kind: "basic", username, password };
    }
    // With other credentials no plugin is asked.
    return exec && certificate === null ? pluginOf(ofUser, exec, cluster, ca) : { kind: "none" };
}

function pluginOf(ofUser: string, exec: KubeconfigExec, cluster: KubeconfigCluster, ca: string | null): Authorization {
    const { apiVersion, command, args, env, installHint, interactiveMode } = exec;
    if (command === "") {
        throw new Refusal(`${ofUser}: exec: has no command; set one`);
    }
    if (!execVersions.includes(apiVersion)) {
        throw new Refusal(
            `${ofUser}: exec: apiVersion: must be one of ${execVersions.join(", ")}, got ${JSON.stringify(apiVersion)}`,
        );
    }
    if (interactiveMode === "Always") {
        throw new Refusal(
            `${ofUser}: exec: interactiveMode: must be Never or IfAvailable, got "Always"; nobody can type while Pulumi ` +
                "runs, so log in beforehand",
        );
    }
    return {
        kind: "exec",
        apiVersion,
        command,
        args,
        env: Object.fromEntries(env.map(({ name, value }) => [name, value])),
        folder: process.cwd(),
        installHint,
        cluster: exec.provideClusterInfo ? toldOf(cluster, ca) : null,
    };
}

/** The cluster as `provideClusterInfo` passes it to a plugin. */
function toldOf(cluster: KubeconfigCluster, ca: string | null): Record<string, unknown> {
    return {
        server: cluster.server,
        "tls-server-name": cluster["tls-server-name"] || undefined,
        "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"] || undefined,
        "certificate-authority-data": ca === null ? undefined : Buffer.from(ca).toString("base64"),
        "proxy-url": cluster["proxy-url"] || undefined,
        "disable-compression": cluster["disable-compression"] || undefined,
        config: cluster.extensions.find(({ name }) => name === execExtension)?.extension,
    };
}

function impersonationOf(ofUser: string, user: KubeconfigUser): HeaderLine[] {
    const { as, "as-uid": uid, "as-groups": groups, "as-user-extra": extra } = user;
    const more: HeaderLine[] = [
        ...(uid === "" ? [] : [["Impersonate-Uid", uid] as const]),
        ...groups.map((group) => ["Impersonate-Group", group] as const),
        ...Object.entries(extra).flatMap(([key, values]) =>
            values.map((value) => [`Impersonate-Extra-${headerNameOf(key)}`, value] as const),
        ),
    ];
    if (as === "" && more.length > 0) {
        throw new Refusal(`${ofUser}: as-uid, as-groups and as-user-extra: need as; set it, or remove them`);
    }
    return as === "" ? [] : [["Impersonate-User", as], ...more];
}

/** What a header's name can't hold is percent-encoded, as the API server decodes it. */
function headerNameOf(key: string): string {
    return encodeURIComponent(key).replace(/[()]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
}
