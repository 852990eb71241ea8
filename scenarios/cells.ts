import { letteredPods, type LetteredPod } from "../report/podLetters";
import type { AssessedClient, AssessedService, Assessment } from "../split/verdict/assessment";
import type { Expectation } from "../split/theory/expectation";
import type { Foretelling } from "./foretelling";
import type { Scenario } from "./scenario";

/**
 * What became of one client at one Service.
 * - `as expected`: the verdict, for a reason that the scenario names
 * - `explained`: there is no verdict, because theory claims no split there or the requests are few
 * - `contradicts`: the verdict, or theory had another reason than the scenario is about
 */
export type Outcome = "as expected" | "explained" | "contradicts";

export interface Cell {
    readonly service: AssessedService;
    readonly client: AssessedClient;
    /** Both by the pods' letters, e.g. "a, b and c alike" beside "118 / 122 / 120". */
    readonly expected: string;
    readonly measured: string;
    readonly outcome: Outcome;
}

/** A scenario that was measured. */
export interface Measured {
    readonly scenario: Scenario;
    readonly assessment: Assessment;
    readonly pods: readonly LetteredPod[];
    readonly cells: readonly Cell[];
    readonly foretold: Foretelling | null;
    /** What is not as the scenario says, a sentence each, the cells apart. */
    readonly contradictions: readonly string[];
}

/** Holds a measurement against what its scenario says must come of it. */
export function hold(scenario: Scenario, assessment: Assessment, foretold: Foretelling | null = null): Measured {
    const pods = letteredPods(assessment);
    const cells = assessment.services.flatMap((service) =>
        service.clients.map((client): Cell => {
            const isForeseen = scenario.reasons[service.kind]?.[client.client]?.includes(client.expectation.reason.tag);
            const { outcome } = client.verdict;
            return {
                ...{ service, client },
                expected: inLetters(client.expectation, pods),
                measured: pods.map(({ name }) => client.pods.find(({ pod }) => pod === name)?.count ?? 0).join(" / "),
                outcome:
                    isForeseen !== true || outcome === "contradicts expectation"
                        ? "contradicts"
                        : outcome === "as expected"
                          ? outcome
                          : "explained",
            };
        }),
    );
    return {
        ...{ scenario, assessment, pods, cells, foretold },
        contradictions: [
            ...otherFacts(scenario, assessment),
            ...missing(scenario, assessment),
            ...strayed(foretold, assessment),
        ],
    };
}

function inLetters({ draws, candidates }: Expectation, pods: readonly LetteredPod[]): string {
    const letters = pods.filter(({ name }) => candidates?.includes(name)).map(({ letter }) => letter);
    const all = letters.length < 2 ? letters.join("") : `${letters.slice(0, -1).join(", ")} and ${letters.at(-1)}`;
    switch (draws) {
        case "none":
            return "nobody";
        case "one choice":
        case "one choice each":
            return letters.length === 1 ? `${all} alone` : `one of ${letters.join(", ")}`;
        case "unknown":
            return candidates === null ? "no claim" : `${all}, no share claimed`;
        case "in turns":
            return `${all} in turns`;
        case "independent":
        case "at most multinomial spread":
            return letters.length === 1 ? `${all} alone` : `${all} alike`;
    }
}

function otherFacts({ facts }: Scenario, { cluster }: Assessment): string[] {
    const { proxy, loadbalance, nodeLocalCache } = facts;
    const found = { proxy: cluster.proxy, ...cluster.dns };
    return Object.entries({ proxy, loadbalance, nodeLocalCache })
        .filter(([fact, value]) => found[fact as keyof typeof found] !== value)
        .map(
            ([fact, value]) =>
                `${fact} is ${String(found[fact as keyof typeof found])}, and ${String(value)} was to be found.`,
        );
}

function missing({ reasons }: Scenario, { services }: Assessment): string[] {
    return Object.keys(reasons)
        .filter((kind) => !services.some((service) => service.kind === kind))
        .map((kind) => `There is no Service of kind ${kind}.`);
}

function strayed(foretold: Foretelling | null, { probes, services }: Assessment): string[] {
    if (foretold === null) {
        return [];
    }
    const clients = probes.map(({ address }) => address).join(", ");
    const [headless] = services;
    const answered = headless?.clients.flatMap(({ pods }) => pods.map(({ pod }) => pod)) ?? [];
    return [
        ...(clients === foretold.client ? [] : [`The client was at ${clients}, not at ${foretold.client}.`]),
        ...(answered.join() === foretold.pod
            ? []
            : [`Requests came to ${answered.join(", ")}, not to ${foretold.pod} alone.`]),
    ];
}
