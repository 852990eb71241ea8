/**
 * A space without width: GitHub looks for mentions, references and links in the text that backslashes are gone from.
 */
const gap = "&#8203;";

/** Text that can't be anything but text in a cell of a Markdown table, or in a line: no mention, reference or link. */
export function plain(text: string): string {
    return text
        .replace(/\p{Cc}+/gu, " ")
        .replace(/[\\`*_{}[\]()|~]/g, "\\$&")
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/>/g, "&gt;")
        .replace(/[#@]/g, `$&${gap}`)
        .replace(/:(?=\/\/)|www(?=\.)|GH-(?=\d)/gi, `$&${gap}`)
        .trim();
}

/** A table; every cell is text that `plain` made, or Markdown of ours. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** What a reader may open: HTML that Markdown lets through. */
export function folded(summary: string, content: string): string {
    return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
