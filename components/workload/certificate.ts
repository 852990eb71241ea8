import { CustomResource } from "@pulumi/kubernetes/apiextensions";
import { Secret } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import { metadataOf, type Owner } from "../pods/ownership";
import { checkedSettings } from "../settings/checkedSettings";
import type { TrafficSplitArgs } from "../settings/table";
import { installCertManager } from "./certManager";

const own = ["installCertManager"] as const;

export interface CertificateArgs extends Pick<TrafficSplitArgs, (typeof own)[number]> {
    /** Namespace of the Services, of the pods behind them, and of all that is made here. */
    readonly namespace: pulumi.Input<string>;
    /** Names of the Services that it is for. */
    readonly headless: pulumi.Input<string>;
    readonly clusterIP: pulumi.Input<string>;
    /** Who makes all of it. */
    readonly owner: pulumi.Input<Owner>;
}

/** cert-manager is installed when its webhook answers, and an object of its kinds made when its condition says so. */
const whenReady = { "pulumi.com/waitFor": "condition=Ready" };

// Only clients that get this authority's certificate trust it, so it may last longer than any stack. In the form in
// which the API server writes it.
const tenYears = "87600h0m0s";

/**
 * A certificate for a pair of Services and the pods behind them, by an authority of its own that cert-manager keeps: a
 * self-signed Issuer, the authority's Certificate, an Issuer that signs by it, and the Certificate that it signs.
 */
export class Certificate extends pulumi.ComponentResource {
    /**
     * Name of the Secret with `tls.crt`, `tls.key` and the authority's `ca.crt`; in an update not before all three are
     * in it. Pulumi declares it without content, so that it goes with the stack; what cert-manager puts into it is not
     * read, but by a refresh of the stack, and then it is encrypted in its state.
     */
    readonly secretName: pulumi.Output<string>;

    constructor(name: string, args: CertificateArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traffic-split:index:Certificate", name, {}, opts);
        const { namespace } = args;
        const owner = pulumi.output(args.owner);
        const { installCertManager: isInstalled } = checkedSettings(args, own);
        const installed = isInstalled ? [installCertManager(`${name}-cert-manager`, owner, namespace, this)] : [];
        const labels = owner.apply((by) => metadataOf(by).labels);
        const annotations = owner.apply((by) => metadataOf(by).annotations);
        const secret = (of: string): pulumi.Output<string> =>
            new Secret(`${name}-${of}-secret`, { metadata: { namespace, labels, annotations } }, { parent: this })
                .metadata.name;
        const object = (kind: string, of: string, spec: object, dependsOn: pulumi.Resource[]): CustomResource =>
            new CustomResource(
                `${name}-${of}`,
                {
                    apiVersion: "cert-manager.io/v1",
                    kind,
                    metadata: {
                        namespace,
                        labels,
                        annotations: annotations.apply((each) => ({ ...each, ...whenReady })),
                    },
                    spec,
                },
                { parent: this, dependsOn },
            );
        const signedBy = (issuer: CustomResource): object => ({
            issuerRef: { name: issuer.metadata.name, kind: "Issuer" },
            // A pod reads key and certificate one after the other: with a key that stays, any two fit.
            privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        });

        const [authoritySecret, servingSecret] = [secret("authority"), secret("serving")];
        const selfSigned = object("Issuer", "self-signed", { selfSigned: {} }, installed);
        const authority = object(
            "Certificate",
            "authority",
            {
                ...signedBy(selfSigned),
                isCA: true,
                commonName: "traffic-split",
                secretName: authoritySecret,
                duration: tenYears,
            },
            [selfSigned],
        );
        const issuer = object("Issuer", "issuer", { ca: { secretName: authoritySecret } }, [authority]);
        const dnsNames = pulumi
            .all([args.headless, args.clusterIP, namespace])
            .apply(([headless, clusterIP, of]) => namesOf(headless, clusterIP, of));
        const serving = object(
            "Certificate",
            "serving",
            { ...signedBy(issuer), secretName: servingSecret, dnsNames, usages: ["server auth"] },
            [issuer],
        );
        // A preview knows both names, and an update the second one when the Certificate is ready.
        this.secretName = pulumi.all([servingSecret, serving.metadata.name]).apply(([secretName]) => secretName);
        this.registerOutputs({ secretName: this.secretName });
    }
}

/**
 * All DNS forms of both Services, and of pods below the headless one, as clusters name them by default. A pod has a
 * name there, by its address or its own; which of the forms with fewer than two dots it has, no certificate may leave
 * open.
 */
function namesOf(headless: string, clusterIP: string, namespace: string): string[] {
    const domains = [namespace, `${namespace}.svc`, `${namespace}.svc.cluster.local`];
    const services = [headless, clusterIP].flatMap((each) => [each, ...domains.map((domain) => `${each}.${domain}`)]);
    return [...services, ...domains.map((domain) => `*.${headless}.${domain}`)];
}
