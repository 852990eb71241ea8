import type { PropertyChange } from "./change";
import { masked, maskedAs, secret } from "./propertyPath";

/**
 * A change as a comment may show it. It shows that a kubeconfig changes, and not its content: programs need not mark one
 * as secret. The same holds for a value that is secret on one side only.
 */
export function shownChange(type: string, { path, before, after }: PropertyChange): PropertyChange {
    const hidden = (value: unknown): unknown => (value === undefined ? undefined : "[not shown]");
    const isKubeconfig = type.startsWith("pulumi:providers:") && /^kubeconfig($|[.[])/.test(path);
    return isKubeconfig
        ? { path, before: hidden(before), after: hidden(after) }
        : { path, before: maskedAs(before, after), after: maskedAs(after, before) };
}

// kubectl keeps the whole object here, including a Secret's content.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** Inputs with "[secret]" for secrets and for the content of a Secret: not every program marks it as secret. */
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
