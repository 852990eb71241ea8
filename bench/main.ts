import { Argument, Command, InvalidArgumentError } from "commander";
import { writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { labUp, projectFolder } from "./benchLab";
import { collector } from "./collector";
import { experiment } from "./experiment";
import { load } from "./load";
import { million } from "./million";
import { preview } from "./preview";

const sections = { experiment, load, million, preview, collector } as const;
const names = Object.keys(sections) as (keyof typeof sections)[];
const target = join(projectFolder, "docs", "evidence", "benchmarks.md");

new Command("bench")
    .description(
        "Measures this project beside other tools, on a lab of its own, and writes docs/evidence/benchmarks.md",
    )
    .addArgument(
        new Argument("[sections...]", "what to measure, to the standard output; all by default").choices(names),
    )
    .option("--rounds <number>", "rounds of each", rounds, 7)
    .action(async (only: (keyof typeof sections)[], options: { rounds: number }) => {
        await labUp();
        const texts: string[] = [];
        for (const name of only.length === 0 ? names : only) {
            console.error(`bench: ${name}, ${options.rounds} rounds`);
            texts.push(await sections[name](options.rounds));
        }
        if (only.length > 0) {
            process.stdout.write(texts.join("\n"));
            return;
        }
        writeFileSync(target, `${head()}\n${texts.join("\n")}`);
        console.log(target);
    })
    .parseAsync()
    .catch((error: unknown) => {
        console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
    });

function rounds(given: string): number {
    const number = Number(given);
    if (!Number.isInteger(number) || number < 1 || number > 100) {
        throw new InvalidArgumentError(`It must be a whole number from 1 to 100, got ${given}.`);
    }
    return number;
}

function head(): string {
    return `# Benchmarks

Made by \`npm run bench\` on the lab, on a machine with ${availableParallelism()} cores and ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}. Only
ratios within one run mean anything: each round measures all, one after the other, and begins with another of them.
`;
}
