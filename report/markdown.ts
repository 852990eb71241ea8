/**
 * A space without width. Backslashes alone do not help: GitHub looks for mentions, references and links in the text
 * without them.
 */
const gap = "&#8203;";

/** Characters that change the direction of the text after them. */
export const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text that stays plain text in a cell of a Markdown table, or in a line: without mentions, references, links, emojis,
 * formulas or changes of direction.
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

/** A table. Every cell is a result of `plain`, or Markdown of this project. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A section that a reader can unfold, in HTML that Markdown allows. */
export function folded(summary: string, content: string): string {
    return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}
