import { mostFrequent } from "../split/measurement/errorCounts";
import type { AssessedClient, AssessedService, Assessment } from "../split/verdict/assessment";
import type { Comparison } from "../split/verdict/comparison";
import { largestShareOf } from "../split/verdict/stackOutputs";
import { answer } from "./answer";
import { disruptedClients, disruptionText, figureNames, type DisruptedFigures } from "./disruption";
import { folded, markdownTable, plain } from "./markdown";
import { percent } from "./percent";
import { retransmissions } from "./retransmissions";
import { serviceAccess } from "./serviceAccess";

/** With more pods, a table has no column for each pod. */
const mostColumns = 12;
/** How many different errors of a client are shown: Markdown may take eight characters for one of theirs. */
const mostErrors = 3;

/**
 * An assessment in Markdown, as Pulumi Cloud shows the output `readme` of a stack: which pods answered and the verdicts
 * for each Service, the reasons of the verdicts, and where and when it was measured. The same assessment gives the same
 * text, which has less than 64,000 characters for the largest stack that is allowed.
 *
 * @param comparison with the run before; null for none
 */
export function markdownReport(assessment: Assessment, comparison: Comparison | null = null): string {
    const parts = [
        "# Which pod answers",
        plain(answer(assessment)),
        ...assessment.services.map((service) => section(service, assessment)),
        ...disruption(assessment),
        ...changes(comparison),
        circumstances(assessment),
    ];
    return `${parts.join("\n\n")}\n`;
}

function section(service: AssessedService, assessment: Assessment): string {
    const { pods } = assessment;
    const answered = service.clients.flatMap((client) => client.pods.map(({ pod }) => pod));
    const names = [...new Set([...pods.map(({ name }) => name), ...answered])].sort();
    const shown = names.length > mostColumns ? [] : names;
    const isSecure = service.clients.some(({ latencyMs }) => latencyMs?.handshake != null);
    const secure = isSecure ? ["TLS handshake, median ms"] : [];
    const head = ["Client", ...shown.map(plain), "Pods reached", "Largest share", "Failed", ...secure, "Verdict"];
    const rows = service.clients.map((client) => [
        plain(client.client),
        ...shown.map((name) => String(client.pods.find(({ pod }) => pod === name)?.count ?? 0)),
        `${client.pods.length} of ${names.length}`,
        largest(client),
        String(client.requested - client.answered),
        ...secure.map(() => client.latencyMs?.handshake?.p50.toFixed(1) ?? ""),
        client.verdict.outcome,
    ]);
    const reasons = service.clients.map((client) => `- **${plain(client.client)}**: ${reason(client)}`);
    const resent = plain(retransmissions(service, assessment).join(" "));
    return [
        `## ${plain(service.name)} (${plain(serviceAccess(service))})`,
        markdownTable(head, rows),
        ...(resent === "" ? [] : [resent]),
        folded("Why", reasons.join("\n")),
    ].join("\n\n");
}

function largest(client: AssessedClient): string {
    const share = largestShareOf(client);
    return share === null ? "none" : percent(share);
}

function reason({ verdict, notes, errors }: AssessedClient): string {
    const failed = Object.entries(mostFrequent(Object.entries(errors), mostErrors)).map(
        ([error, count]) => `${count} × ${error}.`,
    );
    return plain([verdict.sentence, ...notes, ...failed].join(" "));
}

function disruption(assessment: Assessment): string[] {
    const { disruptions } = assessment;
    if (disruptions.length === 0) {
        return [];
    }
    const figures = Object.keys(figureNames) as (keyof DisruptedFigures)[];
    const rows = disruptedClients(assessment).flatMap(({ client, figures: each }) =>
        each.map((row, i) => [
            plain(client),
            plain(disruptions[i]?.service ?? ""),
            ...figures.map((figure) => row[figure]),
        ]),
    );
    const head = ["Client", "Service", ...figures.map((figure) => figureNames[figure].long)];
    const events = disruptions.map((each) => plain(disruptionText(each)));
    return ["## Disruption", ...events, markdownTable(head, rows)];
}

function changes(comparison: Comparison | null): string[] {
    const changed = Object.entries(comparison?.services ?? {}).flatMap(([service, clients]) =>
        Object.entries(clients)
            .filter(([, change]) => change.changed)
            .map(([client, { before, after }]) => [service, client, before.join(" / "), after.join(" / ")].map(plain)),
    );
    return comparison === null || changed.length === 0
        ? []
        : [
              `## Split changed since the run of ${plain(comparison.since)}`,
              markdownTable(["Service", "Client", "Connections before", "Now"], changed),
          ];
}

function circumstances({ job, probes, cluster, startedAt, finishedAt, churn }: Assessment): string {
    const { coreDnsVersion, order } = cluster.dns;
    const places = probes.map(
        ({ address, prefixLength, node }) => `a pod at ${address}/${prefixLength} on node ${node ?? "not known"}`,
    );
    const mesh = cluster.mesh === null ? "" : `mesh: ${cluster.mesh}; `;
    const facts = [
        `Measured from ${startedAt} to ${finishedAt} by Job ${job}, in ${places.join(", and ")}.`,
        `Proxy: ${cluster.proxy}; ${mesh}CoreDNS: ${coreDnsVersion ?? "version not known"}; order of DNS answers: ${order}.`,
        ...churn,
    ];
    return facts.map(plain).join(" ");
}
