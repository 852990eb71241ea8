import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { ClientCertificate, ExecPlugin } from "./clusterAccess";
import { parsedJson } from "./json";
import { text } from "./kubeconfigSchema";

/** What a plugin printed. */
export interface ExecCredential {
    /** null where the certificate alone tells who it is. */
    readonly token: string | null;
    readonly certificate: ClientCertificate | null;
    /** In milliseconds since 1970; null where it does not say. */
    readonly expires: number | null;
}

/** Seconds that a plugin may take: somebody may have to log in with a browser meanwhile. */
export const pluginSeconds = 120;

const printed = z.object({
    apiVersion: z.string(),
    status: z.object({
        token: text,
        clientCertificateData: text,
        clientKeyData: text,
        expirationTimestamp: text,
    }),
});

/**
 * Runs a plugin as client-go does where nobody can type: with nothing to read from standard input, and with
 * KUBERNETES_EXEC_INFO, by which many plugins know the version of the API that they are asked by.
 *
 * @throws Error that names the plugin, and quotes what it wrote to standard error
 */
export async function runExecPlugin(plugin: ExecPlugin): Promise<ExecCredential> {
    const { apiVersion, command, args, env, folder: cwd, cluster } = plugin;
    const spec = cluster === null ? { interactive: false } : { cluster, interactive: false };
    const info = JSON.stringify({ apiVersion, kind: "ExecCredential", spec });
    const environment = { ...process.env, ...env, KUBERNETES_EXEC_INFO: info };
    const stdout = await outputOf(command, args, cwd, environment).catch((error: unknown) => {
        throw new Error(`the exec plugin ${command} ${failureOf(error as Failure, plugin)}`);
    });
    return credentialOf(stdout, plugin);
}

/** What a program writes to standard output. What can't be started at all throws before there is a promise. */
async function outputOf(
    command: string,
    args: readonly string[],
    cwd: string,
    env: NodeJS.ProcessEnv,
): Promise<string> {
    const running = promisify(execFile)(command, args, { cwd, env, timeout: pluginSeconds * 1000 });
    running.child.stdin?.end();
    return (await running).stdout;
}

interface Failure extends Error {
    /** The system's word for it, or the plugin's exit status. */
    readonly code?: string | number | null;
    readonly killed?: boolean;
    readonly signal?: NodeJS.Signals | null;
    readonly stderr?: string;
}

/** Never by the error's message, which quotes the arguments: they may be secret. */
function failureOf({ code, killed, signal, stderr }: Failure, { installHint }: ExecPlugin): string {
    if (code === "ENOENT") {
        return ["is not found", installHint.trim()].filter((part) => part !== "").join("; ");
    }
    if (killed === true) {
        return `did not end within ${pluginSeconds} s`;
    }
    if (typeof signal === "string") {
        return `was ended by ${signal}`;
    }
    if (typeof code !== "number") {
        return `can't be run: ${code}`;
    }
    const said = stderr?.trim() ?? "";
    return `failed with exit status ${code}${said === "" ? "" : `: ${said}`}`;
}

/** Nothing of what a plugin printed is quoted: it may be secret. */
function credentialOf(stdout: string, { apiVersion, command }: ExecPlugin): ExecCredential {
    const parsed = printed.safeParse(parsedJson(stdout));
    if (!parsed.success) {
        throw new Error(`the exec plugin ${command} printed no ExecCredential with a status`);
    }
    const { apiVersion: version, status } = parsed.data;
    if (version !== apiVersion) {
        throw new Error(
            `the exec plugin ${command} printed an ExecCredential of ${version}; the kubeconfig asks for ${apiVersion}`,
        );
    }
    const { token, clientCertificateData: cert, clientKeyData: key, expirationTimestamp } = status;
    if ((cert === "") !== (key === "") || (token === "" && cert === "")) {
        throw new Error(`the exec plugin ${command} printed neither a token nor a certificate with its key`);
    }
    const expires = expirationTimestamp === "" ? null : Date.parse(expirationTimestamp);
    if (Number.isNaN(expires)) {
        throw new Error(`the exec plugin ${command} printed an expirationTimestamp that is no date`);
    }
    return { token: token === "" ? null : token, certificate: cert === "" ? null : { cert, key }, expires };
}
