import type { CoreV1Api } from "@kubernetes/client-node";
import * as pulumi from "@pulumi/pulumi";

/**
 * Marks a namespace as one that a component of a stack made. Pulumi's provider takes over an object that is there
 * already as if it had made it, and removes it with the stack: by this mark, what somebody else made is told from it.
 */
export const ownerAnnotation = "traffic-split/owner";

/**
 * Who makes what a component makes: project, stack and component.
 *
 * @param component name of the component
 */
export function ownerOf(component: string): string {
    return [pulumi.getProject(), pulumi.getStack(), component].join("/");
}

/**
 * Whose a namespace of this name is: "" where somebody else made it, null where there is none, or where it may not be
 * read.
 */
export async function ownerOfNamespace(core: CoreV1Api, name: string): Promise<string | null> {
    const { ApiException } = await import("@kubernetes/client-node");
    try {
        const { metadata } = await core.readNamespace({ name });
        return metadata?.annotations?.[ownerAnnotation] ?? "";
    } catch (error) {
        if (error instanceof ApiException && [403, 404].includes(error.code)) {
            return null;
        }
        throw error;
    }
}
