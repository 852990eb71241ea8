import { Namespace } from "@pulumi/kubernetes/core/v1";
import * as pulumi from "@pulumi/pulumi";
import type { ExpectedSplits } from "../split/theory/expectedSplits";
import type { Assessment } from "../split/verdict/assessment";
import type { Comparison } from "../split/verdict/comparison";
import { decidingSettings, expectedOf } from "./expected";
import { makeOwner, namedMetadataOf, type Owner } from "./pods/ownership";
import type { CertManagerSource } from "./preflight/certManagerCheck";
import { checkCombinations } from "./preflight/combinations";
import { onFitCluster } from "./preflight/preflight";
import type { ProbedService } from "./probe/calledServices";
import { ServiceProbe, type ServiceProbeArgs } from "./serviceProbe";
import { checkedSettings, outputOf, type Checked } from "./settings/checkedSettings";
import { settingNames, type SettingName, type Settings, type TrafficSplitArgs } from "./settings/table";
import { Certificate } from "./workload/certificate";
import { NginxHostname } from "./workload/nginxHostname";
import { nginxPort } from "./workload/nginxPod";
import { pairServices, pairSettings } from "./workload/pairServices";
import { pairNames, ServicePair } from "./workload/servicePair";

export type { TrafficSplitArgs } from "./settings/table";

type AllSettings = Checked<SettingName>;

/** nginx pods behind a headless and a ClusterIP Service, and a measurement of which pod answers whom, and why. */
export class TrafficSplit extends pulumi.ComponentResource {
    readonly namespace: pulumi.Output<string>;
    /** What to expect, from the arguments alone: known in a preview. */
    readonly expected: pulumi.Output<ExpectedSplits>;
    /** What was measured, with its verdicts. */
    readonly assessment: pulumi.Output<Assessment>;
    /** What changed since the run before; null for the first. */
    readonly comparison: pulumi.Output<Comparison | null>;

    /** @throws Refusal where an argument is not what is allowed for it, before anything is created */
    constructor(name: string, args: TrafficSplitArgs, opts?: pulumi.ComponentResourceOptions) {
        // Before the component itself is registered: what is known to be wrong leaves no trace in the stack.
        const settings = checkedSettings(args, settingNames);
        const fit = checkCombinations(settings);
        super("traffic-split:index:TrafficSplit", name, {}, opts);
        const { labels, annotations } = settings;
        const owner = makeOwner(name, { labels, annotations }, this);
        const namespace = this.makeNamespace(name, settings, owner, fit);
        const certificate = this.makeCertificate(name, settings, owner, namespace);
        const port = outputOf(settings, ["tls", "portSysctl", "imageAnswersHostname"]).apply(nginxPort);
        const nginx = new NginxHostname(
            `${name}-nginx`,
            {
                ...settings,
                namespace,
                owner,
                port,
                serviceName: namesOf(settings).headless,
                tlsSecret: certificate?.secretName,
            },
            { parent: this },
        );
        const services = new ServicePair(
            `${name}-services`,
            {
                ...settings,
                namespace,
                owner,
                selector: nginx.labels,
                port,
                portName: settings.tls ? "https" : "http",
            },
            { parent: this },
        );
        const probe = new ServiceProbe(
            `${name}-probe`,
            {
                ...settings,
                namespace,
                owner,
                services: probedServices(settings, services),
                port,
                selector: nginx.labels,
                // Known when all settings fit, so that the probe has nothing of its own to refuse.
                endpoints: pulumi.all([settings.replicas, fit]).apply(([replicas]) => replicas),
                caSecret: certificate?.secretName,
                disruption: disruptionOf(settings, nginx),
                triggers: pulumi.all([nginx.shape, services.shape, settings.runId, settings.disruption]),
                after: [nginx, services],
            },
            { parent: this },
        );
        this.namespace = namespace;
        this.expected = outputOf(settings, decidingSettings).apply(expectedOf);
        this.assessment = probe.assessment;
        this.comparison = probe.comparison;
        this.registerOutputs({ namespace, expected: this.expected });
    }

    /** The namespace, known when settings and cluster are checked. Everything else depends on it. */
    private makeNamespace(
        name: string,
        settings: AllSettings,
        owner: pulumi.Output<Owner>,
        fit: pulumi.Output<void>,
    ): pulumi.Output<string> {
        const { createNamespace } = settings;
        const demands = pulumi
            .all([outputOf(settings, settingNames), owner, fit])
            .apply(([each, by]) => ({ ...each, owner: by, certManager: certManagerOf(each) }));
        const named = onFitCluster(this, settings.namespace, demands);
        if (!createNamespace) {
            return named;
        }
        const metadata = pulumi
            .all([named, owner, settings.imageAnswersHostname])
            .apply(([namespace, by, mayBeRoot]) => {
                const { labels, annotations } = namedMetadataOf(by);
                // An image that runs as it is may run as root, which the restricted level refuses.
                const level = mayBeRoot ? "baseline" : "restricted";
                return {
                    name: namespace,
                    labels: { ...labels, "pod-security.kubernetes.io/enforce": level },
                    annotations,
                };
            });
        return new Namespace(`${name}-namespace`, { metadata }, { parent: this }).metadata.name;
    }

    private makeCertificate(
        name: string,
        settings: AllSettings,
        owner: pulumi.Output<Owner>,
        namespace: pulumi.Output<string>,
    ): Certificate | undefined {
        if (!settings.tls) {
            return undefined;
        }
        const { headless, clusterIP } = namesOf(settings);
        return new Certificate(
            `${name}-certificate`,
            {
                installCertManager: settings.installCertManager,
                namespace,
                headless,
                clusterIP,
                owner,
            },
            { parent: this },
        );
    }
}

function certManagerOf({ tls, installCertManager }: Pick<Settings, "tls" | "installCertManager">): CertManagerSource {
    if (!tls) {
        return "none";
    }
    return installCertManager ? "installed" : "there";
}

function namesOf({ name }: Checked<"name">): pulumi.Output<ReturnType<typeof pairNames>> {
    return pulumi.output(name).apply(pairNames);
}

function probedServices(settings: AllSettings, { nodePort }: ServicePair): pulumi.Output<ProbedService[]> {
    return pulumi
        .all([outputOf(settings, pairSettings), nodePort])
        .apply(([each, port]) => pairServices(each, port ?? 0));
}

/** What to do to the pods; null where they are of no Deployment. */
function disruptionOf(
    { workload, disruption, name, replicas }: AllSettings,
    { workload: { metadata } }: NginxHostname,
): Required<ServiceProbeArgs>["disruption"] {
    return workload === "Deployment" ? { kind: disruption, deployment: name, uid: metadata.uid, replicas } : null;
}
