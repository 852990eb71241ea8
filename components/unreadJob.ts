import * as pulumi from "@pulumi/pulumi";

/** Annotation of a Job's pods: uid of the Job in whose place it came because nobody could read that one to its end. */
export const repeatsAnnotation = "traffic-split/repeats";

/** A resource as the stack's state holds it. */
interface Stored {
    readonly type: string;
    readonly outputs: {
        readonly metadata?: { readonly uid?: string };
        readonly spec?: { readonly template?: { readonly metadata?: { readonly annotations?: Annotations } } };
        readonly jobUid?: string;
    };
}

type Annotations = Readonly<Record<string, string>>;

/**
 * The uid of the Job that the next one repeats; null where there is none to repeat.
 *
 * A Job is measured when a reader of its logs holds its uid. The state that the last update left tells both, however
 * that update ended: a Job that failed, vanished, could not be read, or was abandoned has no reader. Nothing less would
 * do: the reader, which knows, is made after the Job, and the cluster does not know who has read what. A Job that was
 * measured keeps what it repeats, so that the update after it changes nothing.
 *
 * @param urn of the Job
 */
export function repeatedJob(urn: pulumi.Output<string>, resource: pulumi.Resource): pulumi.Output<string | null> {
    const stored = pulumi.output(storedResources(resource));
    return pulumi.unsecret(
        pulumi.all([urn, stored]).apply(([job, resources]) => {
            const { metadata, spec } = resources[job]?.outputs ?? {};
            const uid = metadata?.uid;
            if (uid === undefined) {
                return null;
            }
            const isRead = Object.values(resources).some(
                ({ type, outputs }) => type.endsWith(":CollectedLogs") && outputs.jobUid === uid,
            );
            return isRead ? (spec?.template?.metadata?.annotations?.[repeatsAnnotation] ?? null) : uid;
        }),
    );
}

/** By URN, what the stack's state holds now, before this run of the program has changed any of it. */
async function storedResources(resource: pulumi.Resource): Promise<Record<string, Stored>> {
    try {
        const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
        // "organization" stands for a backend that has none, which may know a stack by its name alone.
        const stackName = organization === "organization" ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
        const { outputs = {} } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
            stackName,
        })) as { readonly outputs?: Record<string, Stored> };
        return outputs;
    } catch (error) {
        await pulumi.log.warn(
            `The stack's state can't be read, so a failed measurement is repeated only when runId changes: ${String(error)}`,
            resource,
        );
        return {};
    }
}
