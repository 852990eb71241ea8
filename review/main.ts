import { Command } from "commander";
import { readFileSync } from "node:fs";
import { comment } from "./comment";
import { readPreview } from "./preview";

interface Options {
    readonly base?: string;
}

new Command("comment")
    .description("Turns a preview into a pull request's comment, in Markdown, on the standard output")
    .argument("<preview>", "what PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json printed")
    .option(
        "--base <preview>",
        "the same of the branch that the change is made to; compare with it and not with what the stack has stored",
    )
    .action((file: string, { base }: Options) => {
        const before = base === undefined ? null : readPreview(readFileSync(base, "utf8"));
        process.stdout.write(comment(readPreview(readFileSync(file, "utf8")), before));
    })
    .parseAsync()
    .catch((error: unknown) => {
        console.error(`comment: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
    });
