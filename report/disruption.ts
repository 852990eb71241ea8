import type { ChangedPod, DisruptedClient, DisruptionKind, DisruptionReport } from "../split/measurement/disruption";
import type { Assessment } from "../split/verdict/assessment";

const done: Readonly<Record<DisruptionKind, string>> = {
    "kill-one-pod": "one pod was killed",
    "rolling-restart": "the pods were restarted one after the other",
    scale: "the Deployment was scaled to twice as many pods",
};

/** What was done, when, and which pods were removed and added, as sentences. */
export function disruptionText({ kind, service, at, lost, gained }: DisruptionReport): string {
    const removed = lost.map(({ name, gone }) =>
        gone === null ? `${name}, never gone` : `${name}, gone ${after(gone, at)}`,
    );
    const added = gained.map(({ name, ready }: ChangedPod) =>
        ready === null ? `${name}, never ready` : `${name}, ready ${after(ready, at)}`,
    );
    return [
        `At ${at}, while clients called ${service}, ${done[kind]}.`,
        ...(removed.length === 0 ? [] : [`Pods removed: ${removed.join("; ")}.`]),
        ...(added.length === 0 ? [] : [`Pods added: ${added.join("; ")}.`]),
    ].join(" ");
}

/** The API cuts moments to seconds, so that an effect may seem to come before its cause. */
function after(moment: string, at: string): string {
    return `after ${Math.max(0, (Date.parse(moment) - Date.parse(at)) / 1000).toFixed(1)} s`;
}

/** Figures of one client at one Service, as text; "–" where it never happened. */
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
        failed: { short: "Failed", long: "requests that failed" },
        lastFailed: { short: "Until", long: "seconds until the last of them" },
        lastLost: { short: "Old until", long: "seconds until the last answer of a removed pod" },
        firstGained: { short: "New from", long: "seconds until the first answer of an added pod" },
        slowest: { short: "Slowest", long: "seconds that the slowest request took" },
    };

/** What the short names mean, as a sentence. */
export function figureLegend(): string {
    const meanings = Object.values(figureNames).map(({ short, long }) => `${short}: ${long}`);
    return `Seconds count from the disruption. ${meanings.join("; ")}.`;
}

/** The figures of each client at each disrupted Service, in the order of these. */
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
        lastFailed: shown(lastFailed),
        lastLost: shown(lastLost),
        firstGained: shown(firstGained),
        slowest: shown(slowestMs === null ? null : slowestMs / 1000),
    };
}
