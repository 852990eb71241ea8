import { ApiException, AppsV1Api, BatchV1Api, CoreV1Api, DiscoveryV1Api } from "@kubernetes/client-node";
import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import pRetry from "p-retry";
import { messageOf } from "../cluster/apiError";
import type { ClusterAccess } from "../cluster/clusterAccess";
import { clusterApi } from "../cluster/clusterApi";
import { within } from "../cluster/timeLimit";

/** The API groups that a collector uses. */
export interface Api {
    readonly core: CoreV1Api;
    readonly batch: BatchV1Api;
    readonly apps: AppsV1Api;
    readonly discovery: DiscoveryV1Api;
}

/**
 * The API of the cluster whose access is handed over at a socket.
 *
 * @throws Error where the socket is closed, because the program that opened it has ended
 */
export async function connect(kubeconfigSocket: string): Promise<Api> {
    const access = JSON.parse(await text(createConnection(kubeconfigSocket))) as ClusterAccess;
    const cluster = await clusterApi(access);
    return {
        core: cluster.makeApiClient(CoreV1Api),
        batch: cluster.makeApiClient(BatchV1Api),
        apps: cluster.makeApiClient(AppsV1Api),
        discovery: cluster.makeApiClient(DiscoveryV1Api),
    };
}

/**
 * Calls the API until it answers. A transport fault, an overload and a server error are retried up to 11 times, with
 * pauses that grow from 0.25 to 8 s, and not for longer than a minute. What the API refuses (not found, forbidden) fails
 * at once.
 *
 * @param seconds after which a call counts as unanswered
 */
export async function patiently<T>(call: () => Promise<T>, seconds = 30): Promise<T> {
    try {
        return await pRetry(() => within(seconds, call()), {
            retries: 11,
            minTimeout: 250,
            maxTimeout: 8_000,
            randomize: true,
            maxRetryTime: 60_000,
            shouldRetry: ({ error }) => isTransient(error),
        });
    } catch (error) {
        throw new Error(`the Kubernetes API: ${messageOf(error)}`, { cause: error });
    }
}

/** Whether the API answered that something is not there, by an error of {@link patiently}. */
export function isNotFound(error: unknown): boolean {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof ApiException && cause.code === 404;
}

/** Whether the same call may succeed later. */
export function isTransient(error: unknown): boolean {
    if (error instanceof ApiException) {
        const code: number = error.code;
        return code === 429 || code >= 500;
    }
    return true;
}
