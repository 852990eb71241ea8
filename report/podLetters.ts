import type { Backend } from "../split/theory/context";
import type { Assessment } from "../split/verdict/assessment";

/** A pod, and the short name that charts have room for. */
export interface LetteredPod {
    /** "a" to "z", then "aa", "ab". */
    readonly letter: string;
    readonly name: string;
    /** null for a pod that answered and is gone since. */
    readonly backend: Backend | null;
}

/** Every pod of a measurement. Those that answered and are gone since come last. */
export function letteredPods({ pods, services }: Assessment): LetteredPod[] {
    const answered = services.flatMap(({ clients }) => clients.flatMap(({ pods: each }) => each.map(({ pod }) => pod)));
    return [...new Set([...pods.map(({ name }) => name), ...answered])].map((name, i) => ({
        letter: letter(i),
        name,
        backend: pods.find((pod) => pod.name === name) ?? null,
    }));
}

/** The short name of the pod at this position, from 0. */
export function letter(position: number): string {
    const last = String.fromCharCode("a".charCodeAt(0) + (position % 26));
    return position < 26 ? last : letter(Math.floor(position / 26) - 1) + last;
}
