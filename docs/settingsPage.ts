import { readFileSync } from "node:fs";
import { join } from "node:path";
import prettier from "prettier";
import ts from "typescript";
import { parseDocument, YAMLMap } from "yaml";
import { z } from "zod";
import type { Rule } from "../components/settings/rule";
import { settingGroups, settings, type Setting } from "../components/settings/table";

const folder = join(__dirname, "..");
const table = "components/settings/table.ts";

/** What the comment on a setting says. */
export interface Meaning {
    /** Its first paragraph. */
    readonly sentence: string;
    /** Its other paragraphs; "" for none. */
    readonly details: string;
    /** Text of its tag `@default`. */
    readonly default: string;
}

/** The meaning of each setting, from the comments in the table. */
export function meanings(): Map<string, Meaning> {
    const found = new Map<string, Meaning>();
    const source = ts.createSourceFile(table, readFileSync(join(folder, table), "utf8"), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
        const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
        if (ts.isPropertyAssignment(node) && comment !== undefined) {
            const [sentence = "", ...details] = textOf(comment.comment)
                .split(/\n\s*\n/)
                .map(onOneLine);
            const tag = comment.tags?.find(({ tagName }) => tagName.text === "default");
            found.set(node.name.getText(), {
                sentence,
                details: details.join(" "),
                default: onOneLine(textOf(tag?.comment)),
            });
        }
        ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
}

function textOf(comment: Parameters<typeof ts.getTextOfJSDocComment>[0]): string {
    return ts.getTextOfJSDocComment(comment) ?? "";
}

function onOneLine(text: string): string {
    return text.replace(/\s+/g, " ").trim();
}

/** A default, as documentation shows it. */
export function shown(value: unknown): string {
    return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

/** Text of docs/settings.md. */
export async function settingsPage(): Promise<string> {
    const all = meanings();
    const groups = Object.entries(settingGroups).map(([title, group]) => {
        const entries = Object.entries<Setting>(group);
        const rows = entries.map(([name, { rule, default: value }]) => {
            const cells = [
                `\`${name}\``,
                `\`${shown(value)}\``,
                sentenceOf(all, name),
                rule.allowed.replaceAll("|", "\\|"),
            ];
            return `| ${cells.join(" | ")} |`;
        });
        const notes = entries
            .map(([name, { rule }]) => [name, `${all.get(name)?.details ?? ""} ${hintOf(rule)}`.trim()] as const)
            .filter(([, note]) => note !== "")
            .map(([name, note]) => `- \`${name}\`: ${note}`);
        return [
            `## ${title}`,
            "",
            "| Setting | Default | Meaning | Allowed |",
            "| --- | --- | --- | --- |",
            ...rows,
            "",
            ...notes,
            "",
        ].join("\n");
    });
    return formatted("docs/settings.md", [introduction, ...groups].join("\n"));
}

const introduction = `# Settings

Set a value with \`pulumi config set requests 1000\`. Set an item of a list or a map with
\`pulumi config set --path 'clients[0]' go\`; to start a list anew, remove it first with \`pulumi config rm clients\`. Each
setting is also an argument of the component \`TrafficSplit\`. A value that is not allowed is refused before anything is
created, and so is a key that is no setting.

\`npm run settings\` writes this page, and the section \`config\` of Pulumi.yaml, from the table in
[components/settings/table.ts](../components/settings/table.ts).
`;

function sentenceOf(all: ReadonlyMap<string, Meaning>, name: string): string {
    return all.get(name)?.sentence ?? "";
}

function hintOf({ hint }: Rule<unknown>): string {
    return hint === undefined ? "" : `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
}

/** Text of Pulumi.yaml with the section `config` that follows from the table. */
export async function withConfig(pulumiYaml: string): Promise<string> {
    const all = meanings();
    const document = parseDocument(pulumiYaml);
    const config = new YAMLMap();
    for (const [name, { rule, default: value }] of Object.entries<Setting>(settings)) {
        config.set(
            name,
            document.createNode({
                ...typeOf(rule, value),
                default: document.createNode(isDecimal(value) ? String(value) : value, { flow: true }),
                description: `${sentenceOf(all, name)} Must be ${rule.allowed}.`,
            }),
        );
    }
    document.set("config", config);
    return formatted("Pulumi.yaml", document.toString({ lineWidth: 0 }));
}

/** The type of a key, as Pulumi has it. */
function typeOf({ schema }: Rule<unknown>, value: unknown): object {
    if (Array.isArray(value)) {
        const { items } = z.toJSONSchema(schema) as { readonly items: { readonly type: string } };
        return { type: "array", items: { type: items.type } };
    }
    if (typeof value === "number") {
        // Pulumi's config has no decimals.
        return { type: isDecimal(value) ? "string" : "integer" };
    }
    return { type: typeof value };
}

function isDecimal(value: unknown): boolean {
    return typeof value === "number" && !Number.isInteger(value);
}

async function formatted(file: string, text: string): Promise<string> {
    const path = join(folder, file);
    return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path });
}
