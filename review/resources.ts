import { folded, plain } from "../report/markdown";
import type { PropertyChange, ResourceChange } from "./preview";

/** Longest value that stands in a resource's line, and how many properties do. */
const longestInLine = 40;
const mostInLine = 3;
/** Characters of a longer value that are shown, from shortly before the first one that differs. */
const excerpt = { before: 15, length: 50 };
/** What changes with everything that shapes traffic, so that the probe's Job is a new one. */
const trigger = /traffic-split\/trigger("\])?$/;

/** What reads the Job's logs, and is nothing in the cluster: it changes with the Job, of which that is told. */
export const measurement = "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs";
const changes: readonly string[] = ["change", "update"];

/**
 * The resources that change, in Markdown, a line each; what has no room there is folded.
 *
 * @param withProperties false leaves out what is folded, and says so
 * @param notes sentences about what is not known, in Markdown
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

function line({ operation, type, name, properties }: ResourceChange): string {
    const told = properties.slice(0, mostInLine).map(({ path, before, after }) => {
        const values = inLine(before) && inLine(after) ? ` ${text(before) || "none"} → ${text(after) || "none"}` : "";
        return trigger.test(path) ? "measures again" : plain(`${ending(path)}${values}`);
    });
    const more = properties.length - told.length;
    const all = [...told, ...(more === 0 ? [] : [`${more} more`])].join(", ");
    const kind = type.replace(/^pulumi:providers:/, "provider ").replace(/^.*:/, "");
    return `- ${operation} ${plain(kind)} **${plain(name)}**${all === "" ? "" : `: ${all}`}`;
}

/** The last two names of a path, which tell a reader enough: `containers[0].image`. */
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

/** A value for a table: a program or another text of several lines by its size, a long value where it differs. */
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
