/** A pod behind the Services when their endpoints are read. */
export interface PresentPod {
    readonly name: string;
    /** When it was made, in RFC 3339; null where that is not known. */
    readonly created: string | null;
    /** What its name begins with, and that of all pods of its ReplicaSet; null for a pod of none. */
    readonly family: string | null;
}

/**
 * Pods that came or went between the Job's start and the reading, a sentence each. Whoever reads late, or in a later
 * update, has seen nothing of it happen: what is there now, and who answered then, tell it.
 *
 * @param startedAt when the Job began, in RFC 3339
 * @param answered names of all that answered
 */
export function replacedSince(
    startedAt: string,
    present: readonly PresentPod[],
    answered: readonly string[],
): string[] {
    const came = present.filter(({ created }) => created !== null && Date.parse(created) > Date.parse(startedAt));
    // Anybody may answer; one of ours is known by its ReplicaSet.
    const gone = [...new Set(answered)].filter(
        (name) =>
            !present.some((pod) => pod.name === name) &&
            present.some(({ family }) => family !== null && name.startsWith(family)),
    );
    return [
        ...came.map(({ name }) => `${name} came after the Job's start.`),
        ...gone.map((name) => `${name} answered, and is gone.`),
    ];
}
