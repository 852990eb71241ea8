import type { Assessment } from "../split/verdict/assessment";
import type { ChangedPod, DisruptedClient, DisruptionKind, DisruptionReport } from "../split/measurement/disruption";

const done: Readonly<Record<DisruptionKind, string>> = {
    "kill-one-pod": "one pod was killed",
    "rolling-restart": "the pods were restarted one after the other",
    scale: "the Deployment was scaled to twice as many pods",
};

/** What was done, when, and which pods went and came, as sentences. */
export function happened({ kind, service, at, lost, gained }: DisruptionReport): string {
    const named = (pods: readonly ChangedPod[], word: string, moment: (pod: ChangedPod) => string | null): string[] =>
        pods.length === 0 ? [] : [`${pods.map((pod) => `${pod.name} ${word}${since(moment(pod), at)}`).join(", ")}.`];
    return [
        `At ${at}, while ${service} was called, ${done[kind]}.`,
        ...named(lost, "was gone", ({ gone }) => gone),
        ...named(gained, "was ready", ({ ready }) => ready),
    ].join(" ");
}

/** The API's moments are cut to seconds, and may seem to be before what caused them. */
function since(moment: string | null, at: string): string {
    return moment === null
        ? " at no time"
        : ` after ${Math.max(0, (Date.parse(moment) - Date.parse(at)) / 1000).toFixed(1)} s`;
}

/** Figures of one client at one Service, as text: "–" where it never came to that. */
export interface DisruptedFigures {
    readonly failed: string;
    readonly lastFailed: string;
    readonly lastLost: string;
    readonly firstGained: string;
    readonly slowest: string;
}

/** What the figures are called, and what they mean. */
export const figureNames: Readonly<Record<keyof DisruptedFigures, { readonly short: string; readonly long: string }>> =
    {
        failed: { short: "failed", long: "requests that failed" },
        lastFailed: { short: "to", long: "seconds until the last of them" },
        lastLost: { short: "old", long: "seconds until the last answer of a pod that went" },
        firstGained: { short: "new", long: "seconds until the first answer of a pod that came" },
        slowest: { short: "slowest", long: "seconds that the slowest request took" },
    };

/** Each client of an assessment with its figures at each disrupted Service, in the order of these. */
export function disruptedClients({ disruptions }: Assessment): { client: string; figures: DisruptedFigures[] }[] {
    const names = [...new Set(disruptions.flatMap(({ clients }) => clients.map(({ client }) => client)))];
    return names.map((client) => ({
        client,
        figures: disruptions.flatMap(({ clients }) => clients.filter((each) => each.client === client).map(figuresOf)),
    }));
}

function figuresOf({ failed, lastFailed, lastLost, firstGained, slowestMs }: DisruptedClient): DisruptedFigures {
    const shown = (seconds: number | null): string => (seconds === null ? "–" : seconds.toFixed(1));
    return {
        failed: String(failed),
        ...{ lastFailed: shown(lastFailed), lastLost: shown(lastLost), firstGained: shown(firstGained) },
        slowest: slowestMs === null ? "–" : (slowestMs / 1000).toFixed(1),
    };
}
