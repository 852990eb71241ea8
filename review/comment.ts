import type { Assessment } from "../split/assessment";
import type { ExpectedSplits } from "../split/expected";
import { folded, markdownTable, plain } from "../report/markdown";
import { changesBetween } from "./difference";
import type { Preview } from "./preview";
import { resourcesPart } from "./resources";

/** What a pull request's comment may hold at most is 65,536 characters; this leaves room for what others put around it. */
const most = 64_000;

/**
 * A pull request's comment on a preview, in Markdown: how the expected split changes, what was measured last, what the
 * policies find, and the resources that change. The same preview gives the same text.
 *
 * @param base preview of the branch that the change is made to; it counts, and not what the stack has stored
 */
export function comment(preview: Preview, base: Preview | null = null): string {
    const { stack, stored, expected, findings, problems } = preview;
    const resources = base === null ? preview.resources : changesBetween(base, preview);
    const told = [...new Set(problems)];
    const parts = [
        `<!-- traffic-split ${stack.replace(/[^\w.-]/g, "")} -->`,
        `## Traffic split of ${plain(stack)}`,
        splits(base?.expected ?? stored.expected, expected),
        ...measuredPart(stored.measured),
        ...(findings.length === 0 ? [] : [findingsPart(preview)]),
        ...(told.length === 0 ? [] : [`### Problems\n\n${told.map((each) => `- ${plain(each)}`).join("\n")}`]),
    ];
    const short = [...parts, resourcesPart(resources, false)].join("\n\n");
    const whole = [...parts, resourcesPart(resources, true)].join("\n\n");
    if (whole.length <= most) {
        return `${whole}\n`;
    }
    const end = "\n\nThis comment is cut here, because it is too long.\n";
    return short.length <= most ? `${short}\n` : `${short.slice(0, most - end.length).replace(/\n.*$/, "")}${end}`;
}

interface Row {
    readonly service: string;
    readonly client: string;
    readonly was: string;
    readonly is: string;
    readonly reason: string;
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
    if (before === null) {
        return `### Expected\n\n${table(rows, false)}`;
    }
    const changed = rows.filter(({ was, is }) => was !== is);
    const unchanged = rows.filter(({ was, is }) => was === is);
    return [
        "### Expected",
        changed.length === 0 ? "No expected split changes." : table(changed, true),
        ...(unchanged.length === 0
            ? []
            : [folded(`${counted(unchanged.length, "expected split")} as before`, table(unchanged, false))]),
    ].join("\n\n");
}

/** A row for all clients of a Service for which it reads the same. */
function table(rows: readonly Row[], withBefore: boolean): string {
    const groups = new Map<string, Row & { clients: string[] }>();
    for (const row of rows) {
        const { service, was, is, reason } = row;
        const key = JSON.stringify([service, ...(withBefore ? [was] : []), is, reason]);
        const group = groups.get(key) ?? { ...row, clients: [] };
        groups.set(key, group);
        group.clients.push(row.client);
    }
    return markdownTable(
        ["Service", "Clients", ...(withBefore ? ["Expected now", "After"] : ["Expected"]), "Because"],
        [...groups.values()].map(({ service, clients, was, is, reason }) =>
            [service, clients.join(", "), ...(withBefore ? [was] : []), is, reason].map(plain),
        ),
    );
}

function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
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
    const when = `Measured ${plain(measured.finishedAt)} by Job ${plain(measured.job)}, ${measured.pods.length} pods`;
    return [folded(when, markdownTable(["Service", "Client", "Answers by pod", "Verdict"], rows))];
}

function findingsPart({ findings }: Preview): string {
    const lines = findings.map(({ policy, level, resource, message }) => {
        // The engine puts the policy's description, the same for all that it finds, on a line before the finding.
        const finding = message.trim().replace(/^[^\n]*\n(?=.)/, "");
        return `- ${plain(policy)} (${plain(level)}) on **${plain(resource)}**: ${plain(finding)}`;
    });
    return `### Policies\n\n${lines.sort((a, b) => a.localeCompare(b)).join("\n")}`;
}
