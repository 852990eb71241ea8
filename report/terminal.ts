import { readFileSync } from "node:fs";
import { styleText } from "node:util";
import type { Outcome } from "../split/verdict/judgement";

const colours: Readonly<Record<Outcome, "green" | "red" | "yellow" | "cyan">> = {
    "as expected": "green",
    "contradicts expectation": "red",
    "not enough data": "yellow",
    "no expectation": "cyan",
};
// A verdict ends its row, in a column of its own; in a sentence one space stands before it.
const verdict = new RegExp(`(?<= {2})(?:${Object.keys(colours).join("|")})$`, "gm");

/**
 * A table with the verdict of each client in its colour, where the stream is a terminal that has colours and neither
 * NO_COLOR nor NODE_DISABLE_COLORS is set; the same text where not.
 */
export function coloured(table: string, stream: NodeJS.WritableStream): string {
    return table.replace(verdict, (outcome) => styleText(colours[outcome as Outcome], outcome, { stream }));
}

if (require.main === module) {
    const table = readFileSync(0, "utf8");
    if (table.trim() === "") {
        console.error("table: the standard input is empty, where `pulumi stack output table` is expected");
        process.exitCode = 1;
    }
    process.stdout.write(coloured(table, process.stdout));
}
