import type { AssessedClient, Assessment } from "./assessment";
import { fact } from "./splitFacts";
import { largestShareOf } from "./stackOutputs";

/** A condition on a measurement, read from one line of text. */
export interface Requirement {
    readonly text: string;
    /** Service that it is about; null for all. */
    readonly service: string | null;
    /** Client that it is about; null for all. */
    readonly client: string | null;
    readonly isMet: (client: AssessedClient) => boolean;
}

/** What a condition may be, for an error. */
export const requirementForms =
    '"[<service>[.<client>]: ]<condition>", where the condition is one of as expected, even, skewed, pinned to one pod, ' +
    "more even than random, or maxShare, podsReached or failedRequests, one of < <= = >= > and a number";

const quantities: Readonly<Record<string, (client: AssessedClient) => number>> = {
    // A client that got no answer has no share, and NaN meets no comparison.
    maxShare: (client) => largestShareOf(client) ?? NaN,
    podsReached: ({ pods }) => pods.length,
    failedRequests: ({ requested, answered }) => requested - answered,
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    "=": (a, b) => a === b,
    ">=": (a, b) => a >= b,
    ">": (a, b) => a > b,
};

/**
 * Reads one condition, such as `nginxclusterip.curl: even` or `maxShare <= 0.5`.
 *
 * @returns null where the text is not a condition
 */
export function parseRequirement(text: string): Requirement | null {
    const [, service = null, client = null, condition = ""] =
        /^\s*(?:([a-z0-9-]+)(?:\.([a-z0-9-]+))?\s*:)?\s*(.*?)\s*$/.exec(text) ?? [];
    const isMet = conditionOf(condition);
    return isMet === null ? null : { text, service, client, isMet };
}

function conditionOf(condition: string): Requirement["isMet"] | null {
    if (condition === "as expected") {
        return ({ verdict }) => verdict.outcome === "as expected";
    }
    const known = fact.options.find((each) => each === condition);
    if (known !== undefined) {
        return ({ verdict }) => verdict.facts.includes(known);
    }
    const [, name = "", sign = "", number = ""] = /^(\w+)\s*(<=|>=|<|=|>)\s*(\d+(?:\.\d+)?)$/.exec(condition) ?? [];
    const compare = comparisons[sign];
    const quantity = Object.hasOwn(quantities, name) ? quantities[name] : undefined;
    return quantity === undefined || compare === undefined
        ? null
        : (client) => compare(quantity(client), Number(number));
}

/** The conditions that a measurement does not meet: a text for each client and Service that fails one. */
export function unmet(requirements: readonly Requirement[], { services }: Assessment): string[] {
    return requirements.flatMap((requirement) =>
        services
            .filter(({ name }) => requirement.service === null || requirement.service === name)
            .flatMap(({ name, clients }) =>
                clients
                    .filter(({ client }) => requirement.client === null || requirement.client === client)
                    .filter((client) => !requirement.isMet(client))
                    .map(
                        ({ client, verdict }) =>
                            `${requirement.text}: not met by ${client} at ${name}. ${verdict.sentence}`,
                    ),
            ),
    );
}
