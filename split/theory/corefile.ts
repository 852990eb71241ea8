import type { DnsService } from "./dnsOrder";

/**
 * What CoreDNS's loadbalance plugin does in the server block that serves a cluster's names, which is the one with the
 * kubernetes plugin. Plugins and their options: https://coredns.io/plugins/loadbalance/
 *
 * @param corefile its text
 * @returns null where no block serves a cluster's names, or it takes plugins from elsewhere
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
    /** The same of the lines in its braces. */
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
