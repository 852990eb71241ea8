/** A pod behind the Services when their endpoints are read. */
export interface PresentPod {
    readonly name: string;
    /** When it was created, in RFC 3339; null where that is not known. */
    readonly created: string | null;
    /** Prefix that the names of all pods of its ReplicaSet share; null for a pod without a ReplicaSet. */
    readonly family: string | null;
}

/**
 * Pods that were added or removed between the Job's start and the reading, a sentence each. A reading that comes late
 * did not see it happen; the pods that are there now, and those that answered, show it.
 *
 * @param startedAt when the Job began, in RFC 3339
 * @param answered names of all pods that answered
 */
export function replacedSince(
    startedAt: string,
    present: readonly PresentPod[],
    answered: readonly string[],
): string[] {
    const added = present.filter(({ created }) => created !== null && Date.parse(created) > Date.parse(startedAt));
    // Any server may answer with any name; a pod of this workload has the prefix of its ReplicaSet.
    const gone = [...new Set(answered)].filter(
        (name) =>
            !present.some((pod) => pod.name === name) &&
            present.some(({ family }) => family !== null && name.startsWith(family)),
    );
    return [
        ...added.map(({ name }) => `${name} was created after the Job's start.`),
        ...gone.map((name) => `${name} answered and is gone.`),
    ];
}
