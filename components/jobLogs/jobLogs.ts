import * as pulumi from "@pulumi/pulumi";
import type { Measurement } from "../../split/measurement/measurement";
import { deflateSync } from "node:zlib";
import { bundle } from "../probe/bundle";
import type { CalledService } from "../probe/calledServices";
import { clusterSettings } from "../cluster/clusterSettings";
import type { ClientTraits, DisruptionInputs } from "./inputs";
import { loadKubeconfig } from "../cluster/kubeconfig";
import { KubeconfigSocket } from "./kubeconfigSocket";
import { unpacked } from "./packed";
import type { Run } from "../../split/verdict/run";

export interface JobLogsArgs {
    /** Namespace of the Job and of the Services that it called. */
    readonly namespace: pulumi.Input<string>;
    /** Name and uid of the Job; another uid is another run, and only that makes this resource read again. */
    readonly job: pulumi.Input<string>;
    readonly jobUid: pulumi.Input<string>;
    /** Requests of each client to each Service, by the index of the Job's pod that sends them. */
    readonly shards: pulumi.Input<pulumi.Input<number>[]>;
    /** What the Job called, in this order. */
    readonly services: pulumi.Input<readonly CalledService[]>;
    /** Clients that called them. Plain: it is what the Job's containers are. */
    readonly clients: readonly ClientTraits[];
    /** Labels of the pods behind the Services. */
    readonly selector: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Id of the owner of Services and pods, see {@link Owner.id}. */
    readonly owner: pulumi.Input<string>;
    /** What to do to the pods of a Deployment while they are called. @default null, and nothing is done */
    readonly disruption?: pulumi.Input<DisruptionInputs | null>;
    /** Seconds to wait for the Job to end; its own deadline should be sooner. */
    readonly timeoutSeconds: pulumi.Input<number>;
    /** Seconds for which the pull of an image may fail before that is the Job's end. */
    readonly pullTimeoutSeconds: pulumi.Input<number>;
    /** Seconds for which the Job may get no further, from its admission to its end, before that is its end. */
    readonly standstillSeconds: pulumi.Input<number>;
}

/**
 * Waits for one Job, reads its logs from the cluster of the provider in the options, and holds the measurement. A Job that
 * failed, an image that can't be pulled and a log that is not whole each fail the update, with an error that names them.
 */
export class JobLogs extends pulumi.ComponentResource {
    readonly measurement: pulumi.Output<Measurement>;
    /** The run before this one in the same stack; null for the first. */
    readonly previous: pulumi.Output<Run | null>;

    constructor(name: string, args: JobLogsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("traffic-split:index:JobLogs", name, {}, opts);
        const socket = new KubeconfigSocket();
        // Opened when there is a Job to read: an update that fails earlier passes no credentials on.
        const kubeconfigSocket = pulumi
            .all([clusterSettings(this), args.jobUid])
            .apply(async ([settings]) =>
                pulumi.runtime.isDryRun() ? "opened when the Job runs" : socket.open(await loadKubeconfig(settings)),
            );
        const collected = new CollectedLogs(
            `${name}-collected`,
            // Only the path is in the state, so it need not be secret as the kubeconfig is.
            { ...args, disruption: args.disruption ?? null, kubeconfigSocket: pulumi.unsecret(kubeconfigSocket) },
            { parent: this },
        );
        collected.id.apply(() => {
            socket.close();
        });
        this.measurement = collected.measurement.apply((text) => unpacked(text) as Measurement);
        this.previous = collected.previous;
        // What was collected is in the state already.
        this.registerOutputs({ job: args.job });
    }
}

/** A dynamic resource whose code is given as the text that Pulumi's dynamic provider runs. */
class CollectedLogs extends pulumi.CustomResource {
    declare readonly measurement: pulumi.Output<string>;
    declare readonly previous: pulumi.Output<Run | null>;

    constructor(name: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
        const outputs = { measurement: undefined, previous: undefined };
        const type = "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs";
        super(type, name, { ...args, ...outputs, __provider: providerText() }, opts);
    }
}

/**
 * The provider's code travels in the stack's state, so it is small: one packed text, and packages by `require`, which a
 * dynamic provider resolves from the project's folder. Pulumi's own class serializes closures of running code instead,
 * which takes a tenth of a second.
 */
async function providerText(): Promise<string> {
    const packed = deflateSync(await bundle("components/jobLogs/provider.ts", "external")).toString("base64");
    const text = `require("node:zlib").inflateSync(Buffer.from("${packed}", "base64")).toString()`;
    return `new Function("module", "require", ${text})(module, require);\n`;
}
