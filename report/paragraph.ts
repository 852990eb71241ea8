/**
 * Text in lines of at most `width` columns, the second and later ones indented twice as far as the first. A word longer
 * than a line is cut.
 */
export function paragraph(text: string, { width, indent }: { width: number; indent: number }): string[] {
    const lines: string[] = [];
    let line = " ".repeat(indent);
    let isEmpty = true;
    const longest = width - 2 * indent;
    for (const word of text.split(" ").flatMap((each) => piecesOf(each, longest))) {
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

function piecesOf(word: string, longest: number): string[] {
    const count = Math.max(1, Math.ceil(word.length / longest));
    return Array.from({ length: count }, (_, i) => word.slice(i * longest, (i + 1) * longest));
}
