import { messageOf } from "../cluster/apiError";
import type { ClusterApi } from "../cluster/clusterApi";
import { ownerLabel, stackAnnotation } from "../pods/ownerLabels";
import type { Owner } from "../pods/ownership";
import { Refusal } from "../settings/refusal";
import type { Settings } from "../settings/table";
import { pairNames } from "../workload/servicePair";

/** The objects whose names the arguments decide, so that somebody else may have one of the same name. */
export interface NamedObjects extends Pick<Settings, "namespace" | "createNamespace" | "name" | "workload"> {
    /** Who is going to make them. */
    readonly owner: Owner;
}

interface Found {
    readonly metadata?: {
        readonly labels?: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
    };
}

/**
 * Checks that all existing objects of these names are the owner's. Pulumi's provider would adopt others, by force for the
 * Deployment, and delete them with the stack.
 *
 * @throws Refusal with the objects that are not, and whose they are, or where it may not be asked
 */
export async function checkOwnObjects(cluster: ClusterApi, objects: NamedObjects): Promise<void> {
    const { owner, namespace, createNamespace, name, workload } = objects;
    const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
    const [core, apps] = [cluster.makeApiClient(CoreV1Api), cluster.makeApiClient(AppsV1Api)];
    if (createNamespace) {
        const found = await read(
            `namespace: Namespace ${namespace}`,
            cluster.inTime(core.readNamespace({ name: namespace })),
        );
        if (found !== null && !isOf(found, owner)) {
            throw new Refusal(
                `namespace: Namespace ${namespace} exists already, ${whose(found)}, and this stack would delete it on ` +
                    "destroy; set another namespace, or set createNamespace to false to use this one",
            );
        }
        if (found === null) {
            return;
        }
    }
    const ofPods = workload === "Deployment" ? "readNamespacedDeployment" : "readNamespacedStatefulSet";
    const services = Object.values(pairNames(name));
    const asked = [
        { what: `${workload} ${namespace}/${name}`, answer: cluster.inTime<Found>(apps[ofPods]({ namespace, name })) },
        ...services.map((service) => ({
            what: `Service ${namespace}/${service}`,
            answer: cluster.inTime<Found>(core.readNamespacedService({ namespace, name: service })),
        })),
    ];
    const found = await Promise.all(
        asked.map(async ({ what, answer }) => ({ what, object: await read(`name: ${what}`, answer) })),
    );
    const others = found.flatMap(({ what, object }) =>
        object === null || isOf(object, owner) ? [] : [`${what}, ${whose(object)}`],
    );
    if (others.length > 0) {
        throw new Refusal(
            `name: this stack would take over objects that exist already: ${others.join("; ")}; set another name or ` +
                "namespace, or delete those objects",
        );
    }
}

function isOf({ metadata }: Found, { id }: Owner): boolean {
    return metadata?.labels?.[ownerLabel] === id;
}

function whose({ metadata }: Found): string {
    const [id, stack] = [metadata?.labels?.[ownerLabel], metadata?.annotations?.[stackAnnotation]];
    return id === undefined
        ? `which has no label ${ownerLabel}`
        : `which belongs to ${stack ?? "a stack"} (${ownerLabel}: ${id})`;
}

/** The object; null where there is none. */
async function read(what: string, answer: Promise<Found>): Promise<Found | null> {
    const { ApiException } = await import("@kubernetes/client-node");
    try {
        return await answer;
    } catch (error) {
        if (error instanceof ApiException && error.code === 404) {
            return null;
        }
        throw new Refusal(`${what} can't be read, so its owner is unknown: ${messageOf(error)}`);
    }
}
