/** The longest word that a narrow column keeps in one line: an IPv4 address. */
const longest = "255.255.255.255".length;

/** The class of a table cell: on a phone, only unusually long words break. */
export function cellClass(text: string): "words" | undefined {
    return text.split(/[\s-]/).every(({ length }) => length <= longest) ? "words" : undefined;
}
