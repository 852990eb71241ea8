/** The sum of several counts, name by name. */
export function addCounts(each: readonly Readonly<Record<string, number>>[]): Record<string, number> {
    const sums = new Map<string, number>();
    for (const [name, count] of each.flatMap((counts) => Object.entries(counts))) {
        sums.set(name, (sums.get(name) ?? 0) + count);
    }
    return Object.fromEntries(sums);
}
