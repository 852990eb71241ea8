import type { PropertyChange } from "./preview";
import { masked, maskedAs, secret } from "./propertyPath";

/**
 * A kubeconfig, which a program need not have marked as secret, is told as changed and not shown, and so is a value that
 * is secret on one side alone.
 */
export function tellable(type: string, { path, before, after }: PropertyChange): PropertyChange {
    const told = (value: unknown): unknown => (value === undefined ? undefined : "[not shown]");
    const isKubeconfig = type.startsWith("pulumi:providers:") && path === "kubeconfig";
    return isKubeconfig
        ? { path, before: told(before), after: told(after) }
        : { path, before: maskedAs(before, after), after: maskedAs(after, before) };
}

// kubectl keeps a whole object here, a Secret's content too.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Inputs with "[secret]" for secrets, and for the content of a Secret, which not every program has marked as such. */
export function withoutContent(
    type: string,
    inputs: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
    const shown = masked(inputs) as Record<string, unknown>;
    const { metadata } = shown as { metadata?: { annotations?: Record<string, unknown> } };
    if (metadata?.annotations?.[lastApplied] !== undefined) {
        metadata.annotations[lastApplied] = secret;
    }
    for (const content of /:Secret(Patch)?$/.test(type) ? ["data", "stringData"] : []) {
        if (shown[content] !== undefined) {
            shown[content] = secret;
        }
    }
    return shown;
}
