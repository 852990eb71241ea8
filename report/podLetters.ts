import type { Assessment } from "../split/verdict/assessment";
import type { Backend } from "../split/measurement/measurement";

/** A pod, and the short name that charts have room for. */
export interface LetteredPod {
    /** "a" to "z", then "aa", "ab". */
    readonly letter: string;
    readonly name: string;
    /** null for one that answered and is gone since. */
    readonly backend: Backend | null;
}

/** Every pod of a measurement, those that answered and are gone since last. */
export function letteredPods({ pods, services }: Assessment): LetteredPod[] {
    const answered = services.flatMap(({ clients }) => clients.flatMap(({ pods: each }) => each.map(({ pod }) => pod)));
    return [...new Set([...pods.map(({ name }) => name), ...answered])].map((name, i) => ({
        ...{ letter: letter(i), name },
        backend: pods.find((pod) => pod.name === name) ?? null,
    }));
}

function letter(i: number): string {
    const last = String.fromCharCode("a".charCodeAt(0) + (i % 26));
    return i < 26 ? last : letter(Math.floor(i / 26) - 1) + last;
}
