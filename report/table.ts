import Table from "cli-table3";
import type { AssessedClient, AssessedService, Assessment } from "../split/assessment";
import type { Change, Comparison } from "../split/comparison";
import { paragraph } from "./paragraph";

const width = 100;
/** The widest that fits is drawn. */
const barWidths = [20, 10, 0];
/** With more, pods have no columns: the verdict's sentence says how many answered. */
const mostColumns = 8;

/**
 * An assessment as plain text for a terminal, at most 100 columns wide: for each Service what DNS answered, how many
 * requests each pod answered to each client, and the verdict with its reason.
 *
 * @param comparison with the run before; null for none
 */
export function table(assessment: Assessment, comparison: Comparison | null = null): string {
    return assessment.services.map((service) => section(service, assessment, comparison)).join("\n\n");
}

function section(service: AssessedService, assessment: Assessment, comparison: Comparison | null): string {
    const where = service.clusterIP === null ? "headless" : `ClusterIP ${service.clusterIP}`;
    const [first] = service.clients;
    const { name = service.name, addresses = [] } = first?.dns ?? {};
    const answer = addresses.map((address) => `  ${name} has address ${address}`);
    const changes = comparison?.services[service.name] ?? {};
    const names = podsOf(service, assessment);
    return [
        `${service.name} (${where}), ${first?.requested ?? 0} requests by each client`,
        ...(answer.length > mostColumns ? [`  ${name} has ${answer.length} addresses`] : answer),
        ...(names.length > mostColumns ? [] : ["", pods(names, assessment)]),
        "",
        clients(service, names.length > mostColumns ? [] : names),
        ...service.clients.flatMap((client) => ["", ...reasons(client, changes[client.client])]),
    ].join("\n");
}

/** A pod that answered and is gone since counts, too. */
function podsOf({ clients: all }: AssessedService, { pods: known }: Assessment): string[] {
    const answered = all.flatMap(({ pods: each }) => each.map(({ pod }) => pod));
    return [...new Set([...known.map(({ name }) => name), ...answered])];
}

/** Pods by letter, so that each has a narrow column. */
function pods(names: readonly string[], { pods: known }: Assessment): string {
    const rows = names.map((name, i) => {
        const pod = known.find((each) => each.name === name);
        return pod === undefined
            ? [letter(i), name, "gone", "", ""]
            : [letter(i), name, pod.address ?? "no address", pod.node ?? "", pod.ready ? "" : "not ready"];
    });
    return text([], rows, ["left", "left", "left", "left", "left"]);
}

/** With a column for each pod and a bar, as far as they fit. */
function clients({ clients: all }: AssessedService, names: readonly string[]): string {
    const drawings = [names, []].flatMap((shown) => barWidths.map((bar) => drawing(all, shown, bar)));
    return drawings.find((each) => each.split("\n").every(({ length }) => length <= width)) ?? drawings.at(-1) ?? "";
}

function drawing(all: readonly AssessedClient[], shown: readonly string[], barWidth: number): string {
    const head = ["client", ...shown.map((_, i) => letter(i)), "failed", "largest share", "", "verdict"];
    const rows = all.map((client) => {
        const counts = shown.map((name) => client.pods.find(({ pod }) => pod === name)?.count ?? 0);
        const share = Math.max(0, ...client.pods.map((each) => each.share));
        const figures = [...counts, client.requested - client.answered, `${(share * 100).toFixed(1)} %`];
        return [client.client, ...figures, "█".repeat(Math.round(share * barWidth)), client.verdict.outcome];
    });
    const right = [...shown, "failed", "share"].map((): "right" => "right");
    return text(head, rows, ["left", ...right, "left", "left"]);
}

function reasons(client: AssessedClient, change: Change | undefined): string[] {
    const { verdict, notes, errors, latencyMs } = client;
    const failed = Object.entries(errors).map(([error, count]) => `${count} × ${error}.`);
    const time = latencyMs === null ? [] : [`Median ${latencyMs.total.p50} ms, p99 ${latencyMs.total.p99} ms.`];
    const since = change === undefined ? [] : [changed(change)];
    const all = [`${client.client}: ${verdict.sentence}`, ...notes, ...failed, ...since, ...time];
    return paragraph(all.join(" "), { width, indent: 2 });
}

function changed({ changed: isChanged, before, after, pValue }: Change): string {
    const counts = `${before.join("/")} connections before, ${after.join("/")} now, p = ${pValue.toPrecision(2)}`;
    return `${isChanged ? "The split changed" : "No change of the split shows"} since the last run (${counts}).`;
}

function letter(i: number): string {
    return String.fromCharCode("a".charCodeAt(0) + i);
}

function text(head: string[], rows: (string | number)[][], colAligns: ("left" | "right")[]): string {
    const drawn = new Table({
        ...{ head, colAligns },
        style: { head: [], border: [], compact: true, "padding-left": 2, "padding-right": 0 },
        chars: Object.fromEntries(borders.map((each) => [each, ""])),
    });
    drawn.push(...rows);
    return drawn
        .toString()
        .split("\n")
        .map((line) => line.trimEnd())
        .join("\n");
}

const borders = [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
] as const;
