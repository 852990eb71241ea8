import type { AssessedClient, Assessment } from "../split/verdict/assessment";
import type { ExpectedSplits } from "../split/theory/expectedSplits";
import { largestShareOf } from "../split/verdict/stackOutputs";
import { folded, markdownTable, plain } from "../report/markdown";
import { percent } from "../report/percent";
import type { Preview } from "./preview";

/** Pods for which the table has a number each; for more, it has how many answered. */
const mostPods = 12;

interface Row {
    readonly service: string;
    readonly client: string;
    readonly measured: string;
    readonly was: string;
    readonly is: string;
    readonly reason: string;
}

/** What a table has besides Service, clients and reason. */
type Column = "measured" | "was" | "is";

/**
 * The expected split of each client at each Service before and after the change, beside the last measurement, in
 * Markdown.
 *
 * @param before null if it is not known
 */
export function splits(
    { stored: { measured }, expected: after, failed, isDigest }: Preview,
    before: ExpectedSplits | null,
): string {
    const rows = rowsOf(before, after, measured);
    const columns: [Column, string][] = [
        ...(measured === null ? [] : [["measured", "Measured"] as [Column, string]]),
        ...(before === null ? [] : [["was", "Expected now"] as [Column, string]]),
        ...(after === null ? [] : [["is", before === null ? "Expected" : "After"] as [Column, string]]),
    ];
    const unknown = `What to expect after the change is not known: ${whyUnknown(failed, isDigest)}.`;
    const changed = rows.filter(({ was, is }) => was !== is);
    const unchanged = rows.filter(({ was, is }) => was === is);
    const tables =
        before === null || after === null
            ? [...(after === null ? [unknown] : []), ...(rows.length === 0 ? [] : [table(rows, columns)])]
            : [
                  changed.length === 0 ? "No expected split changes." : table(changed, columns),
                  ...(unchanged.length === 0
                      ? []
                      : [
                            folded(
                                `${counted(unchanged.length, "expected split")} as before`,
                                table(
                                    unchanged,
                                    columns
                                        .filter(([column]) => column !== "was")
                                        .map(([column, name]) => [column, column === "is" ? "Expected" : name]),
                                ),
                            ),
                        ]),
              ];
    return ["### Expected", ...tables, ...(measured === null ? [] : [run(measured)])].join("\n\n");
}

function whyUnknown(failed: boolean, isDigest: boolean): string {
    if (failed) {
        return "the preview failed";
    }
    return isDigest
        ? "a digest has no outputs after the change"
        : "the preview has no output `expected`, or does not know it yet";
}

/** One row for each client at each Service that is expected or was measured. */
function rowsOf(before: ExpectedSplits | null, after: ExpectedSplits | null, measured: Assessment | null): Row[] {
    const ran = new Map(
        measured?.services.map(({ name, clients }) => [name, new Map(clients.map((each) => [each.client, each]))]),
    );
    const services = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {}), ...ran.keys()])].sort();
    const pods = measured?.pods.map(({ name }) => name) ?? [];
    return services.flatMap((service) => {
        const [was, is] = [before?.[service] ?? {}, after?.[service] ?? {}];
        const of = ran.get(service) ?? new Map<string, AssessedClient>();
        return [...new Set([...Object.keys(was), ...Object.keys(is), ...of.keys()])].sort().map((client) => ({
            service,
            client,
            measured: answers(of.get(client), pods),
            was: was[client]?.split ?? "none",
            is: is[client]?.split ?? "none",
            reason: (after === null ? was : is)[client]?.reason ?? "",
        }));
    });
}

/** A table with one row for all clients of a Service whose cells are equal. */
function table(rows: readonly Row[], columns: readonly (readonly [Column, string])[]): string {
    const groups = new Map<string, Row & { clients: string[] }>();
    for (const row of rows) {
        const { service, reason } = row;
        const key = JSON.stringify([service, ...columns.map(([column]) => row[column]), reason]);
        const group = groups.get(key) ?? { ...row, clients: [] };
        groups.set(key, group);
        group.clients.push(row.client);
    }
    return markdownTable(
        ["Service", "Clients", ...columns.map(([, name]) => name), "Because"],
        [...groups.values()].map((row) =>
            [row.service, row.clients.join(", "), ...columns.map(([column]) => row[column]), row.reason].map(plain),
        ),
    );
}

/** A number with its noun. */
export function counted(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param all names of the pods that ran: one that answered nothing counts 0 */
function answers(measured: AssessedClient | undefined, all: readonly string[]): string {
    if (measured === undefined) {
        return "not measured";
    }
    const { pods, requested, verdict } = measured;
    const silent = all.filter((name) => !pods.some(({ pod }) => pod === name));
    const counts = [...pods.map(({ count }) => count), ...silent.map(() => 0)];
    const largest = percent(largestShareOf(measured) ?? 0);
    const perPod =
        counts.length > mostPods ? `${pods.length} of ${counts.length} pods, ${largest} at most,` : counts.join(" / ");
    return `${perPod || "none"} of ${requested}: ${verdict.outcome}`;
}

function run({ startedAt, finishedAt, job, pods }: Assessment): string {
    return `Measured from ${plain(startedAt)} to ${plain(finishedAt)} by Job ${plain(job)} with ${counted(pods.length, "pod")}: the requests that each pod answered, of all requests, and the verdict on the split that was expected then.`;
}
