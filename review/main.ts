import { Command } from "commander";
import { readFileSync } from "node:fs";
import { OutputsError, readOutputs } from "../report/outputs";
import { comment } from "./comment";
import { PreviewError } from "./events";
import { failedPreview, readPreview, type Preview } from "./preview";

interface Options {
    readonly base?: string;
    readonly measured?: string;
    readonly stack: string;
    readonly errors?: string;
    readonly baseErrors?: string;
    readonly commit?: string;
}

new Command("comment")
    .description("Turns a preview into a pull request's comment, in Markdown, on the standard output")
    .argument("<preview>", "what PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json printed")
    .option(
        "--base <preview>",
        "the same of the branch that the change is made to; compare with it and not with what the stack has stored",
    )
    .option(
        "--measured <outputs>",
        "what pulumi stack output --json printed where the stack runs: its last measurement",
    )
    .option("--stack <name>", "the stack's name, for a preview that ended before it told it", "unknown")
    .option("--errors <file>", "the preview's standard error, which counts where what it printed is no whole preview")
    .option("--base-errors <file>", "the same of the base")
    .option("--commit <sha>", "the commit that was previewed, which the comment then names")
    .action((file: string, { base, measured, stack, errors, baseErrors, commit }: Options) => {
        const before = base === undefined ? null : previewIn(base, stack, baseErrors);
        const preview = previewIn(file, stack, errors);
        const whole = measured === undefined ? preview : withMeasured(preview, measured);
        process.stdout.write(comment(whole, before, commit));
    })
    .parseAsync()
    .catch((error: unknown) => {
        console.error(`comment: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
    });

function previewIn(file: string, stack: string, errors: string | undefined): Preview {
    try {
        return readPreview(readFileSync(file, "utf8"));
    } catch (error) {
        if (!(error instanceof PreviewError) || errors === undefined) {
            throw error;
        }
        return failedPreview(stack, readFileSync(errors, "utf8").trim() || error.message);
    }
}

/** What can't be read, such as a measurement of another version, is told in the comment. */
function withMeasured(preview: Preview, file: string): Preview {
    try {
        const { assessment } = readOutputs(readFileSync(file, "utf8"), "measured");
        return { ...preview, stored: { ...preview.stored, measured: assessment } };
    } catch (error) {
        if (!(error instanceof OutputsError)) {
            throw error;
        }
        return { ...preview, problems: [...preview.problems, `warning: ${error.message}`] };
    }
}
