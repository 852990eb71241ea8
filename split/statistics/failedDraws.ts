/**
 * Adds the draws that nobody answered to the counts, where they fit the probabilities best: they go to the pods that
 * lack most of their share.
 *
 * @param counts answers of each pod
 * @param probabilities of each pod, in the same order; a pod of probability 0 gets none
 * @param failed draws without an answer
 * @returns whole numbers, whose sum is that of the counts and `failed`
 */
export function withFailedDraws(
    counts: readonly number[],
    probabilities: readonly number[],
    failed: number,
): readonly number[] {
    const rising = counts
        .map((count, i) => ({ i, level: count / (probabilities[i] ?? 0), width: probabilities[i] ?? 0 }))
        .filter(({ width }) => width > 0)
        .sort((a, b) => a.level - b.level);
    // Like water poured into connected vessels, each as wide as its pod is likely: the lowest fill first, to one level.
    let [level, width, rest] = [rising[0]?.level ?? 0, 0, failed];
    for (const [rank, vessel] of rising.entries()) {
        width += vessel.width;
        const next = rising[rank + 1]?.level ?? Infinity;
        const room = (next - level) * width;
        if (room >= rest) {
            level += rest / width;
            break;
        }
        rest -= room;
        level = next;
    }
    const exact = counts.map((count, i) => Math.max(0, level * (probabilities[i] ?? 0) - count));
    const added = exact.map(Math.floor);
    const missing = failed - added.reduce((sum, each) => sum + each, 0);
    const byRemainder = [...exact.keys()].sort(
        (a, b) => (exact[b] ?? 0) - (added[b] ?? 0) - ((exact[a] ?? 0) - (added[a] ?? 0)),
    );
    const rounded = new Set(byRemainder.slice(0, missing));
    return counts.map((count, i) => count + (added[i] ?? 0) + (rounded.has(i) ? 1 : 0));
}
