import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { disruptions } from "../split/measurement/disruption";
import type { Measurement } from "../split/measurement/measurement";
import { assess, type Assessment } from "../split/verdict/assessment";
import { compareRuns, type Comparison } from "../split/verdict/comparison";
import { runOf } from "../split/verdict/run";
import type { DisruptionInputs } from "./jobLogs/inputs";
import { JobLogs } from "./jobLogs/jobLogs";
import { checkDisruption, checkRequests } from "./preflight/combinations";
import { checkedRequirements, enforce } from "./preflight/requirements";
import { calledNames } from "./probe/calledServices";
import { ProbeJob, probeSettings, type ProbeJobArgs } from "./probe/probeJob";
import { checkedSettings, checkOnceKnown, type Checked } from "./settings/checkedSettings";
import { traitsOf } from "./settings/clients";
import { dnsLabel } from "./settings/kubernetesRules";
import { areDifferent, check, oneOf, wholeNumber, type Rule } from "./settings/rule";
import type { TrafficSplitArgs } from "./settings/table";

/** One DNS answer over TCP holds about 4,000 addresses; Services of more than 1,000 endpoints were not tried. */
const endpointCount = wholeNumber(1, 1_000);
const portNumber = wholeNumber(1, 65_535);
const disruptionKind = oneOf("none", ...disruptions);
const differentServices: Rule<unknown> = {
    allowed: "one or more Services with different names",
    hint: "a name is a DNS label of at most 63 characters",
    schema: z
        .array(z.looseObject({ name: dnsLabel(63).schema }))
        .min(1)
        .refine((services) => areDifferent(services.map(({ name }) => name))),
};

const own = [...probeSettings, "falseAlarmRate", "smallestEffect", "require"] as const;

export interface ServiceProbeArgs
    extends Omit<ProbeJobArgs, "isDisrupted">, Pick<TrafficSplitArgs, (typeof own)[number]> {
    /** Labels of the pods behind the Services. */
    readonly selector: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** What to do to the pods of a Deployment while they are called. @default null, and nothing is done */
    readonly disruption?: { readonly [K in keyof DisruptionInputs]: pulumi.Input<DisruptionInputs[K]> } | null;
}

/** kubelet pulls again after about ten seconds, then after twenty: after 45, both have failed too, and we give up. */
const pullTimeoutSeconds = 45;

/** Measures which pod answers, when clients in the cluster call Services of one namespace, and judges what it saw. */
export class ServiceProbe extends pulumi.ComponentResource {
    readonly measurement: pulumi.Output<Measurement>;
    /** What was measured, with its verdicts. */
    readonly assessment: pulumi.Output<Assessment>;
    /** What changed since the run before; null for the first. */
    readonly comparison: pulumi.Output<Comparison | null>;

    /** @throws Refusal where an argument is not what is allowed for it */
    constructor(name: string, args: ServiceProbeArgs, opts?: pulumi.ComponentResourceOptions) {
        const settings = checkedSettings(args, own);
        const requirements = checkedRequirements(settings, null);
        const { falseAlarmRate, smallestEffect, readyTimeoutSeconds } = settings;
        const { disruption = null } = args;
        const checks = checksOf(args, settings);
        super("traffic-split:index:ServiceProbe", name, {}, opts);
        const probe = new ProbeJob(
            `${name}-job`,
            {
                ...args,
                // Known when all arguments are checked.
                endpoints: pulumi.all([args.endpoints, pulumi.all(checks)]).apply(([endpoints]) => endpoints),
                isDisrupted: pulumi.output(disruption?.kind ?? "none").apply((kind) => kind !== "none"),
            },
            { parent: this },
        );
        const logs = new JobLogs(
            `${name}-logs`,
            {
                namespace: args.namespace,
                owner: pulumi.output(args.owner).apply(({ id }) => id),
                job: probe.job.metadata.name,
                jobUid: probe.job.metadata.uid,
                shards: probe.shards,
                services: probe.services,
                clients: probe.clients.map(traitsOf),
                selector: args.selector,
                disruption: pulumi.output(disruption),
                timeoutSeconds: probe.deadlineSeconds.apply((seconds) => seconds + 60),
                standstillSeconds: readyTimeoutSeconds,
                pullTimeoutSeconds: Math.min(pullTimeoutSeconds, readyTimeoutSeconds),
            },
            { parent: this },
        );
        this.measurement = logs.measurement;
        this.assessment = pulumi
            .all([logs.measurement, falseAlarmRate, smallestEffect])
            .apply(([measurement, rate, effect]) =>
                assess(measurement, { falseAlarmRate: rate, smallestEffect: effect }),
            );
        this.comparison = pulumi
            .all([logs.previous, logs.measurement, falseAlarmRate])
            .apply(([previous, measurement, rate]) =>
                previous === null ? null : compareRuns(previous, runOf(measurement), rate),
            );
        enforce(this, requirements, this.assessment);
        // A measurement may be large: the state holds it where it was collected, and where a program exports it.
        this.registerOutputs({ services: probe.services });
    }
}

/**
 * Checks the arguments, each as soon as it is known.
 *
 * @returns known when they are checked
 * @throws Refusal with the argument that is not allowed
 */
function checksOf(args: ServiceProbeArgs, settings: Checked<(typeof own)[number]>): pulumi.Output<void>[] {
    const { endpoints, port, services, disruption } = args;
    const { clients, requests, parallelism, rate } = settings;
    return [
        checkOnceKnown({ endpoints }, (known) => {
            check("endpoints", endpointCount, known.endpoints);
        }),
        checkOnceKnown({ port }, (known) => {
            check("port", portNumber, known.port);
        }),
        checkOnceKnown({ services }, (known) => {
            check("services", differentServices, known.services);
            checkedRequirements(settings, calledNames(known.services));
        }),
        checkOnceKnown({ replicas: endpoints, clients, requests, parallelism }, checkRequests),
        checkOnceKnown({ disruption: disruption?.kind ?? "none", requests, parallelism, rate }, (known) => {
            check("disruption", disruptionKind, known.disruption);
            checkDisruption({ ...known, workload: "Deployment" });
        }),
    ];
}
