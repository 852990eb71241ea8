import Table from "cli-table3";
import type { AssessedClient, AssessedService, Assessment } from "../split/verdict/assessment";
import type { Change, Comparison } from "../split/verdict/comparison";
import { largestShareOf } from "../split/verdict/stackOutputs";
import { disruptedClients, disruptionText, figureLegend, figureNames, type DisruptedFigures } from "./disruption";
import { paragraph } from "./paragraph";
import { letter } from "./podLetters";
import { retransmissions } from "./retransmissions";
import { serviceAccess } from "./serviceAccess";
import { verdictGroups } from "./verdictGroups";

const width = 100;
/** The widest bar that fits is drawn. */
const barWidths = [20, 10, 0];
/** Longer names lose their middle: the beginning of a name and the hash at its end say more. */
const longestName = 72;
const longestPod = 40;
const longestNode = 24;
/** With more pods, a table has no column for each pod; the sentence of the verdict says how many answered. */
const mostColumns = 8;

/**
 * An assessment as plain text for a terminal, at most 100 columns wide: for each Service the answers of DNS, how many
 * requests of each client each pod answered, and the verdicts with their reasons.
 *
 * @param comparison with the run before; null for none
 */
export function table(assessment: Assessment, comparison: Comparison | null = null): string {
    const sections = assessment.services.map((service) => section(service, assessment, comparison));
    const whole = [...sections, ...(assessment.disruptions.length === 0 ? [] : [disruption(assessment)])].join("\n\n");
    // A terminal would obey control characters in a server's answer.
    return whole.replace(/(?!\n)\p{Cc}/gu, "\ufffd");
}

function section(service: AssessedService, assessment: Assessment, comparison: Comparison | null): string {
    const [first] = service.clients;
    const { name = service.name, addresses = [] } = first?.dns ?? {};
    const shortName = shortened(name, longestName);
    const answer =
        addresses.length > mostColumns
            ? [`  ${shortName} has ${addresses.length} addresses`]
            : addresses.map((address) => `  ${shortName} has address ${address}`);
    const names = podsOf(service, assessment);
    const paragraphs = [
        ...reasons(service),
        ...resent(service, assessment),
        ...changed(comparison?.services[service.name] ?? {}),
    ];
    return [
        `${service.name} (${serviceAccess(service)}): ${first?.requested ?? 0} requests by each client`,
        ...answer,
        ...(names.length > mostColumns ? [] : ["", pods(names, assessment)]),
        "",
        clients(service, names.length > mostColumns ? [] : names),
        ...paragraphs.flatMap((text) => ["", ...paragraph(text, { width, indent: 2 })]),
    ].join("\n");
}

/** What was done to the pods in the middle, and what each client saw of it at each Service. */
function disruption(assessment: Assessment): string {
    const figures = Object.keys(figureNames) as (keyof DisruptedFigures)[];
    const rows = disruptedClients(assessment).flatMap(({ client, figures: each }) =>
        each.map((row, i) => [
            i === 0 ? client : "",
            assessment.disruptions[i]?.service ?? "",
            ...figures.map((figure) => row[figure]),
        ]),
    );
    return [
        "Disruption",
        ...assessment.disruptions.flatMap((each) => ["", ...paragraph(disruptionText(each), { width, indent: 2 })]),
        "",
        text(["Client", "Service", ...figures.map((figure) => figureNames[figure].short)], rows, [
            "left",
            "left",
            ...figures.map(() => "right" as const),
        ]),
        "",
        ...paragraph(figureLegend(), { width, indent: 2 }),
    ].join("\n");
}

/** A pod that answered and is gone since counts, too. */
function podsOf({ clients: all }: AssessedService, { pods: known }: Assessment): string[] {
    const answered = all.flatMap(({ pods: each }) => each.map(({ pod }) => pod));
    return [...new Set([...known.map(({ name }) => name), ...answered])];
}

/** Pods by letter, so that the column of each is narrow. */
function pods(names: readonly string[], { pods: known }: Assessment): string {
    const rows = names.map((name, i) => {
        const pod = known.find((each) => each.name === name);
        return [
            letter(i),
            shortened(name, longestPod),
            pod === undefined ? "gone" : (pod.address ?? "no address"),
            shortened(pod?.node ?? "", longestNode),
            pod === undefined || pod.ready ? "" : "not ready",
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
    const head = ["Client", ...letters, "Failed", ...secure, "p50 ms", "p99 ms", "Largest share", "Verdict"];
    const rows = all.map((client) => [
        client.client,
        ...shown.map((name) => client.pods.find(({ pod }) => pod === name)?.count ?? 0),
        client.requested - client.answered,
        ...secure.map(() => client.latencyMs?.handshake?.p50.toFixed(1) ?? ""),
        client.latencyMs?.total.p50.toFixed(1) ?? "",
        client.latencyMs?.total.p99.toFixed(1) ?? "",
        shareBar(client, barWidth),
        client.verdict.outcome,
    ]);
    const figures = [...shown, "Failed", ...secure, "p50 ms", "p99 ms"];
    return text(head, rows, ["left", ...figures.map(() => "right" as const), "left", "left"]);
}

/** The largest share of connections that one pod got, 0 to 100 %. */
function shareBar(client: AssessedClient, barWidth: number): string {
    const share = largestShareOf(client);
    if (share === null) {
        return "none".padStart(7);
    }
    return `${(share * 100).toFixed(1).padStart(5)} % ${"█".repeat(Math.round(share * barWidth))}`.trimEnd();
}

/** Why each verdict is what it is, a paragraph for all clients with the same verdict for the same reason. */
function reasons({ clients: all }: AssessedService): string[] {
    return verdictGroups(all).map(({ clients: names, outcome, why, failures }) => {
        // The sentence of any other outcome names it.
        const sentences = outcome === "as expected" ? ["As expected.", why] : [why];
        return [`${names.join(", ")}:`, ...sentences, ...failures.map((each) => `${each}.`)].join(" ");
    });
}

/** One paragraph, or none. */
function resent(service: AssessedService, assessment: Assessment): string[] {
    const sentences = retransmissions(service, assessment);
    return sentences.length === 0 ? [] : [sentences.join(" ")];
}

/** Clients whose split changed since the last run, in one paragraph, or none. */
function changed(changes: Readonly<Record<string, Change>>): string[] {
    const each = Object.entries(changes)
        .filter(([, change]) => change.changed)
        .map(([client, { before, after, matched, pValue }]) => {
            const counts = `from ${before.join("/")} to ${after.join("/")} connections`;
            return `${client} ${counts} (pods ${matched}, p = ${pValue.toExponential(1)})`;
        });
    return each.length === 0 ? [] : [`Split changed since the last run: ${each.join(", ")}.`];
}

function shortened(name: string, longest: number): string {
    const half = (longest - 1) / 2;
    return name.length > longest ? `${name.slice(0, Math.ceil(half))}…${name.slice(-Math.floor(half))}` : name;
}

function text(head: string[], rows: (string | number)[][], colAligns: ("left" | "right")[]): string {
    const drawn = new Table({
        head,
        colAligns,
        style: {
            head: [],
            border: [],
            compact: true,
            "padding-left": 2,
            "padding-right": 0,
        },
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
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
    "middle",
] as const;
