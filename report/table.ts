import Table from "cli-table3";
import type { AssessedClient, AssessedService, Assessment } from "../split/verdict/assessment";
import type { Change, Comparison } from "../split/verdict/comparison";
import { largestShareOf } from "../split/verdict/stackOutputs";
import { disruptedClients, figureNames, happened, type DisruptedFigures } from "./disruption";
import { groupsOf } from "./groups";
import { paragraph } from "./paragraph";
import { reachedBy } from "./reached";
import { retransmissions } from "./retransmissions";

const width = 100;
/** The widest that fits is drawn. */
const barWidths = [20, 10, 0];
/** Longer names lose their middle, where a name and its hash at the end tell more. */
const [longestName, longestPod, longestNode] = [72, 40, 24];
/** With more, pods have no columns: the verdict's sentence says how many answered. */
const mostColumns = 8;

/**
 * An assessment as plain text for a terminal, at most 100 columns wide: for each Service what DNS answered, how many
 * requests each pod answered to each client, and the verdict with its reason.
 *
 * @param comparison with the run before; null for none
 */
export function table(assessment: Assessment, comparison: Comparison | null = null): string {
    const sections = assessment.services.map((service) => section(service, assessment, comparison));
    const whole = [...sections, ...(assessment.disruptions.length === 0 ? [] : [disruption(assessment)])].join("\n\n");
    // A terminal would obey what somebody's answer may hold.
    return whole.replace(/(?!\n)\p{Cc}/gu, "\ufffd");
}

function section(service: AssessedService, assessment: Assessment, comparison: Comparison | null): string {
    const [first] = service.clients;
    const { name = service.name, addresses = [] } = first?.dns ?? {};
    const answer = addresses.map((address) => `  ${shortened(name, longestName)} has address ${address}`);
    const changes = comparison?.services[service.name] ?? {};
    const names = podsOf(service, assessment);
    return [
        `${service.name} (${reachedBy(service)}), ${first?.requested ?? 0} requests by each client`,
        ...(answer.length > mostColumns
            ? [`  ${shortened(name, longestName)} has ${answer.length} addresses`]
            : answer),
        ...(names.length > mostColumns ? [] : ["", pods(names, assessment)]),
        "",
        clients(service, names.length > mostColumns ? [] : names),
        ...[...reasons(service), ...resent(service, assessment), ...since(changes)].flatMap((text) => [
            "",
            ...paragraph(text, { width, indent: 2 }),
        ]),
    ].join("\n");
}

/** What was done to the pods in the middle, and what each client saw of it at each Service. */
function disruption(assessment: Assessment): string {
    const figures = Object.keys(figureNames) as (keyof DisruptedFigures)[];
    const rows = disruptedClients(assessment).flatMap(({ client, figures: each }) =>
        each.map((row, i) => [
            ...[i === 0 ? client : "", assessment.disruptions[i]?.service ?? ""],
            ...figures.map((figure) => row[figure]),
        ]),
    );
    const meaning = figures.map((figure) => `${figureNames[figure].short}: ${figureNames[figure].long}`).join("; ");
    return [
        "Disruption",
        ...assessment.disruptions.flatMap((each) => ["", ...paragraph(happened(each), { width, indent: 2 })]),
        "",
        text(["client", "Service", ...figures.map((figure) => figureNames[figure].short)], rows, [
            ...["left" as const, "left" as const],
            ...figures.map(() => "right" as const),
        ]),
        "",
        ...paragraph(`Seconds count from the disruption. ${meaning}.`, { width, indent: 2 }),
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
            ? [letter(i), shortened(name, longestPod), "gone", "", ""]
            : [
                  ...[letter(i), shortened(name, longestPod), pod.address ?? "no address"],
                  ...[shortened(pod.node ?? "", longestNode), pod.ready ? "" : "not ready"],
              ];
    });
    return text([], rows, ["left", "left", "left", "left", "left"]);
}

/** With a column for each pod and a bar, as far as they fit. */
function clients({ clients: all }: AssessedService, names: readonly string[]): string {
    const drawings = [names, []].flatMap((shown) => barWidths.map((bar) => drawing(all, shown, bar)));
    return drawings.find((each) => each.split("\n").every(({ length }) => length <= width)) ?? drawings.at(-1) ?? "";
}

function drawing(all: readonly AssessedClient[], shown: readonly string[], barWidth: number): string {
    const letters = shown.map((_, i) => letter(i));
    const isSecure = all.some(({ latencyMs }) => latencyMs?.handshake != null);
    const secure = isSecure ? ["TLS ms"] : [];
    const head = ["client", ...letters, "failed", ...secure, "median", "p99 ms", "largest share", "verdict"];
    const rows = all.map((client) => {
        const counts = shown.map((name) => client.pods.find(({ pod }) => pod === name)?.count ?? 0);
        const { p50, p99 } = client.latencyMs?.total ?? {};
        const handshake = secure.map(() => client.latencyMs?.handshake?.p50.toFixed(1) ?? "");
        const times = [...handshake, p50?.toFixed(1) ?? "", p99?.toFixed(1) ?? ""];
        const figures = [...counts, client.requested - client.answered, ...times];
        return [client.client, ...figures, bar(client, barWidth), client.verdict.outcome];
    });
    const right = [...shown, ...secure, "failed", "median", "p99"].map((): "right" => "right");
    return text(head, rows, ["left", ...right, "left", "left"]);
}

/** The largest share of connections that one pod got, 0 to 100 %. */
function bar(client: AssessedClient, barWidth: number): string {
    const share = largestShareOf(client);
    if (share === null) {
        return "none".padStart(7);
    }
    return `${(share * 100).toFixed(1).padStart(5)} % ${"█".repeat(Math.round(share * barWidth))}`.trimEnd();
}

/** Why each verdict is what it is, a paragraph for all clients that have it for the same reason. */
function reasons({ clients: all }: AssessedService): string[] {
    return groupsOf(all).map(({ clients: names, outcome, why, failures }) => {
        // Any other outcome is named by its own sentence.
        const verdict = outcome === "as expected" ? [outcome + ":", why] : [why];
        return [`${names.join(", ")}:`, ...verdict, ...failures.map((each) => `${each}.`)].join(" ");
    });
}

/** One paragraph, or none. */
function resent(service: AssessedService, assessment: Assessment): string[] {
    const sentences = retransmissions(service, assessment);
    return sentences.length === 0 ? [] : [sentences.join(" ")];
}

/** Clients whose split is another than in the last run. */
function since(changes: Readonly<Record<string, Change>>): string[] {
    const changed = Object.entries(changes).filter(([, change]) => change.changed);
    const each = changed.map(([client, { before, after, matched, pValue }]) => {
        const counts = `${before.join("/")} connections, now ${after.join("/")}`;
        return `${client} (${counts}, pods ${matched}, p = ${pValue.toExponential(1)})`;
    });
    return each.length === 0 ? [] : [`Another split than in the last run: ${each.join(", ")}.`];
}

function shortened(name: string, longest: number): string {
    const half = (longest - 1) / 2;
    return name.length > longest ? `${name.slice(0, Math.ceil(half))}…${name.slice(-Math.floor(half))}` : name;
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
