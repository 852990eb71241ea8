import { folded, plain } from "../report/markdown";
import type { PropertyChange, ResourceChange } from "./change";

/** Characters of the longest value in a resource's line. */
const longestInLine = 40;
/** Properties in a resource's line. */
const mostInLine = 3;
/** Characters of a longer value that are shown, from shortly before the first one that differs. */
const excerpt = { before: 15, length: 50 };
/** The annotation of the probe's pod that changes with everything that shapes traffic: the Job then measures again. */
const trigger = /traffic-split\/trigger("\])?$/;

/** The resource that reads the Job's logs. It is no object in the cluster and changes with the Job. */
export const measurement = "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs";
const changes: readonly string[] = ["change", "update"];

/**
 * The resources that change, in Markdown, one line each. Properties that do not fit into the line are folded.
 *
 * @param withProperties false leaves the folded properties out, and says so
 * @param notes sentences about changes that can't be seen, in Markdown
 */
export function resourcesPart(
    all: readonly ResourceChange[],
    withProperties: boolean,
    notes: readonly string[] = [],
): string {
    const resources = all.filter(({ operation, type }) => type !== measurement || !changes.includes(operation));
    if (resources.length === 0) {
        return notes.length === 0 ? "No resource changes." : ["### Resources", ...notes].join("\n\n");
    }
    const details = resources
        .filter(({ properties }) => !fits(properties))
        .flatMap(({ name, properties }) =>
            properties.map(({ path, before, after }) => {
                const values = [shown(before, after), shown(after, before)].map((each) => plain(each) || "none");
                return `- **${plain(name)}** ${plain(path)}: ${values.join(" → ")}`;
            }),
        );
    const properties = withProperties
        ? folded("Properties", details.join("\n"))
        : `${details.length} properties are left out, because this comment would be too long.`;
    const more = details.length === 0 ? [] : [properties];
    return ["### Resources", ...notes, resources.map(line).join("\n"), ...more].join("\n\n");
}

function line({ operation, type, name, properties, reasons }: ResourceChange): string {
    const named = properties.slice(0, mostInLine).map(({ path, before, after }) => {
        const values = inLine(before) && inLine(after) ? ` ${text(before) || "none"} → ${text(after) || "none"}` : "";
        return trigger.test(path) ? "measures again" : plain(`${ending(path)}${values}`);
    });
    const more = properties.length - named.length;
    const all = [...named, ...(more === 0 ? [] : [`${more} more`])].join(", ");
    const why = operation === "replace" ? whyReplaced(properties, reasons) : "";
    const rest = [all, why].filter((part) => part !== "").join("; ");
    const kind = type.replace(/^pulumi:providers:/, "provider ").replace(/^.*:/, "");
    return `- ${operation} ${plain(kind)} **${plain(name)}**${rest === "" ? "" : `: ${rest}`}`;
}

/** Empty if the properties that force the replacement are listed anyway. */
function whyReplaced(properties: readonly PropertyChange[], reasons: readonly string[]): string {
    if (reasons.length === 0) {
        return "the preview does not say why it is replaced";
    }
    const unlisted = reasons.filter((reason) => !properties.some(({ path }) => path === reason));
    const more = unlisted.length - mostInLine;
    const causes = [...unlisted.slice(0, mostInLine).map(plain), ...(more > 0 ? [`${more} more`] : [])];
    return causes.length === 0 ? "" : `replaced because of ${causes.join(", ")}`;
}

/** The last two names of a path, which are enough for a reader: `containers[0].image`. */
function ending(path: string): string {
    return /[^.[\]]+(?:\[\d+\])*(?:\["[^"]*"\]|\.[^.[\]]+)?(?:\[\d+\])*$/.exec(path)?.[0] ?? path;
}

function fits(properties: readonly PropertyChange[]): boolean {
    return properties.length <= mostInLine && properties.every(({ before, after }) => inLine(before) && inLine(after));
}

function inLine(value: unknown): boolean {
    return text(value).length <= longestInLine && !text(value).includes("\n");
}

function text(value: unknown): string {
    if (value === undefined) {
        return "";
    }
    return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value for the folded list: the size of a text with several lines, the part of a long value that differs. */
function shown(value: unknown, other: unknown): string {
    const [one, two] = [text(value), text(other)];
    const size = `${one.length.toLocaleString("en")} characters`;
    if (one.includes("\n")) {
        return size;
    }
    if (one.length <= excerpt.length) {
        return one;
    }
    let first = 0;
    while (first < one.length && one[first] === two[first]) {
        first++;
    }
    const start = Math.max(0, Math.min(first, one.length - excerpt.before) - excerpt.before);
    const end = start + excerpt.length;
    return `${start === 0 ? "" : "…"}${one.slice(start, end)}${end < one.length ? "…" : ""} (${size})`;
}
