import * as pulumi from "@pulumi/pulumi";
import resources, { type ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import structs from "google-protobuf/google/protobuf/struct_pb";

/** Annotation of a Job's pods: uid of the Job in whose place it came because nobody could read that one to its end. */
export const repeatsAnnotation = "traffic-split/repeats";

/**
 * The uid of the Job that the next one repeats; null where there is none to repeat.
 *
 * A Job is measured if a reader of its logs has its uid. The state that the last update left has both, however that update
 * ended: a Job that failed, vanished, could not be read, or was abandoned has no reader. Only the state can answer this,
 * because the reader is made after the Job, and the cluster does not know whether logs were read. A measured Job keeps
 * its annotation, so that the update after it changes nothing.
 *
 * @param urn of the Job
 */
export function repeatedJob(urn: pulumi.Output<string>, resource: pulumi.Resource): pulumi.Output<string | null> {
    const stored = pulumi.output(storedResources(resource));
    return pulumi.unsecret(
        pulumi.all([urn, stored]).apply(([job, state]) => {
            const outputs = at(state, job, "outputs");
            const uid = at(outputs, "metadata", "uid");
            if (typeof uid !== "string") {
                return null;
            }
            const isRead = Object.values(state).some(
                (each) => String(at(each, "type")).endsWith(":CollectedLogs") && at(each, "outputs", "jobUid") === uid,
            );
            const repeats = at(outputs, "spec", "template", "metadata", "annotations", repeatsAnnotation);
            return isRead ? (typeof repeats === "string" ? repeats : null) : uid;
        }),
    );
}

/** What is at a path of an object of the state, whose values may be marked as secret at any level. */
function at(value: unknown, ...path: readonly string[]): unknown {
    const plain: unknown = pulumi.runtime.isRpcSecret(value) ? pulumi.runtime.unwrapRpcSecret(value) : value;
    const [key, ...rest] = path;
    if (key === undefined) {
        return plain;
    }
    return typeof plain === "object" && plain !== null
        ? at((plain as Record<string, unknown>)[key], ...rest)
        : undefined;
}

/** By URN, what the stack's state holds now, before this run of the program has changed any of it. */
async function storedResources(resource: pulumi.Resource): Promise<Record<string, unknown>> {
    try {
        const [organization, stack] = [pulumi.getOrganization(), pulumi.getStack()];
        // "organization" stands for a backend that has none, which may know a stack by its name alone.
        const stackName = organization === "organization" ? stack : `${organization}/${pulumi.getProject()}/${stack}`;
        return (await invokePlainly("pulumi:pulumi:readStackResourceOutputs", { stackName }))["outputs"] as Record<
            string,
            unknown
        >;
    } catch (error) {
        await pulumi.log.warn(
            `The stack's state can't be read, so a failed measurement is repeated only when runId changes: ${String(error)}`,
            resource,
        );
        return {};
    }
}

/**
 * A call of the engine whose answer is taken as it is. Pulumi's own `invoke` looks up every resource that the answer
 * names, and fails where it names one that this run of the program has not registered yet.
 */
async function invokePlainly(token: string, args: Record<string, string>): Promise<Record<string, unknown>> {
    const request: ResourceInvokeRequest = new resources.ResourceInvokeRequest();
    request.setTok(token);
    request.setArgs(structs.Struct.fromJavaScript(args));
    return new Promise((resolve, reject) => {
        const monitor = pulumi.runtime.getMonitor();
        if (monitor === undefined) {
            throw new Error("the program does not run in Pulumi");
        }
        monitor.invoke(request, (error, response) => {
            if (error === null) {
                resolve(response.getReturn()?.toJavaScript() ?? {});
            } else {
                reject(error);
            }
        });
    });
}
