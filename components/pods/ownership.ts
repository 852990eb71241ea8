import type { CoreV1Api } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";
import { randomUUID } from "node:crypto";
import { ownerLabel, stackAnnotation } from "./ownerLabels";

/** Who makes an object. */
export interface Owner {
    /** Value of {@link ownerLabel}. */
    readonly id: string;
    /** Value of {@link stackAnnotation}. */
    readonly stack: string;
    /** What else each of its objects and pods has in its metadata. @default {} */
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
}

/** What every object has in its metadata. */
export interface OwnerMetadata {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
}

/**
 * A new owner, whose id the stack's state keeps from the first update on. The id outlives updates and a rename of the
 * stack. A stack of the same name in another backend has another id.
 *
 * @param name first part of the name of what keeps it
 * @param extra what else its objects and pods have in their metadata
 * @param parent the component that it stands for
 */
export function makeOwner(
    name: string,
    extra: { readonly [key in keyof OwnerMetadata]: pulumi.Input<OwnerMetadata[key]> },
    parent: pulumi.Resource,
): pulumi.Output<Owner> {
    const kept = new pulumi.Stash(`${name}-owner`, { input: randomUUID() }, { parent, ignoreChanges: ["input"] });
    const stack = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack(), name].join("/");
    return pulumi.all([kept.output, extra]).apply(([id, each]): Owner => ({ id: id as string, stack, ...each }));
}

/** The metadata that marks an object as this owner's. */
export function metadataOf({ id, stack, labels = {}, annotations = {} }: Owner): OwnerMetadata {
    return {
        labels: { ...labels, [ownerLabel]: id },
        annotations: { ...annotations, [stackAnnotation]: stack },
    };
}

/**
 * The same for an object whose name the arguments decide. All updates of the owner use one field manager, so an update
 * has no conflict with what a cancelled one made and did not record. An object of somebody else has another label, which
 * that field manager must not change.
 */
export function namedMetadataOf(owner: Owner): OwnerMetadata {
    const { labels, annotations } = metadataOf(owner);
    return { labels, annotations: { ...annotations, "pulumi.com/patchFieldManager": `traffic-split-${owner.id}` } };
}

/** Id of a namespace's owner: "" where it has none, null where there is no such namespace, or where it may not be read. */
export async function ownerOfNamespace(core: CoreV1Api, name: string): Promise<string | null> {
    const { ApiException } = await import("@kubernetes/client-node");
    try {
        const { metadata } = await core.readNamespace({ name });
        return metadata?.labels?.[ownerLabel] ?? "";
    } catch (error) {
        if (error instanceof ApiException && [403, 404].includes(error.code)) {
            return null;
        }
        throw error;
    }
}
