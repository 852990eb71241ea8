import { Command, Option } from "commander";
import { execa } from "execa";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readOutputs } from "./outputs";
import { page } from "./page/page";
import { markdownReport } from "./markdownReport";

interface Options {
    readonly stack?: string;
    readonly output?: string;
    readonly format: "html" | "markdown";
    readonly open?: true;
}

new Command("report")
    .description("Writes what a stack measured as one page")
    .argument("[outputs]", "file with the output of pulumi stack output --json (default: the stack is asked)")
    .option("--stack <name>", "stack to ask (default: the selected one)")
    .addOption(new Option("--format <format>", "format of the page").choices(["html", "markdown"]).default("html"))
    .option("-o, --output <file>", "file to write, - for the standard output (default: report.html or report.md)")
    .option("--open", "open the file with the default program for such files")
    .action(async (file: string | undefined, { stack, output, format, open }: Options) => {
        if (file !== undefined && stack !== undefined) {
            throw new Error(`--stack ${stack}: must not be used together with a file, got ${file}`);
        }
        const target = output ?? (format === "html" ? "report.html" : "report.md");
        if (open && target === "-") {
            throw new Error("--open: must not be used together with -o -; only a file can be opened");
        }
        const { assessment, comparison } =
            file === undefined
                ? readOutputs(await outputsOf(stack), stack === undefined ? "the selected stack" : `stack ${stack}`)
                : readOutputs(readFileSync(file, "utf8"), file);
        const write = format === "html" ? page : markdownReport;
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
        throw new Error('pulumi is not in PATH; install it, or use the lab\'s: eval "$(lab/lab env)"');
    }
    if (failed) {
        throw new Error(`pulumi stack output: ${exitCode === undefined ? shortMessage : stderr.trim()}`);
    }
    return stdout;
}
