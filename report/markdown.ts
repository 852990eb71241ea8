/**
 * A space without width: GitHub looks for mentions, references and links in the text that backslashes are gone from.
 */
const gap = "&#8203;";

/** Marks that turn the direction of what follows. */
export const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that can't be anything but text in a cell of a Markdown table, or in a line: no mention, reference, link, emoji or
 * formula, and nothing that turns the direction of what follows.
 */
export function plain(text: string): string {
    return text
        .replace(/\p{Cc}+/gu, " ")
        .replace(directionMarks, "\ufffd")
        .replace(/[\\`*_{}[\]()|~]/g, "\\$&")
        .replace(/&/g, "&amp;")
        .replace(/</g, "&lt;")
        .replace(/>/g, "&gt;")
        .replace(/[#@$]/g, `$&${gap}`)
        .replace(/:(?=\/\/|(?:[a-z][\w+-]*|[+-]1|100|1234):)|www(?=\.)|GH-(?=\d)/gi, `$&${gap}`)
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
