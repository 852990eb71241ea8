import type { KubeConfig } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { within } from "./timeLimit";
import { Refusal } from "../settings/refusal";

/** How a Kubernetes provider finds its cluster; what is absent comes from KUBECONFIG, as kubectl would read it. */
export interface ClusterSettings {
    /** Content of a kubeconfig, or the path of one. */
    readonly kubeconfig?: string | undefined;
    readonly context?: string | undefined;
    readonly cluster?: string | undefined;
}

type ProviderProperties = { readonly [key in keyof ClusterSettings]: pulumi.Output<string | undefined> };

/**
 * The settings of the Kubernetes provider that a child of this resource gets: the explicit one where there is one,
 * else the default one, which reads the `kubernetes` section of the stack's config.
 */
export function clusterSettings(resource: pulumi.Resource): pulumi.Output<ClusterSettings> {
    const provider = resource.getProvider("kubernetes:core/v1:Pod");
    if (provider === undefined) {
        const config = new pulumi.Config("kubernetes");
        const kubeconfig = config.getSecret("kubeconfig");
        return pulumi.output({ kubeconfig, context: config.get("context"), cluster: config.get("cluster") });
    }
    // The provider's class does not declare them, but every input of a resource is also one of its properties.
    const { kubeconfig, context, cluster } = provider as pulumi.ProviderResource & ProviderProperties;
    return pulumi.output({ kubeconfig, context, cluster });
}

/** Whether there is any kubeconfig to go by: in these settings, in KUBECONFIG or where kubectl looks. */
export function hasKubeconfig({ kubeconfig }: ClusterSettings): boolean {
    const given = [kubeconfig, process.env["KUBECONFIG"]].some((each) => each !== undefined && each !== "");
    return given || existsSync(join(homedir(), ".kube", "config"));
}

/**
 * The kubeconfig that these settings mean, with its current context set; see {@link isFound} for where there is none.
 *
 * @throws Refusal where it can't be read, or lacks the context
 */
export async function loadKubeconfig({ kubeconfig, context, cluster }: ClusterSettings): Promise<KubeConfig> {
    const { KubeConfig: Loader } = await import("@kubernetes/client-node");
    const loaded = new Loader();
    const path = kubeconfig?.replace(/^~(?=\/)/, homedir());
    try {
        // A provider without a kubeconfig takes the whole of KUBECONFIG for its own, be it one file or several.
        if (path === undefined || path === "" || path === process.env["KUBECONFIG"]) {
            loadDefault(loaded, Loader);
        } else if (existsSync(path)) {
            loaded.loadFromFile(path);
        } else if (/[\n{]/.test(path)) {
            loaded.loadFromString(path);
        } else {
            throw new Error(path.length > 255 ? "it is neither a file nor a kubeconfig" : `there is no file ${path}`);
        }
    } catch (error) {
        throw new Refusal(`kubeconfig: it can't be read: ${messageOf(error)}`);
    }
    if (!isFound(loaded)) {
        return loaded;
    }
    const name = context ?? loaded.getCurrentContext();
    const chosen = loaded.getContexts().find((each) => each.name === name);
    if (chosen === undefined) {
        const known = loaded.getContexts().map((each) => each.name);
        const found = known.length === 0 ? "the kubeconfig has none" : `allowed is one of ${known.join(", ")}`;
        throw new Refusal(`kubernetes:context: ${JSON.stringify(name)} was given; ${found}`);
    }
    loaded.setCurrentContext(name);
    if (cluster !== undefined) {
        if (loaded.getCluster(cluster) === null) {
            const known = loaded.getClusters().map((each) => each.name);
            throw new Refusal(
                `kubernetes:cluster: ${JSON.stringify(cluster)} was given; allowed is one of ${known.join(", ")}`,
            );
        }
        loaded.contexts = [{ ...chosen, cluster }];
    }
    return loaded;
}

/** As kubectl merges several files of KUBECONFIG: the first that has a name counts, and a missing file does not. */
function loadDefault(loaded: KubeConfig, Loader: typeof KubeConfig): void {
    const files = process.env["KUBECONFIG"]?.split(delimiter).filter((file) => file !== "") ?? [];
    if (files.length < 2) {
        loaded.loadFromDefault();
        return;
    }
    loaded.loadFromOptions({ clusters: [], users: [], contexts: [], currentContext: "" });
    for (const file of files.filter((each) => existsSync(each))) {
        const next = new Loader();
        next.loadFromFile(file);
        loaded.clusters = [...loaded.clusters, ...next.clusters.filter(({ name }) => !loaded.getCluster(name))];
        loaded.users = [...loaded.users, ...next.users.filter(({ name }) => !loaded.getUser(name))];
        loaded.contexts = [...loaded.contexts, ...next.contexts.filter(({ name }) => !loaded.getContextObject(name))];
        loaded.setCurrentContext(loaded.getCurrentContext() || next.getCurrentContext());
    }
}

/** Whether there was any kubeconfig at all: where the loader finds nothing, it makes this one up. */
export function isFound(kubeconfig: KubeConfig): boolean {
    const server = kubeconfig.getCurrentCluster()?.server;
    return kubeconfig.getCurrentContext() !== "loaded-context" || server !== "http://localhost:8080";
}

/** @throws Refusal where the cluster's API does not answer within ten seconds */
export async function checkReachable(kubeconfig: KubeConfig): Promise<void> {
    const { ApiException, VersionApi } = await import("@kubernetes/client-node");
    const server = kubeconfig.getCurrentCluster()?.server ?? "no server";
    if (!isFound(kubeconfig)) {
        throw new Refusal("kubeconfig: none was given or found; set KUBECONFIG, or kubernetes:kubeconfig");
    }
    try {
        await within(10, kubeconfig.makeApiClient(VersionApi).getCode());
    } catch (error) {
        const context = kubeconfig.getCurrentContext();
        const refused = error instanceof ApiException && [401, 403].includes(error.code);
        const what = refused ? "refuses these credentials" : "can't be reached";
        throw new Refusal(`kubernetes:context: ${context} at ${server} ${what}: ${messageOf(error)}`);
    }
}

/** Its first line: the rest quotes the kubeconfig, which may be secret, or the whole of an answer. */
function messageOf(error: unknown): string {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
