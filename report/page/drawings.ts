import type { AssessedClient, AssessedService, Assessment } from "../../split/verdict/assessment";
import type { Comparison } from "../../split/verdict/comparison";
import { fateChart, fateScale } from "../charts/fateChart";
import { decades, latencyChart, type LatencyRow } from "../charts/latencyChart";
import { scaleEnd, shareChart } from "../charts/shareChart";
import { draw } from "../charts/svg";
import { letteredPods, type LetteredPod } from "../podLetters";
import { retransmissions } from "../retransmissions";
import { shareRows } from "../shareRows";
import type { DrawnDisruption } from "./disruption";
import type { Phase } from "./latency";
import type { ServiceSection } from "./service";
import type { SharesOfClient } from "./shares";

/** The section of one Service, with its charts. */
export async function drawService(
    service: AssessedService,
    assessment: Assessment,
    comparison: Comparison | null,
): Promise<ServiceSection> {
    const all = letteredPods(assessment);
    const pods = all.filter(({ name, backend }) => backend !== null || hasAnswered(service, name));
    return {
        id: `service-${assessment.services.indexOf(service) + 1}`,
        service,
        pods,
        shares: await sharesOf(service.clients, pods),
        phases: await phasesOf(service.clients),
        resent: retransmissions(service, assessment),
        since:
            comparison === null
                ? null
                : { startedAt: comparison.since, changes: comparison.services[service.name] ?? {} },
    };
}

function hasAnswered({ clients }: AssessedService, name: string): boolean {
    return clients.some(({ pods }) => pods.some(({ pod }) => pod === name));
}

/** All on one scale, so that clients can be compared. */
async function sharesOf(clients: readonly AssessedClient[], pods: readonly LetteredPod[]): Promise<SharesOfClient[]> {
    const all = clients.map((client) => ({ client, rows: shareRows(client, pods) }));
    const end = scaleEnd(all.flatMap(({ rows }) => rows));
    return Promise.all(
        all.map(async ({ client, rows }) => ({ client, rows, drawing: await draw(shareChart(rows, end)) })),
    );
}

const phases = {
    dns: "DNS look-up",
    connect: "Connection",
    handshake: "TLS handshake",
    total: "Whole request",
} as const;

/** All on one scale, so that phases can be compared. */
async function phasesOf(clients: readonly AssessedClient[]): Promise<Phase[]> {
    const rowsOf = (key: keyof typeof phases): LatencyRow[] =>
        clients.flatMap(({ client, latencyMs }) => {
            const percentiles = latencyMs?.[key] ?? null;
            return percentiles === null ? [] : [{ client, ...percentiles }];
        });
    const keys = (Object.keys(phases) as (keyof typeof phases)[]).filter(
        (key) => key !== "handshake" || rowsOf(key).length > 0,
    );
    const named = (isMeant: (client: AssessedClient) => boolean): string[] =>
        clients.filter(isMeant).map(({ client }) => client);
    const unanswered = named(({ latencyMs }) => latencyMs === null);
    const unresolved = named(({ latencyMs }) => latencyMs !== null && latencyMs.dns === null);
    const domain = decades(keys.flatMap(rowsOf));
    return Promise.all(
        keys.map(async (key) => {
            const rows = rowsOf(key);
            return {
                name: phases[key],
                rows,
                unanswered,
                unresolved: key === "dns" ? unresolved : [],
                drawing: rows.length === 0 ? null : await draw(latencyChart(rows, domain)),
            };
        }),
    );
}

/** What each client saw of the disruptions, with its charts. */
export async function drawDisruptions({ disruptions }: Assessment): Promise<DrawnDisruption[]> {
    const all = disruptions.flatMap(({ clients }) => clients.map(({ seconds }) => seconds));
    const names = [...new Set(disruptions.flatMap(({ clients }) => clients.map(({ client }) => client)))];
    return Promise.all(
        names.map(async (client) => {
            const seen = disruptions.flatMap(({ service, clients }) =>
                clients.filter((each) => each.client === client).map((each) => ({ name: service, seen: each })),
            );
            const own = seen.map((each) => each.seen.seconds);
            const scale = fateScale(all, own);
            const services = seen.map(async (each) => {
                return { ...each, drawing: await draw(fateChart(each.seen.seconds, scale)) };
            });
            return { client, services: await Promise.all(services) };
        }),
    );
}
