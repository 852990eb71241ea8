/**
 * Text in lines of at most `width` columns, the second and later ones indented twice as far as the first. A word longer
 * than a line stays whole.
 */
export function paragraph(text: string, { width, indent }: { width: number; indent: number }): string[] {
    const lines: string[] = [];
    let line = " ".repeat(indent);
    let isEmpty = true;
    for (const word of text.split(" ")) {
        if (!isEmpty && line.length + 1 + word.length > width) {
            lines.push(line);
            line = " ".repeat(2 * indent);
            isEmpty = true;
        }
        line += isEmpty ? word : ` ${word}`;
        isEmpty = false;
    }
    return [...lines, line];
}
