import { Namespace } from "@pulumi/kubernetes/core/v1";
import { CertManager } from "@pulumi/kubernetes-cert-manager/certManager";
import * as pulumi from "@pulumi/pulumi";
import { metadataOf, type Owner } from "../pods/ownership";

/** Release of cert-manager's chart, and of cert-manager itself. */
export const certManagerVersion = "v1.11.5";

/** Name of its namespace and of its release, by which Helm knows whose the definitions of its resources are. */
export const certManagerName = "cert-manager";

/**
 * Installs cert-manager, with the definitions of its resources, in a namespace of its own. It is ready when its webhook
 * answers, as the last step of the chart's installation tries.
 *
 * @param owner who makes the namespace
 * @param after what must be there first
 * @returns what has to be ready before anything of cert-manager's is made
 */
export function installCertManager(
    name: string,
    owner: pulumi.Output<Owner>,
    after: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Resource {
    // Made here, because Helm leaves a namespace that it made behind, and what cert-manager itself puts into it.
    const release = pulumi.output(after).apply(() => certManagerName);
    const metadata = pulumi.all([release, owner]).apply(([of, by]) => ({ name: of, ...metadataOf(by) }));
    const namespace = new Namespace(`${name}-namespace`, { metadata }, { parent });
    return new CertManager(
        name,
        {
            installCRDs: true,
            // By default its leases are in kube-system, and stay there.
            global: { leaderElection: { namespace: namespace.metadata.name } },
            startupapicheck: { enabled: true },
            helmOptions: { name: certManagerName, namespace: namespace.metadata.name, version: certManagerVersion },
        },
        { parent },
    );
}
