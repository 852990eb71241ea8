import type { Assessment } from "../split/assessment";
import type { ExpectedSplits } from "../split/expected";
import { folded, markdownTable, plain } from "../report/markdown";
import type { Preview, ResourceChange } from "./preview";

/** What a pull request's comment may hold at most is 65,536 characters; this leaves room for what others put around it. */
const most = 64_000;
/** Longest value that is shown of a property. */
const longestValue = 200;

/**
 * A pull request's comment on a preview, in Markdown: how the expected split changes, what was measured last, what the
 * policies find, and the resources that change. The same preview gives the same text.
 *
 * @param base expected splits of the branch that the change is made to; they count more than what the stack has stored
 */
export function comment(preview: Preview, base: ExpectedSplits | null = null): string {
    const { stack, stored, expected, resources, findings, problems } = preview;
    const parts = [
        `<!-- traffic-split ${stack.replace(/[^\w.-]/g, "")} -->`,
        `## Traffic split of ${plain(stack)}`,
        splits(base ?? stored.expected, expected),
        ...measuredPart(stored.measured),
        ...(findings.length === 0 ? [] : [findingsPart(preview)]),
        ...(problems.length === 0 ? [] : [`### Problems\n\n${problems.map((each) => `- ${plain(each)}`).join("\n")}`]),
    ];
    const short = [...parts, resourcesPart(resources, false)].join("\n\n");
    const whole = [...parts, resourcesPart(resources, true)].join("\n\n");
    if (whole.length <= most) {
        return `${whole}\n`;
    }
    const end = "\n\nThis comment is cut here, because it is too long.\n";
    return short.length <= most ? `${short}\n` : `${short.slice(0, most - end.length).replace(/\n.*$/, "")}${end}`;
}

function splits(before: ExpectedSplits | null, after: ExpectedSplits | null): string {
    if (after === null) {
        return "What to expect after the change is not known: the preview ended before.";
    }
    const services = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])].sort();
    const rows = services.flatMap((service) => {
        const [was, is] = [before?.[service] ?? {}, after[service] ?? {}];
        return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().map((client) => ({
            ...{ service, client, was: was[client]?.split ?? "none", is: is[client]?.split ?? "none" },
            reason: is[client]?.reason ?? "",
        }));
    });
    const changed = rows.filter(({ was, is }) => before !== null && was !== is);
    const table = (some: typeof rows): string =>
        markdownTable(
            before === null
                ? ["Service", "Client", "Expected", "Because"]
                : ["Service", "Client", "Expected now", "After", "Because"],
            some.map(({ service, client, was, is, reason }) =>
                [service, client, ...(before === null ? [] : [was]), is, reason].map(plain),
            ),
        );
    if (before === null) {
        return `### Expected\n\n${table(rows)}`;
    }
    const headline = changed.length === 0 ? "No expected split changes." : table(changed);
    const unchanged = rows.filter((row) => !changed.includes(row));
    const rest =
        unchanged.length === 0
            ? []
            : [folded(`${unchanged.length} expected splits stay as they are`, table(unchanged))];
    return ["### Expected", headline, ...rest].join("\n\n");
}

function measuredPart(measured: Assessment | null): string[] {
    if (measured === null) {
        return [];
    }
    const rows = measured.services.flatMap(({ name, clients }) =>
        clients.map(({ client, verdict, pods, requested }) => {
            const counts = pods.map(({ count }) => count).join(" / ");
            return [name, client, `${counts || "none"} of ${requested}`, verdict.outcome].map(plain);
        }),
    );
    const when = `Measured ${plain(measured.finishedAt)} by Job ${plain(measured.probe.job)}, ${measured.pods.length} pods`;
    return [folded(when, markdownTable(["Service", "Client", "Answers by pod", "Verdict"], rows))];
}

function findingsPart({ findings }: Preview): string {
    const sorted = findings
        .map(({ policy, level, resource, message }) => [policy, level, resource, message].map(plain))
        .sort((a, b) => a.join().localeCompare(b.join()));
    return `### Policies\n\n${markdownTable(["Policy", "Level", "Resource", "Finding"], sorted)}`;
}

function resourcesPart(resources: readonly ResourceChange[], withProperties: boolean): string {
    if (resources.length === 0) {
        return "No resource changes.";
    }
    const lines = resources.map(
        ({ operation, type, name, properties }) =>
            `- ${operation} ${plain(type)} **${plain(name)}**${properties.length === 0 ? "" : `: ${properties.map(({ path }) => plain(path)).join(", ")}`}`,
    );
    const details = resources
        .filter(({ properties }) => properties.length > 0)
        .map(({ name, properties }) =>
            markdownTable(
                [`Property of ${plain(name)}`, "Before", "After"],
                properties.map(({ path, before, after }) => [plain(path), shown(before), shown(after)]),
            ),
        );
    const more = withProperties && details.length > 0 ? [folded("Properties", details.join("\n\n"))] : [];
    return [`### Resources`, lines.join("\n"), ...more].join("\n\n");
}

function shown(value: unknown): string {
    if (value === undefined) {
        return "";
    }
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return plain(text.length > longestValue ? `${text.slice(0, longestValue)}… (${text.length} characters)` : text);
}
