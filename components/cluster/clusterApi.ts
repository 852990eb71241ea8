import { setMaxListeners } from "node:events";
import type { Agent } from "node:http";
import type { Configuration, RequestContext } from "@kubernetes/client-node";
import type { ClientCertificate, ClusterAccess, HeaderLine } from "./clusterAccess";
import { clusterAgent } from "./clusterAgent";
import { RenewedCredentials } from "./clusterCredentials";
import { within } from "./timeLimit";

/** A cluster's API, called as client-go would call it. Preflight and the collector reach the cluster only through it. */
export interface ClusterApi {
    readonly access: ClusterAccess;
    /** The calls of one API group, all by the same identity. */
    makeApiClient<T>(group: new (configuration: Configuration) => T): T;
    /**
     * Gets the credentials, which may take a plugin minutes; calls later on have them at once.
     *
     * @throws Error where there are none to be had
     */
    authenticate(): Promise<void>;
    /**
     * What a call answers.
     *
     * @throws Error where it takes longer than {@link ClusterAccess.timeoutSeconds}
     */
    inTime<T>(call: Promise<T>): Promise<T>;
    /** Ends all open calls: a program can't end while one of them is open. */
    close(): void;
}

/** Nothing is called yet. */
export async function clusterApi(access: ClusterAccess): Promise<ClusterApi> {
    const { createConfiguration, ServerConfiguration } = await import("@kubernetes/client-node");
    const credentials = new RenewedCredentials(access);
    // Calls by one certificate share an agent, and with it the TLS sessions that it resumes.
    let latest: { readonly certificate: ClientCertificate | null; readonly agent: Promise<Agent> } | undefined;
    const closed = new AbortController();
    // Each call that is under way listens to it, and the logs of many containers are read at once.
    setMaxListeners(Infinity, closed.signal);
    const authentication = {
        getName: () => "as client-go",
        applySecurityAuthentication: async (request: RequestContext) => {
            const { certificate, authorization } = await credentials.get();
            if (latest?.certificate !== certificate) {
                latest = { certificate, agent: clusterAgent(access, certificate) };
            }
            request.setAgent(await latest.agent);
            request.setSignal(closed.signal);
            const identity: HeaderLine[] = authorization === null ? [] : [["Authorization", authorization]];
            [...identity, ...access.impersonation].forEach(([name, value], i) => {
                request.setHeaderParam(spelling(name, i), value);
            });
        },
    };
    const configuration = createConfiguration({
        baseServer: new ServerConfiguration(access.server, {}),
        authMethods: { default: authentication },
    });
    return {
        access,
        makeApiClient: (group) => new group(configuration),
        authenticate: async () => {
            await credentials.get();
        },
        inTime: (call) => within(access.timeoutSeconds, call),
        close: () => {
            closed.abort();
        },
    };
}

/**
 * The n-th way to write a header's name. HTTP ignores case: lines whose names differ in it alone are lines of one name,
 * while the client, which takes one value for a name, sends each of them.
 */
function spelling(name: string, n: number): string {
    let rest = n;
    return name.replace(/[a-z]/gi, (letter) => {
        const isCapital = rest % 2 === 1;
        rest = Math.floor(rest / 2);
        return isCapital ? letter.toUpperCase() : letter.toLowerCase();
    });
}
