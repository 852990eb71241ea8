import { verdictGroups } from "../report/verdictGroups";
import { markdownTable, plain } from "../report/markdown";
import { serviceAccess } from "../report/serviceAccess";
import type { ServiceKind } from "../split/protocol/line";
import type { Measured, Outcome } from "./cells";

const signs: Readonly<Record<Outcome, string>> = { "as expected": "✓", explained: "○", contradicts: "✗" };

const columns: Readonly<Record<ServiceKind, string>> = {
    headless: "headless",
    ClusterIP: "ClusterIP",
    NodePort: "NodePort",
    pod: "pod's own name",
};

/** How many cells and sentences of all scenarios contradict. */
export function contradictionsIn(all: readonly Measured[]): number {
    const each = all.map(
        ({ cells, contradictions }) =>
            contradictions.length + cells.filter(({ outcome }) => outcome === "contradicts").length,
    );
    return each.reduce((sum, count) => sum + count, 0);
}

/** All scenarios as one page of Markdown: an overview, and each with what was expected beside what was measured. */
export function page(all: readonly Measured[]): string {
    const outcomes = all.flatMap(({ cells }) => cells.map(({ outcome }) => outcome));
    const count = (outcome: Outcome): number => outcomes.filter((each) => each === outcome).length;
    const total =
        `${all.length} scenarios, ${outcomes.length} cells: ${count("as expected")} as expected ${signs["as expected"]}, ` +
        `${count("explained")} explained ${signs.explained}, ${count("contradicts")} that contradict ${signs.contradicts}.`;
    return `${[head, total, overview(all), ...all.map(section)].join("\n\n")}\n`;
}

const head = `# Scenarios

Made by \`npm run scenarios\`: one stack on a lab of three nodes in three zones, updated by \`pulumi up\` from one scenario to
the next. A cell is one client at one Service. What is expected of it follows from configuration, addresses and places
alone; it is as expected where the counts agree and the reason is the one that the scenario is about. It is explained
where theory claims no split, or the requests are too few, and the sentence below says why.`;

function overview(all: readonly Measured[]): string {
    const kinds = Object.keys(columns) as ServiceKind[];
    const rows = all.map(({ scenario, cells }) => [
        `[${scenario.name}](#${scenario.name})`,
        ...kinds.map((kind) =>
            cells
                .filter(({ service }) => service.kind === kind)
                .map(({ outcome }) => signs[outcome])
                .join(" "),
        ),
    ]);
    return markdownTable(["scenario", ...kinds.map((kind) => columns[kind])], rows);
}

function section(measured: Measured): string {
    const { scenario, cells, contradictions, assessment } = measured;
    const { change, config } = scenario;
    const settings = Object.entries(config).map(([key, value]) => `\`${key}: ${JSON.stringify(value)}\``);
    const rows = cells.map(({ service, client, expected, measured: counts, outcome }) => [
        plain(service.name),
        plain(client.client),
        expected,
        counts,
        String(client.requested - client.answered),
        `${signs[outcome]} ${client.verdict.outcome}`,
    ]);
    const letters = measured.pods.map(({ letter }) => letter).join(" / ");
    return [
        `## ${scenario.name}`,
        scenario.sentence,
        [
            ...(settings.length === 0 ? [] : [settings.join(", ")]),
            ...(change === undefined ? [] : [change.sentence]),
        ].join("\n\n"),
        places(measured),
        ...foretelling(measured),
        markdownTable(["Service", "client", "expected", letters, "failed", "verdict"], rows),
        assessment.services
            .flatMap((service) =>
                verdictGroups(service.clients).map(({ clients, why, failures }) => {
                    const failed = failures.length === 0 ? "" : ` ${failures.join("; ")}.`;
                    return `- **${plain(clients.join(", "))}** at ${plain(service.name)} (${plain(serviceAccess(service))}): ${plain(why + failed)}`;
                }),
            )
            .join("\n"),
        ...(contradictions.length === 0
            ? []
            : [contradictions.map((each) => `- ${signs.contradicts} ${plain(each)}`).join("\n")]),
    ]
        .filter((text) => text !== "")
        .join("\n\n");
}

function places({ assessment, pods }: Measured): string {
    const each = pods.map(({ letter, name, backend }) => {
        const where =
            backend === null ? "gone" : `${backend.address} on ${backend.node}${backend.ready ? "" : ", not ready"}`;
        return `${letter} ${name} at ${where}`;
    });
    const clients = assessment.probes.map(
        ({ address, prefixLength, node, zone }) => `${address}/${prefixLength} on ${node} in ${zone}`,
    );
    return plain(`The client is at ${clients.join(", ")}; the pods are ${each.join("; ")}.`);
}

function foretelling({ foretold, pods, contradictions }: Measured): string[] {
    if (foretold === null) {
        return [];
    }
    const letter = pods.find(({ name }) => name === foretold.pod)?.letter ?? foretold.pod;
    const kept = contradictions.length === 0 ? "So it came." : "It came otherwise.";
    return [
        plain(
            `Foretold before the first request, from the pods' addresses and the next one that the node gives: the client at ` +
                `${foretold.client} calls ${letter} alone by the headless name, with which it shares ${foretold.bits} leading bits. ${kept}`,
        ),
    ];
}
