/** Longest word that a narrow column keeps in one line, an IPv4 address. */
const longest = "255.255.255.255".length;

/** The class of a cell: on a phone, words break only where they are longer than any that a cluster usually has. */
export function wordsOf(text: string): "words" | undefined {
    return text.split(/[\s-]/).every(({ length }) => length <= longest) ? "words" : undefined;
}
