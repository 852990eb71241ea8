import { Command } from "commander";
import { readFileSync } from "node:fs";
import { OutputsError, readOutputs } from "../report/outputs";
import { comment } from "./comment";
import { failedPreview, readPreview, type Preview, type StackName } from "./preview";
import { PreviewError } from "./standardOutput";

interface Options extends StackName {
    readonly base?: string;
    readonly measured?: string;
    readonly errors?: string;
    readonly baseErrors?: string;
    readonly commit?: string;
}

new Command("comment")
    .description("Prints a pull request comment in Markdown, made from a Pulumi preview")
    .argument("<preview>", "what PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json printed")
    .option(
        "--base <preview>",
        "the same of the base branch: compare with this preview, and not with what the stack has stored",
    )
    .option(
        "--measured <outputs>",
        "what pulumi stack output --json printed where the stack runs: its last measurement",
    )
    .option("--project <name>", "the project's name, if the preview ended before its first resource", "unknown")
    .option("--stack <name>", "the stack's name, if the preview ended before its first resource", "unknown")
    .option("--errors <file>", "the preview's standard error, used if the standard output is no whole preview")
    .option("--base-errors <file>", "the same of the base branch")
    .option("--commit <sha>", "the previewed commit, which the comment then names")
    .action((file: string, { base, measured, project, stack, errors, baseErrors, commit }: Options) => {
        const name = { project, stack };
        const before = base === undefined ? null : previewIn(base, name, baseErrors);
        const preview = previewIn(file, name, errors);
        const whole = measured === undefined ? preview : withMeasured(preview, measured);
        process.stdout.write(comment(whole, before, commit));
    })
    .parseAsync()
    .catch((error: unknown) => {
        console.error(`comment: ${error instanceof Error ? error.message : String(error)}`);
        process.exitCode = 1;
    });

function previewIn(file: string, name: StackName, errors: string | undefined): Preview {
    try {
        return readPreview(readFileSync(file, "utf8"), name);
    } catch (error) {
        if (!(error instanceof PreviewError) || errors === undefined) {
            throw error;
        }
        return failedPreview(name, readFileSync(errors, "utf8").trim() || error.message);
    }
}

/** A file that can't be read, such as one with a measurement of another version, becomes a warning in the comment. */
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
