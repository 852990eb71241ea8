import type { ClientLog } from "../protocol/clientLog";
import type { ResolverLog } from "../protocol/resolverLog";
import { seenIn } from "../theory/answerOrder";
import { inOrderTried, type Sorting } from "../theory/prediction";
import { summariseCounted } from "./countedSummary";
import { summariseRequests } from "./requestSummary";
import type { DnsSummary, ServiceSummary } from "./serviceSummary";

/** The part of a resolver's log that concerns DNS answers. */
export type Answers = Pick<ResolverLog, "header" | "answersTo">;

/**
 * Counts what one client saw, with a summary for each Service in the order called. The counts of pods and errors of a
 * Service always add up to its `requested`.
 *
 * @param dnsAnswers to this client, among others
 * @param sorting how the client sorts DNS answers
 */
export function summarise(log: ClientLog, dnsAnswers: Answers, sorting: Sorting): ServiceSummary[] {
    const { client, services } = log.header;
    return services.map((service, position) => {
        const answers = dnsAnswers.answersTo(client, service);
        return {
            service,
            dns: dnsSummaryOf(service, answers, dnsAnswers.header.names, sorting),
            ...(log.kind === "counted"
                ? summariseCounted(log, position)
                : summariseRequests(log, position, answers, sorting)),
        };
    });
}

function dnsSummaryOf(
    service: string,
    answers: readonly (readonly string[])[],
    names: readonly string[],
    sorting: Sorting,
): DnsSummary {
    const different = (keys: readonly string[]): number => new Set(keys).size;
    const [addresses = []] = answers;
    const { firsts, repeats, rotates } = seenIn(
        answers,
        answers.map((answer) => inOrderTried(sorting, answer)),
    );
    return {
        name: names.find((name) => name.startsWith(`${service}.`)) ?? service,
        addresses,
        lookups: answers.length,
        orders: different(answers.map((answer) => answer.join())),
        sets: different(answers.flatMap((answer) => (answer.length === 0 ? [] : [[...answer].sort().join()]))),
        firsts: addresses.map((address) => firsts[address] ?? 0),
        repeats,
        rotates,
    };
}
