import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { faultCases } from "./faultCases";
import { endOf, interrupted, interruptions, told, type Ended } from "./faultRuns";
import { expectEnd } from "./faults";
import { brokenLab, labDown, labUp, projectFolder } from "./testLab";
import { TestStack } from "./testStack";

const target = join(projectFolder, "docs", "evidence", "faults.md");

/**
 * Tries every fault on the tests' lab, and writes what became of the update and of the next one.
 *
 * @param part of a fault's name: only such are tried, and told at the standard output
 */
async function main(part?: string): Promise<void> {
    const rows: string[] = [];
    let wrong = 0;
    await labDown(brokenLab);
    try {
        await labUp(brokenLab);
        const stack = await TestStack.make("faults", brokenLab);
        try {
            for (const each of faultCases.filter(({ fault }) => fault.includes(part ?? ""))) {
                console.error(each.fault);
                const [during, after] = await endOf(each, stack);
                wrong += isAs(during, each.outcome) && isAs(after, "totals") ? 0 : 1;
                rows.push(`| ${each.fault} | ${told(during)} | ${told(after)} |`);
            }
            for (const each of interruptions.filter(({ what }) => what.includes(part ?? ""))) {
                console.error(each.what);
                const [during = noEnd, ...after] = await interrupted(stack, each);
                wrong += isAs(during, /^(exit code [1-9]|SIG)/) && isAs(after.at(-1) ?? noEnd, "totals") ? 0 : 1;
                rows.push(`| ${each.what} | ${told(during)} | ${after.map(told).join("; after `pulumi cancel`: ")} |`);
            }
        } finally {
            await stack.remove();
        }
    } finally {
        await labDown(brokenLab);
    }
    if (part === undefined) {
        writeFileSync(target, `${head}${rows.join("\n")}\n`);
    } else {
        console.log(rows.join("\n"));
    }
    console.log(`${rows.length} faults, ${wrong} not as expected`);
    process.exitCode = wrong === 0 ? 0 : 1;
}

const noEnd: Ended = { error: "it never ended" };

const head = `# Faults

Made by \`npm run faults\`: \`pulumi up\` on the lab, 200 requests by curl to each Service at 20 a second, the fault when a
quarter of them was sent (or as the row says), then the lab healed and another update, of 30 requests. Every request is
accounted for, or the error says what is missing.

| fault | that update | the next one |
| --- | --- | --- |
`;

function isAs(end: Ended, outcome: "totals" | RegExp): boolean {
    try {
        expectEnd(end, outcome);
        return true;
    } catch (error) {
        console.error(error instanceof Error ? error.message : String(error), end);
        return false;
    }
}

void main(process.argv[2]);
