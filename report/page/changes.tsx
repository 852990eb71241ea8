import type { JSX } from "preact";
import type { Change } from "../../split/verdict/comparison";
import { moment } from "./moment";
import { wordsOf } from "./words";

/** What became of each client's split since the run before. */
export function Changes({ since, changes }: { since: string; changes: Readonly<Record<string, Change>> }): JSX.Element {
    if (Object.keys(changes).length === 0) {
        return <p class="note">There is nothing to compare with in the run of {moment(since)}.</p>;
    }
    return (
        <table class="changes">
            <caption>
                Connections of each pod in the run of {moment(since)} and in this one: by pod where both runs had the
                same pods, else by rank, most first. p is how often chance alone changes a split as much.
            </caption>
            <thead>
                <tr>
                    <th scope="col">client</th>
                    <th scope="col">then</th>
                    <th scope="col">now</th>
                    <th scope="col">p</th>
                    <th scope="col">split</th>
                </tr>
            </thead>
            <tbody>
                {Object.entries(changes).map(([client, { before, after, matched, pValue, changed }]) => (
                    <tr>
                        <th scope="row" class={wordsOf(client)}>
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
