import { plain } from "../report/markdown";
import { changesBetween, inBoth } from "./difference";
import type { Preview } from "./preview";
import { secret, unknown } from "./propertyPath";
import { resourcesPart } from "./resources";
import { counted, splits } from "./splits";

/**
 * What a pull request's comment may hold at most is 65,536 characters; this leaves room for what others put around it.
 */
const most = 64_000;

/** Of one problem, such as an error with its stack trace. */
const mostOfProblem = 2_000;

/** Of values that can't be compared; how many more there are is told. */
const mostPaths = 10;

const levels: readonly string[] = ["mandatory", "remediate", "advisory"];

/**
 * A pull request's comment on a preview, in Markdown: how the expected split changes, what was measured last, what the
 * policies find, and the resources that change. The same preview gives the same text.
 *
 * @param base preview of the branch that the change is made to; it counts, and not what the stack has stored
 * @param commit that was previewed, in hexadecimal; told where it is given
 */
export function comment(preview: Preview, base: Preview | null = null, commit = ""): string {
    const { stack, stored, findings } = preview;
    const ofBase = base?.failed === true ? base.problems.map((each) => `of the base: ${each}`) : [];
    const problems = [...new Set([...preview.problems, ...ofBase])].sort((a, b) => rank(a) - rank(b) || order(a, b));
    const told = problems.map((each) => `- ${plain(shortened(each))}`);
    const problemsPart = told.length === 0 ? [] : [`### Problems\n\n${told.join("\n")}`];
    const parts = [
        `<!-- traffic-split ${stack.replace(/[^\w.-]/g, "")} -->`,
        `## Traffic split of ${plain(stack)}`,
        ...(commit === "" ? [] : [`Preview of commit \`${commit.replace(/[^0-9a-f]/g, "").slice(0, 12)}\`.`]),
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
    const resources = base === null ? preview.resources : changesBetween(base, preview);
    const notes = [
        ...(preview.failed ? ["The preview failed before its end: what else changes is not known."] : []),
        ...(base === null
            ? []
            : [
                  ...notCompared("Values that are secret", inBoth(secret, base, preview)),
                  ...notCompared("Values that are known when the update is made", inBoth(unknown, base, preview)),
              ]),
    ];
    return resourcesPart(resources, withProperties, notes);
}

function notCompared(what: string, paths: readonly string[]): string[] {
    const told = paths.slice(0, mostPaths).map(plain);
    const more = paths.length - told.length;
    return paths.length === 0
        ? []
        : [`${what} can't be compared: ${told.join(", ")}${more === 0 ? "" : ` and ${more} more`}.`];
}

function findingsPart({ findings }: Preview): string {
    const lines = findings.map(({ policy, level, resource, message }) => {
        // The engine puts the policy's description, the same for all that it finds, on a line before the finding.
        const finding = message.replace(/^[^\n]*\n(?=\s*\S)/, "");
        const line = `- ${plain(policy)} (${plain(level)}) on **${plain(resource)}**: ${plain(finding)}`;
        return { level: levels.indexOf(level), line };
    });
    lines.sort((a, b) => a.level - b.level || order(a.line, b.line));
    return `### Policies\n\n${lines.map(({ line }) => line).join("\n")}`;
}
