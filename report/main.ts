import { Command, Option } from "commander";
import { execa } from "execa";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readOutputs } from "./outputs";
import { page } from "./page/page";
import { readme } from "./readme";

interface Options {
    readonly stack?: string;
    readonly output?: string;
    readonly format: "html" | "markdown";
    readonly open?: true;
}

new Command("report")
    .description("Writes what a stack measured as one page")
    .argument("[outputs]", "what pulumi stack output --json printed; without it, the stack is asked")
    .option("--stack <name>", "the stack to ask, in place of the selected one")
    .addOption(new Option("--format <format>", "how it is written").choices(["html", "markdown"]).default("html"))
    .option("-o, --output <file>", "where to; - is the standard output (default: report.html or report.md)")
    .option("--open", "show the file to you with what the machine opens such files with")
    .action(async (file: string | undefined, { stack, output, format, open }: Options) => {
        if (file !== undefined && stack !== undefined) {
            throw new Error(`--stack ${stack} and the file ${file} were given, and only one of them is allowed`);
        }
        const target = output ?? (format === "html" ? "report.html" : "report.md");
        if (open && target === "-") {
            throw new Error("--open and -o - were given, and only a file can be opened");
        }
        const { assessment, comparison } =
            file === undefined
                ? readOutputs(await outputsOf(stack), `stack ${stack ?? "that is selected"}`)
                : readOutputs(readFileSync(file, "utf8"), file);
        const write = format === "html" ? page : readme;
        const text = await write(assessment, comparison);
        if (target === "-") {
            process.stdout.write(text);
            return;
        }
        writeFileSync(target, text);
        console.log(resolve(target));
        if (open) {
            await (await import("open")).default(resolve(target));
        }
    })
    .parseAsync()
    .catch((error: unknown) => {
        console.error(`report: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
    });

async function outputsOf(stack: string | undefined): Promise<string> {
    const named = stack === undefined ? [] : ["--stack", stack];
    const { failed, stdout, stderr, exitCode, shortMessage, code } = await execa(
        "pulumi",
        ["stack", "output", "--json", "--non-interactive", ...named],
        { reject: false },
    );
    if (code === "ENOENT") {
        throw new Error('pulumi is not on the PATH; the one of the lab is after eval "$(lab/lab env)"');
    }
    if (failed) {
        throw new Error(`pulumi stack output: ${exitCode === undefined ? shortMessage : stderr.trim()}`);
    }
    return stdout;
}
