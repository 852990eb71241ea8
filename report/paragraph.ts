import wrapAnsi from "wrap-ansi";

/**
 * Text in lines of at most `width` columns. The first line is indented by `indent`, the others twice as far. A word
 * that is longer than a line is cut.
 */
export function paragraph(text: string, { width, indent }: { width: number; indent: number }): string[] {
    const [first = "", ...others] = wrapAnsi(text, width - 2 * indent, { hard: true }).split("\n");
    return [" ".repeat(indent) + first, ...others.map((line) => " ".repeat(2 * indent) + line)];
}
