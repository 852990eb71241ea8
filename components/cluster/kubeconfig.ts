import { existsSync, readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { homedir, userInfo } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { z } from "zod";
import type { ClusterAccess } from "./clusterAccess";
import { parsedJson } from "./json";
import { accessOf } from "./kubeconfigAccess";
import { anonymous, kubeconfigSchema, type Kubeconfig } from "./kubeconfigSchema";
import { Refusal } from "../settings/refusal";

/** How a Kubernetes provider finds its cluster; what is absent comes from KUBECONFIG, as kubectl would read it. */
export interface ClusterSettings {
    /** Content of a kubeconfig, or the path of one. */
    readonly kubeconfig?: string | undefined;
    readonly context?: string | undefined;
    readonly cluster?: string | undefined;
    /** A JSON object, whose `timeout` is the seconds that a call may take. */
    readonly kubeClientSettings?: string | undefined;
}

const clientSettings = z.object({ timeout: z.int().nonnegative().nullish() });
const defaultTimeoutSeconds = 10;
/** Timers of Node.js end at once where they are set to 25 days or more. */
const longestTimeoutSeconds = 2_000_000;

/** Where a pod has the token of its service account. */
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Whether there is a kubeconfig in these settings, in KUBECONFIG or where kubectl looks, or a service account. */
export function hasKubeconfig({ kubeconfig }: ClusterSettings, serviceAccount = serviceAccountFolder): boolean {
    const given = [kubeconfig, process.env["KUBECONFIG"]].some((each) => each !== undefined && each !== "");
    return given || existsSync(homeKubeconfig()) || isInCluster(serviceAccount);
}

/**
 * The access to the cluster of these settings, found as the Kubernetes provider finds it. A given kubeconfig is used as it
 * is, and relative paths in it start at the working folder. The files of KUBECONFIG are merged, and relative paths start at
 * the folder of each. Without any of them a pod uses its service account.
 *
 * @throws Refusal where there is none, it can't be read, lacks what it names, or asks for what is not supported
 */
export async function loadKubeconfig(
    { kubeconfig = "", context = "", cluster = "", kubeClientSettings = "{}" }: ClusterSettings,
    serviceAccount = serviceAccountFolder,
): Promise<ClusterAccess> {
    const read = kubeconfig === "" ? await defaultKubeconfig() : await givenKubeconfig(kubeconfig);
    const isNamed = context !== "" || read["current-context"] !== "";
    const isPod = kubeconfig === "" && !isNamed && isInCluster(serviceAccount);
    const loaded = isPod ? inClusterKubeconfig(serviceAccount) : read;
    const name = context === "" ? loaded["current-context"] : context;
    const chosen = loaded.contexts.find((each) => each.name === name)?.context;
    if (chosen === undefined) {
        throw new Refusal(
            kubeconfig === "" && loaded.contexts.length === 0
                ? `kubeconfig: none found${missingFiles()}; set KUBECONFIG or kubernetes:kubeconfig`
                : `kubernetes:context: ${mustBeIn(loaded.contexts, name)}`,
        );
    }
    const clusterName = cluster === "" ? chosen.cluster : cluster;
    const found = loaded.clusters.find((each) => each.name === clusterName)?.cluster;
    if (found === undefined) {
        const what = cluster === "" ? `kubeconfig: context ${name}: cluster` : "kubernetes:cluster";
        throw new Refusal(`${what}: ${mustBeIn(loaded.clusters, clusterName)}`);
    }
    const user = loaded.users.find((each) => each.name === chosen.user)?.user ?? anonymous;
    return accessOf({
        context: name,
        clusterName,
        cluster: found,
        userName: chosen.user,
        user,
        timeoutSeconds: timeoutOf(kubeClientSettings),
    });
}

/** By the provider's own setting, or its variable; 0 is its word for no limit. */
function timeoutOf(kubeClientSettings: string): number {
    const { success, data } = clientSettings.safeParse(parsedJson(kubeClientSettings));
    if (!success) {
        throw new Refusal(
            `kubernetes:kubeClientSettings: timeout must be a whole number of seconds, got ${kubeClientSettings}`,
        );
    }
    const seconds = data.timeout ?? Number(process.env["PULUMI_K8S_CLIENT_TIMEOUT"]);
    return seconds > 0 ? Math.min(seconds, longestTimeoutSeconds) : defaultTimeoutSeconds;
}

/** What is wrong with a name that no entry of the kubeconfig has. */
function mustBeIn(entries: readonly { readonly name: string }[], name: string): string {
    const names = entries.map((each) => each.name);
    const got = `got ${JSON.stringify(name)}`;
    return names.length === 0
        ? `must be in the kubeconfig, which has none, ${got}`
        : `must be one of ${names.join(", ")}, ${got}`;
}

/** A path where there is such a file; otherwise the content itself. */
async function givenKubeconfig(given: string): Promise<Kubeconfig> {
    const path = given.replace(/^~(?=\/|$)/, ownHome());
    if (existsSync(path)) {
        return parsed(contentOf(path), `kubeconfig: ${path}`);
    }
    if (/[\n{]/.test(given)) {
        return parsed(given, "kubeconfig");
    }
    if (given === process.env["KUBECONFIG"] && given.includes(delimiter)) {
        // What Pulumi's SDK gives to a provider that the program makes without a kubeconfig.
        throw new Refusal(
            `kubeconfig: must be one file, got ${given}; a provider of the program's own takes KUBECONFIG for one path. ` +
                "Set the provider's kubeconfig, or leave the provider out: Pulumi's default one merges several files",
        );
    }
    const what = given.length > 255 ? "it is neither a file nor a kubeconfig" : `there is no file ${path}`;
    throw new Refusal(`kubeconfig: can't be read: ${what}`);
}

/** The home folder in the user database, which the provider uses instead of HOME. */
function ownHome(): string {
    try {
        return userInfo().homedir;
    } catch {
        return homedir();
    }
}

/** As kubectl merges several files: the first that has a name counts, and a missing file does not. */
async function defaultKubeconfig(): Promise<Kubeconfig> {
    const listed = listedFiles();
    const files = (listed.length > 0 ? listed : [homeKubeconfig()]).filter((file) => existsSync(file));
    const all = await Promise.all(
        files.map(async (file) => {
            const kubeconfig = await parsed(contentOf(file), `kubeconfig: ${file}`);
            return withPathsFrom(kubeconfig, resolve(dirname(file)));
        }),
    );
    return {
        "current-context": all.map((each) => each["current-context"]).find((name) => name !== "") ?? "",
        clusters: all.flatMap(({ clusters }) => clusters),
        users: all.flatMap(({ users }) => users),
        contexts: all.flatMap(({ contexts }) => contexts),
    };
}

function listedFiles(): string[] {
    return process.env["KUBECONFIG"]?.split(delimiter).filter((file) => file !== "") ?? [];
}

function homeKubeconfig(): string {
    return join(homedir(), ".kube", "config");
}

function missingFiles(): string {
    const missing = listedFiles().filter((file) => !existsSync(file));
    return missing.length === 0 ? "" : `; KUBECONFIG names ${missing.join(", ")}, which does not exist`;
}

function contentOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        throw new Refusal(`kubeconfig: ${file}: can't be read: ${(error as Error).message}`);
    }
}

async function parsed(content: string, what: string): Promise<Kubeconfig> {
    const document = await documentOf(content, what);
    const { success, data, error } = kubeconfigSchema.safeParse(document ?? {});
    if (!success) {
        const [issue] = error.issues;
        const place = (issue?.path ?? []).map((key) => `${String(key)}: `).join("");
        throw new Refusal(`${what}: ${place}not valid in a kubeconfig: ${issue?.message}`);
    }
    return data;
}

/** The first document. No message of the parser is quoted or printed: it quotes the kubeconfig, which may be secret. */
async function documentOf(content: string, what: string): Promise<unknown> {
    const { LineCounter, parseDocument, visit } = await import("yaml");
    const lines = new LineCounter();
    const document = parseDocument(content, {
        // The version that programs in Go read.
        version: "1.1",
        lineCounter: lines,
        // As to programs in Go, dates and times of day are text, and the last of equal keys counts.
        customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isTime(tag)),
        uniqueKeys: false,
        logLevel: "error",
        prettyErrors: false,
    });
    const lineOf = (offset: number): string => `at line ${lines.linePos(offset).line}`;
    const error = document.errors.find(({ code }) => code !== "MULTIPLE_DOCS");
    if (error !== undefined) {
        throw new Refusal(`${what}: it is not YAML (${error.code}) ${lineOf(error.pos[0])}`);
    }
    visit(document, {
        Alias(_, alias) {
            if (alias.resolve(document) === undefined) {
                throw new Refusal(
                    `${what}: it is not YAML (UNRESOLVED_ALIAS) ${lineOf(alias.range?.[0] ?? 0)}; ` +
                        "quote a value that starts with *",
                );
            }
        },
    });
    try {
        return document.toJS();
    } catch {
        throw new Refusal(`${what}: it is not YAML (EXCESSIVE_ALIASES); write out what its aliases stand for`);
    }
}

function isTime({ tag, format }: { readonly tag: string; readonly format?: string }): boolean {
    return tag.endsWith(":timestamp") || format === "TIME";
}

function withPathsFrom(kubeconfig: Kubeconfig, folder: string): Kubeconfig {
    const from = (path: string): string => (path === "" || isAbsolute(path) ? path : join(folder, path));
    return {
        ...kubeconfig,
        clusters: kubeconfig.clusters.map(({ name, cluster }) => ({
            name,
            cluster: { ...cluster, "certificate-authority": from(cluster["certificate-authority"]) },
        })),
        users: kubeconfig.users.map(({ name, user }) => ({
            name,
            user: {
                ...user,
                "client-certificate": from(user["client-certificate"]),
                "client-key": from(user["client-key"]),
                tokenFile: from(user.tokenFile),
                exec: user.exec && {
                    ...user.exec,
                    // A bare name is looked for in PATH.
                    command: user.exec.command.includes(sep) ? from(user.exec.command) : user.exec.command,
                },
            },
        })),
    };
}

function isInCluster(serviceAccount: string): boolean {
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
    return Boolean(host) && Boolean(port) && existsSync(join(serviceAccount, "token"));
}

/** The kubeconfig that a pod's service account stands for. */
function inClusterKubeconfig(serviceAccount: string): Kubeconfig {
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port } = process.env;
    const name = "in-cluster";
    const ca = join(serviceAccount, "ca.crt");
    const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
    return kubeconfigSchema.parse({
        "current-context": name,
        clusters: [{ name, cluster: { server, "certificate-authority": existsSync(ca) ? ca : "" } }],
        users: [{ name, user: { tokenFile: join(serviceAccount, "token") } }],
        contexts: [{ name, context: { cluster: name, user: name } }],
    });
}
