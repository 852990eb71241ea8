const ends: Promise<PromiseSettledResult<void>[]>[] = [];

/** Does what nobody waits for while the next tests run, such as the end of a stack; {@link allDone} tells of it. */
export function meanwhile(work: () => Promise<void>): void {
    ends.push(Promise.allSettled([work()]));
}

/** @throws Error where something that was done meanwhile failed, when all of it has ended */
export async function allDone(): Promise<void> {
    const ended = (await Promise.all(ends.splice(0))).flat();
    const reasons = ended.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : []));
    if (reasons.length > 0) {
        throw new Error(reasons.join("\n"));
    }
}
