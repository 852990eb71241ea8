import type { Severity } from "@pulumi/policy";
import type { Count } from "./podCount";
import type { PodSet, Service, Stack } from "./stack";

/** Advice about one resource: what is wrong, why it matters and the remedy, in at most three sentences. */
export interface Advice {
    readonly urn: string;
    readonly message: string;
}

/** A rule about how traffic splits. It never judges a value that a preview does not know yet. */
export interface TrafficPolicy<Settings extends object = object> {
    /** In kebab case, as a policy pack's configuration calls it. */
    readonly name: string;
    readonly description: string;
    /** "high" if connections fail, "medium" if some clients meet failures or one pod alone, "low" for other surprises. */
    readonly severity: Extract<Severity, "low" | "medium" | "high">;
    /** What to do about any finding of this policy. */
    readonly remediationSteps: string;
    readonly configSchema?: { readonly properties: Readonly<Record<keyof Settings, object>> };
    readonly advise: (stack: Stack, settings: Settings) => readonly Advice[];
}

export function quoted({ name }: Service | PodSet): string {
    return `"${name}"`;
}

/** As in `Deployment "web" and StatefulSet "db"`. */
export function workloads(podSets: readonly PodSet[]): string {
    return listed(podSets.map((pods) => `${pods.kind} ${quoted(pods)}`));
}

/** As in `a, b and c`. */
export function listed(words: readonly string[]): string {
    return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** As in `1 pod`, `3 pods` or `2 to 10 pods`. */
export function podsCounted({ least, most }: Count): string {
    return least === most ? `${most} ${most === 1 ? "pod" : "pods"}` : `${least} to ${most} pods`;
}
