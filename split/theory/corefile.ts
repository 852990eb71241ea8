import type { DnsService } from "./dnsOrder";

/**
 * The policy of CoreDNS's loadbalance plugin (https://coredns.io/plugins/loadbalance/) in the server block that serves
 * the cluster's names, which is the block with the kubernetes plugin.
 *
 * @param corefile text of the Corefile
 * @returns null where no block serves the cluster's names, or the block imports plugins from other files
 */
export function loadbalanceOf(corefile: string): DnsService["loadbalance"] {
    const block = serverBlocks(corefile).find((lines) => lines.some(({ words }) => words[0] === "kubernetes"));
    const plugin = block?.find(({ words }) => words[0] === "loadbalance");
    if (block === undefined || (plugin === undefined && block.some(({ words }) => words[0] === "import"))) {
        return null;
    }
    if (plugin === undefined) {
        return "none";
    }
    if (plugin.options.some(([option]) => option === "prefer")) {
        return "prefer";
    }
    const [, policy = "round_robin"] = plugin.words;
    return policy === "round_robin" || policy === "weighted" ? policy : null;
}

interface Directive {
    /** Name of the plugin and its arguments. */
    readonly words: readonly string[];
    /** The lines in its braces, by words. */
    readonly options: readonly (readonly string[])[];
}

/** The directives of each server block. */
function serverBlocks(corefile: string): Directive[][] {
    const blocks: Directive[][] = [];
    let depth = 0;
    let options: string[][] = [];
    for (const line of corefile.split("\n")) {
        const words = line
            .replace(/(^|\s)#.*/, "")
            .split(/\s+/)
            .filter(Boolean);
        const [first] = words;
        const opens = words.at(-1) === "{";
        const named = opens ? words.slice(0, -1) : words;
        if (first === "}") {
            depth--;
        } else if (depth === 0 && opens) {
            blocks.push([]);
        } else if (depth === 1 && first !== undefined) {
            options = [];
            blocks.at(-1)?.push({ words: named, options });
        } else if (depth > 1 && first !== undefined) {
            options.push(named);
        }
        depth += opens ? 1 : 0;
    }
    return blocks;
}
