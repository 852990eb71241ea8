import type { JSX } from "preact";
import type { Change } from "../../split/verdict/comparison";
import { cellClass } from "./cellClass";
import { utcTime } from "./utcTime";

/** How the split of each client changed since the run before. */
export function Changes({ since, changes }: { since: string; changes: Readonly<Record<string, Change>> }): JSX.Element {
    if (Object.keys(changes).length === 0) {
        return <p class="note">The run of {utcTime(since)} has no split that can be compared.</p>;
    }
    return (
        <table class="changes">
            <caption>
                Connections of each pod in the run of {utcTime(since)} and in this one: by pod where both runs had the
                same pods, else by rank, most first. p is the probability that chance alone changes a split as much.
            </caption>
            <thead>
                <tr>
                    <th scope="col">Client</th>
                    <th scope="col">Before</th>
                    <th scope="col">Now</th>
                    <th scope="col">p</th>
                    <th scope="col">Split</th>
                </tr>
            </thead>
            <tbody>
                {Object.entries(changes).map(([client, { before, after, matched, pValue, changed }]) => (
                    <tr>
                        <th scope="row" class={cellClass(client)}>
                            {client}
                        </th>
                        <td>{before.join(" / ")}</td>
                        <td>
                            {after.join(" / ")}
                            {matched === "by rank" ? <small>by rank</small> : null}
                        </td>
                        <td>{pValue < 0.001 ? "< 0.001" : pValue.toFixed(3)}</td>
                        <td>{changed ? <strong class="failed">changed</strong> : "unchanged"}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}
