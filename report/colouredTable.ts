import { readFileSync } from "node:fs";
import { styleText } from "node:util";
import type { Outcome } from "../split/verdict/judgement";

const colours: Readonly<Record<Outcome, "green" | "red" | "yellow" | "cyan">> = {
    "as expected": "green",
    "contradicts expectation": "red",
    "not enough data": "yellow",
    "no expectation": "cyan",
};
// A verdict ends its row after two spaces; in a sentence it follows one space.
const verdict = new RegExp(`(?<= {2})(?:${Object.keys(colours).join("|")})$`, "gm");

/**
 * A table with the verdict of each client in colour, where the stream is a terminal with colours and neither NO_COLOR
 * nor NODE_DISABLE_COLORS is set; else the same text.
 */
export function coloured(table: string, stream: NodeJS.WritableStream): string {
    return table.replace(verdict, (outcome) => styleText(colours[outcome as Outcome], outcome, { stream }));
}

if (require.main === module) {
    const table = readFileSync(0, "utf8");
    if (table.trim() === "") {
        console.error("table: the standard input is empty; pipe the output of `pulumi stack output table` into it");
        process.exitCode = 1;
    }
    process.stdout.write(coloured(table, process.stdout));
}
