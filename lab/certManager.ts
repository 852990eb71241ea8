import { Release, type ReleaseArgs } from "@pulumi/kubernetes/helm/v3/release";
import {
    ComponentResource,
    log,
    output,
    type ComponentResourceOptions,
    type Input,
    type Inputs,
    type Output,
} from "@pulumi/pulumi";

/** Token of the resource that @pulumi/kubernetes-cert-manager declares. */
export const certManagerType = "kubernetes-cert-manager:index:CertManager";

/** A chart in a folder of this machine. */
export interface LocalChart {
    readonly folder: string;
    readonly version: string;
}

// All that the official plugin passes on as they are.
const passedOn = [
    "atomic",
    "cleanupOnFail",
    "createNamespace",
    "dependencyUpdate",
    "description",
    "devel",
    "disableCRDHooks",
    "disableOpenapiValidation",
    "disableWebhooks",
    "forceUpdate",
    "keyring",
    "lint",
    "manifest",
    "maxHistory",
    "name",
    "namespace",
    "postrender",
    "recreatePods",
    "renderSubchartNotes",
    "replace",
    "resetValues",
    "resourceNames",
    "reuseValues",
    "skipAwait",
    "skipCrds",
    "timeout",
    "verify",
    "waitForJobs",
] as const satisfies readonly (keyof ReleaseArgs)[];

/** What `helmOptions` says of where the chart comes from. */
export interface ChartOptions {
    readonly chart?: string;
    readonly version?: string;
    readonly repositoryOpts?: { readonly repo?: string };
}

/**
 * Where a release's chart comes from: from where the user says, and else the lab's own, instead of the one that the
 * official plugin takes.
 *
 * @throws Error where neither chart nor repository is named, and the version is not the lab's
 */
export function chartOf({ chart, version, repositoryOpts }: ChartOptions, lab: LocalChart): ChartOptions {
    if (chart !== undefined || repositoryOpts?.repo !== undefined) {
        return {
            chart: chart ?? "cert-manager",
            ...(version === undefined ? {} : { version }),
            ...(repositoryOpts === undefined ? {} : { repositoryOpts }),
        };
    }
    // As Helm reads it, a "v" before a version says nothing.
    if (version !== undefined && version.replace(/^v/, "") !== lab.version.replace(/^v/, "")) {
        const got = JSON.stringify(version);
        throw new Error(`helmOptions.version: must be ${lab.version}, the only chart that the lab has, got ${got}`);
    }
    return { chart: lab.folder, version: lab.version };
}

/**
 * A release's values as the official plugin puts them together: arguments of the resource's own go before those of the
 * same name in `helmOptions.values`, as a whole.
 */
export function valuesOf(own: Inputs, others: Inputs = {}): Inputs {
    return { ...others, ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)) };
}

/**
 * Stands in for the CertManager of @pulumi/kubernetes-cert-manager's plugin, on a machine where that can't be
 * installed: the same arguments, the same output, and one Helm release of cert-manager's chart, named as the official
 * plugin names it.
 */
export class CertManagerStandIn extends ComponentResource {
    readonly status: Output<unknown>;

    /** @param inputs the arguments as the package declares them, in the form in which Pulumi hands them to a plugin */
    constructor(name: string, inputs: Inputs, lab: LocalChart, options: ComponentResourceOptions) {
        super(certManagerType, name, inputs, options);
        void log.info(
            `The lab's stand-in for the official plugin of @pulumi/kubernetes-cert-manager installs cert-manager.`,
            this,
        );
        const { helmOptions, ...own } = inputs;
        const given = output(helmOptions as Input<Inputs | undefined>).apply((known) => known ?? {});
        const chart = given.apply((known) => chartOf(known, lab));
        const rest = passedOn.map((option) => [option, given.apply((known) => known[option] as unknown)]);
        const release = new Release(
            `${name}-helm`,
            {
                ...(Object.fromEntries(rest) as Partial<ReleaseArgs>),
                chart: chart.apply((known) => known.chart ?? ""),
                version: chart.apply((known) => known.version ?? ""),
                repositoryOpts: chart.apply((known) => known.repositoryOpts ?? {}),
                values: output(own).apply((known) => given.apply(({ values }) => valuesOf(known, values as Inputs))),
            },
            { parent: this },
        );
        this.status = release.status;
        this.registerOutputs({ status: this.status });
    }
}
