/** More names than this are counted in a sentence, not listed. */
const mostListed = 4;

const list = new Intl.ListFormat("en-GB", { type: "conjunction" });

/**
 * Names in a sentence: "nginx-a", "nginx-a and nginx-b", "nginx-a, nginx-b and nginx-c", or "6 pods".
 *
 * @param noun plural of what the names are of
 */
export function listed(names: readonly string[], noun: string): string {
    return names.length > mostListed ? `${names.length} ${noun}` : list.format(names);
}

/** "both pods", "all 3 pods". */
export function allPods(count: number): string {
    return count === 2 ? "both pods" : `all ${count} pods`;
}

/** The names of these pods in a sentence, see {@link listed}. */
export function podNames(pods: readonly { readonly name: string }[]): string {
    return listed(
        pods.map(({ name }) => name),
        "pods",
    );
}
