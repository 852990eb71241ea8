import * as pulumi from "@pulumi/pulumi";
import type { Measurement } from "../split/measurement/measurement";
import { assess, type Assessment } from "../split/verdict/assessment";
import { compareRuns, type Comparison } from "../split/verdict/comparison";
import { runOf } from "../split/verdict/run";
import type { DisruptionInputs } from "./jobLogs/inputs";
import { JobLogs } from "./jobLogs/jobLogs";
import { checkRequests } from "./preflight/combinations";
import { checkedRequirements, enforce } from "./preflight/requirements";
import { calledNames } from "./probe/calledServices";
import { ProbeJob, probeSettings, type ProbeJobArgs } from "./probe/probeJob";
import { checkedSettings, checkOnceKnown } from "./settings/checkedSettings";
import { traitsOf } from "./settings/clients";
import type { TrafficSplitArgs } from "./settings/table";

const own = [...probeSettings, "falseAlarmRate", "smallestEffect", "require"] as const;

export interface ServiceProbeArgs
    extends Omit<ProbeJobArgs, "isDisrupted">, Pick<TrafficSplitArgs, (typeof own)[number]> {
    /** Labels of the pods behind the Services. */
    readonly selector: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** What to do to the pods of a Deployment while they are called. @default null, and nothing is done */
    readonly disruption?: { readonly [K in keyof DisruptionInputs]: pulumi.Input<DisruptionInputs[K]> } | null;
}

/** kubelet pulls again after ten seconds, then after twenty: a pull that fails for longer than this fails for good. */
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
        const { clients, requests, parallelism, falseAlarmRate, smallestEffect, readyTimeoutSeconds } = settings;
        const fit = checkOnceKnown({ replicas: args.endpoints, clients, requests, parallelism }, checkRequests);
        super("traffic-split:index:ServiceProbe", name, {}, opts);
        const services = pulumi.output(args.services).apply((each) => {
            checkedRequirements(settings, calledNames(each));
            return each;
        });
        const { disruption = null } = args;
        const probe = new ProbeJob(
            `${name}-job`,
            {
                ...args,
                services,
                endpoints: pulumi.all([args.endpoints, fit]).apply(([endpoints]) => endpoints),
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
