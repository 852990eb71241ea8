import { stripVTControlCharacters } from "node:util";
import { plain } from "../report/markdown";
import { changesBetween, inBoth } from "./difference";
import type { Preview } from "./preview";
import { secret, unknown } from "./propertyPath";
import { resourcesPart } from "./resourceLines";
import { counted, splits } from "./splits";

/** Characters. GitHub allows 65,536; this leaves room for text that others put around the comment. */
const most = 64_000;

/** Characters of one problem, such as an error with its stack trace. */
const mostOfProblem = 2_000;

/** Characters that are quoted of a line that is not the engine's. */
const mostOfLine = 120;

/** Properties that are named as not comparable; of the others, the comment has the number. */
const mostPaths = 10;

const levels: readonly string[] = ["mandatory", "remediate", "advisory"];
const severities: readonly string[] = ["critical", "high", "medium", "low"];

/**
 * A pull request's comment on a preview, in Markdown: how the expected split changes, the last measurement, what the
 * policies find, and the resources that change. The same preview gives the same text.
 *
 * The first line is a marker that names project and stack: whoever posts the comment finds an earlier one by it.
 *
 * @param base preview of the base branch: the comment compares with it, and not with what the stack has stored
 * @param commit the previewed commit, in hexadecimal; without it the comment names none
 */
export function comment(preview: Preview, base: Preview | null = null, commit = ""): string {
    const { project, stack, stored, findings } = preview;
    const ofBase = base?.failed === true ? base.problems.map((each) => `of the base: ${each}`) : [];
    const problems = [...new Set([...preview.problems, ...ofBase])].sort((a, b) => rank(a) - rank(b) || order(a, b));
    const lines = problems.map((each) => `- ${plain(shortened(each))}`);
    const problemsPart = lines.length === 0 ? [] : [`### Problems\n\n${lines.join("\n")}`];
    const parts = [
        `<!-- traffic-split ${word(project)}/${word(stack)} -->`,
        `## Traffic split of ${plain(project)}/${plain(stack)}`,
        ...(commit === "" ? [] : [`Preview of commit \`${commit.replace(/[^0-9a-f]/g, "").slice(0, 12)}\`.`]),
        ...digestNote(preview, base),
        ...otherLinesNote(preview, "The preview"),
        ...(base === null ? [] : otherLinesNote(base, "The preview of the base")),
        ...(preview.failed ? problemsPart : []),
        splits(preview, base?.expected ?? stored.expected),
        ...(preview.failed ? [] : problemsPart),
        ...(findings.length === 0 ? [] : [findingsPart(preview)]),
    ];
    const [whole, short] = [true, false].map((withProperties) =>
        [...parts, changesPart(preview, base, withProperties)].join("\n\n"),
    ) as [string, string];
    return `${whole.length < most ? whole : cut(short)}\n`;
}

/** A name that can't end the HTML comment around it. */
function word(name: string): string {
    return name.replace(/[^\w.-]/g, "");
}

/** How to get more, if a preview was printed as a digest. */
function digestNote(preview: Preview, base: Preview | null): string[] {
    const which = [
        ...(preview.isDigest ? ["the preview"] : []),
        ...(base?.isDigest === true ? ["the preview of the base"] : []),
    ];
    return which.length === 0
        ? []
        : [
              `Read from a digest: ${which.join(", ")}. Set \`PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true\` for \`pulumi preview --json\` to get the expected split after the change and what policies find.`,
          ];
}

function otherLinesNote({ otherLines }: Preview, which: string): string[] {
    const [first] = otherLines;
    return first === undefined
        ? []
        : [`${which} has ${counted(otherLines.length, "other line")}, skipped here${excerptOf(first)}.`];
}

/** A line with any JSON in it may be the rest of a torn object, with values that nothing masks: it is not quoted. */
function excerptOf(line: string): string {
    const text = stripVTControlCharacters(line).trim();
    if (/["{}]/.test(text)) {
        return "";
    }
    return `: “${plain(text.length > mostOfLine ? `${text.slice(0, mostOfLine)}…` : text)}”`;
}

/** Errors first. */
function rank(problem: string): number {
    return problem.includes("error: ") ? 0 : 1;
}

function order(a: string, b: string): number {
    return a.localeCompare(b, "en");
}

function shortened(problem: string): string {
    const { length } = problem;
    return length <= mostOfProblem
        ? problem
        : `${problem.slice(0, mostOfProblem)}… (${length.toLocaleString("en")} characters)`;
}

function cut(text: string): string {
    if (text.length < most) {
        return text;
    }
    const close = "\n\n</details>";
    const end = (lines: number): string =>
        `\n\nThis comment is cut here, because it is too long: ${counted(lines, "line")} more.`;
    const start = text.slice(0, most - close.length - end(most).length - 1).replace(/\n[^\n]*$/, "");
    const isOpen = start.lastIndexOf("<details>") > start.lastIndexOf("</details>");
    const lines = text.slice(start.length).match(/^[-|].*$/gm) ?? [];
    return `${start}${isOpen ? close : ""}${end(lines.length)}`;
}

function changesPart(preview: Preview, base: Preview | null, withProperties: boolean): string {
    if (base?.failed === true) {
        return "Which resources change is not known: the preview of the base failed.";
    }
    const failed = preview.failed ? ["The preview failed before its end: what else changes is not known."] : [];
    const unlisted = Math.max(preview.unlisted, base?.unlisted ?? 0);
    if (base !== null && unlisted > 0) {
        const note = `A digest leaves out unchanged resources, here ${unlisted}, so the resources are not compared with the base. These are the changes to the stack as it is stored.`;
        return resourcesPart(preview.resources, withProperties, [...failed, note]);
    }
    if (base === null) {
        return resourcesPart(preview.resources, withProperties, failed);
    }
    return resourcesPart(changesBetween(base, preview), withProperties, [
        ...failed,
        ...notCompared("Values that are secret", inBoth(secret, base, preview)),
        ...notCompared("Values that are known when the update is made", inBoth(unknown, base, preview)),
    ]);
}

function notCompared(what: string, paths: readonly string[]): string[] {
    const named = paths.slice(0, mostPaths).map(plain);
    const more = paths.length - named.length;
    return paths.length === 0
        ? []
        : [`${what} can't be compared: ${named.join(", ")}${more === 0 ? "" : ` and ${more} more`}.`];
}

function findingsPart({ findings }: Preview): string {
    const lines = findings.map(({ policy, level, severity, resource, message }) => {
        // The engine puts the policy's description, the same for all that it finds, on a line before the finding.
        const finding = message.replace(/^[^\n]*\n(?=\s*\S)/, "");
        const weight = [level, ...(severity === "" ? [] : [`${severity} severity`])].map(plain).join(", ");
        return {
            level: levels.indexOf(level),
            severity: severities.includes(severity) ? severities.indexOf(severity) : severities.length,
            line: `- ${plain(policy)} (${weight}) on **${plain(resource)}**: ${plain(finding)}`,
        };
    });
    lines.sort((a, b) => a.level - b.level || a.severity - b.severity || order(a.line, b.line));
    return `### Policies\n\n${lines.map(({ line }) => line).join("\n")}`;
}
