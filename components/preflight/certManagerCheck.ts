import type { CustomObjectsApi } from "@kubernetes/client-node";
import pRetry from "p-retry";
import { certManagerName } from "../workload/certManager";
import type { ClusterApi } from "../cluster/clusterApi";
import { ownerOfNamespace, type Owner } from "../pods/ownership";
import { Refusal } from "../settings/refusal";

/** Where cert-manager comes from: nobody needs it, this stack installs it, or it is in the cluster. */
export type CertManagerSource = "none" | "installed" | "there";

const [group, version] = ["cert-manager.io", "v1"];

/**
 * Looks whether the cluster's cert-manager is what a stack takes it for, and if it is there already, that its webhook
 * answers.
 *
 * @throws Refusal where there is one that this stack did not install and it is to install one, where there is none and
 *     it is to be there, where this stack installed what is to be there, and where the webhook does not answer for a
 *     minute
 */
export async function checkCertManager(
    cluster: ClusterApi,
    { certManager, owner }: { readonly certManager: CertManagerSource; readonly owner: Owner },
): Promise<void> {
    if (certManager === "none") {
        return;
    }
    const { ApiException, CoreV1Api, CustomObjectsApi } = await import("@kubernetes/client-node");
    const objects = cluster.makeApiClient(CustomObjectsApi);
    const isAbsent = (error: unknown): false => {
        if (error instanceof ApiException && error.code === 404) {
            return false;
        }
        throw error;
    };
    const [installer, isThere] = await cluster.inTime(
        Promise.all([
            ownerOfNamespace(cluster.makeApiClient(CoreV1Api), certManagerName),
            objects.getAPIResources({ group, version }).then(() => true, isAbsent),
        ]),
    );
    if (certManager === "installed") {
        if (installer === owner.id || (installer === null && !isThere)) {
            return;
        }
        const found = isThere ? "cert-manager" : `the namespace ${certManagerName}`;
        throw new Refusal(
            `installCertManager: must be false, got true; the cluster has ${found} already, and destroying the stack would ` +
                "remove it",
        );
    }
    if (installer === owner.id) {
        throw new Refusal(
            "installCertManager: must be true, got false; this stack installed the cluster's cert-manager, and its own " +
                "certificates need it",
        );
    }
    if (!isThere) {
        throw new Refusal(
            `installCertManager: must be true, got false; the cluster has no cert-manager (${group}/${version})`,
        );
    }
    await waitForWebhook(cluster, objects);
}

/** Asks for an Issuer without making it, which takes the webhook; where it may not be asked for, nothing is known. */
async function waitForWebhook(cluster: ClusterApi, objects: CustomObjectsApi): Promise<void> {
    const { ApiException } = await import("@kubernetes/client-node");
    const body = {
        apiVersion: `${group}/${version}`,
        kind: "Issuer",
        metadata: { generateName: "traffic-split-" },
        spec: { selfSigned: {} },
    };
    const asked = { group, version, namespace: "default", plural: "issuers", body, dryRun: "All" };
    const isForbidden = (error: unknown): boolean => error instanceof ApiException && error.code === 403;
    try {
        await pRetry(() => cluster.inTime(objects.createNamespacedCustomObject(asked)), {
            retries: 12,
            minTimeout: 500,
            maxTimeout: 6_000,
            shouldRetry: ({ error }) => !isForbidden(error),
        });
    } catch (error) {
        if (!isForbidden(error)) {
            const [what] = (error instanceof Error ? error.message : String(error)).split("\n");
            throw new Refusal(
                `installCertManager: the webhook of the cluster's cert-manager does not answer: ${what}; repair it, or remove ` +
                    "cert-manager and set installCertManager to true",
            );
        }
    }
}
