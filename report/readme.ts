import type { AssessedClient, AssessedService, Assessment } from "../split/verdict/assessment";
import type { Comparison } from "../split/verdict/comparison";
import { commonest } from "../split/protocol/errorCounts";
import { largestShareOf } from "../split/verdict/stackOutputs";
import { disruptedClients, figureNames, happened, type DisruptedFigures } from "./disruption";
import { folded, markdownTable, plain } from "./markdown";
import { reachedBy } from "./reached";
import { retransmissions } from "./retransmissions";

/** With more, a table has no column for each pod. */
const mostColumns = 12;
/** That many different errors of a client are told; Markdown may take eight characters for one of theirs. */
const mostErrors = 3;

/**
 * An assessment in Markdown, as Pulumi Cloud shows a stack's `readme` output: for each Service who answered whom and
 * the verdicts, then the verdicts' reasons, and where and when it was measured. The same assessment gives the same
 * text, below 64,000 characters at any size that a stack may have.
 *
 * @param comparison with the run before; null for none
 */
export function readme(assessment: Assessment, comparison: Comparison | null = null): string {
    const sections = assessment.services.map((service) => section(service, assessment));
    return `${["# Which pod answers", ...sections, ...disruption(assessment), ...since(comparison), circumstances(assessment)].join("\n\n")}\n`;
}

function section(service: AssessedService, assessment: Assessment): string {
    const { pods } = assessment;
    const answered = service.clients.flatMap((client) => client.pods.map(({ pod }) => pod));
    const names = [...new Set([...pods.map(({ name }) => name), ...answered])].sort();
    const shown = names.length > mostColumns ? [] : names;
    const secure = service.clients.some(({ latencyMs }) => latencyMs?.handshake != null)
        ? ["TLS handshake, median ms"]
        : [];
    const head = ["client", ...shown.map(plain), "pods reached", "largest share", "failed", ...secure, "verdict"];
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
    const table = markdownTable(head, rows);
    const resent = plain(retransmissions(service, assessment).join(" "));
    return [
        `## ${plain(service.name)} (${plain(reachedBy(service))})`,
        table,
        ...(resent === "" ? [] : [resent]),
        folded("Why", reasons.join("\n")),
    ].join("\n\n");
}

function largest(client: AssessedClient): string {
    const share = largestShareOf(client);
    return share === null ? "none" : `${(share * 100).toFixed(1)} %`;
}

function reason({ verdict, notes, errors }: AssessedClient): string {
    const failed = Object.entries(commonest(Object.entries(errors), mostErrors)).map(
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
            ...[plain(client), plain(disruptions[i]?.service ?? "")],
            ...figures.map((figure) => row[figure]),
        ]),
    );
    const head = ["client", "Service", ...figures.map((figure) => figureNames[figure].long)];
    const events = disruptions.map((each) => plain(happened(each)));
    return ["## Disruption", ...events, markdownTable(head, rows)];
}

function since(comparison: Comparison | null): string[] {
    const changed = Object.entries(comparison?.services ?? {}).flatMap(([service, clients]) =>
        Object.entries(clients)
            .filter(([, change]) => change.changed)
            .map(([client, { before, after }]) => [service, client, before.join(" / "), after.join(" / ")].map(plain)),
    );
    return comparison === null || changed.length === 0
        ? []
        : [
              `## Another split than in the run of ${plain(comparison.since)}`,
              markdownTable(["Service", "client", "connections then", "now"], changed),
          ];
}

function circumstances({ job, probes, cluster, startedAt, finishedAt, churn }: Assessment): string {
    const { coreDnsVersion, order } = cluster.dns;
    const places = probes.map(
        ({ address, prefixLength, node }) => `a pod at ${address}/${prefixLength} on node ${node}`,
    );
    const facts = [
        `Measured from ${startedAt} to ${finishedAt} by Job ${job}, in ${places.join(", and ")}.`,
        `Proxy: ${cluster.proxy}; ${cluster.mesh === null ? "" : `mesh: ${cluster.mesh}; `}CoreDNS ${coreDnsVersion ?? "of unknown version"}, order of its answers: ${order}.`,
        ...churn,
    ];
    return facts.map(plain).join(" ");
}
