import type { AssessedClient } from "../split/verdict/assessment";

/** Clients of one Service with the same verdict for the same reason. */
export interface VerdictGroup {
    readonly clients: readonly string[];
    readonly outcome: AssessedClient["verdict"]["outcome"];
    /** Sentences. For a verdict "as expected" only the reason, because the counts stand beside it. */
    readonly why: string;
    /** Failed requests by message, e.g. "2 × HTTP 503". */
    readonly failures: readonly string[];
}

/** The groups in the order of their first clients. */
export function verdictGroups(clients: readonly AssessedClient[]): VerdictGroup[] {
    const groups = new Map<string, VerdictGroup>();
    for (const { client, verdict, expectation, notes, errors } of clients) {
        const { outcome } = verdict;
        const reason = outcome === "as expected" ? expectation.reason.sentence : verdict.sentence;
        const why = [reason, ...notes].join(" ");
        const failures = Object.entries(errors).map(([error, count]) => `${count} × ${error}`);
        const key = JSON.stringify([outcome, why, failures]);
        groups.set(key, {
            clients: [...(groups.get(key)?.clients ?? []), client],
            outcome,
            why,
            failures,
        });
    }
    return [...groups.values()];
}
