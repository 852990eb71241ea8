import type { JSX } from "preact";
import type { AssessedClient } from "../../split/verdict/assessment";
import type { Draws } from "../../split/theory/choice";
import type { Drawing } from "../charts/svg";
import { percent } from "../percent";
import type { ShareRow } from "../shareRows";
import { Chart } from "./chart";
import { Badge } from "./outcome";

/** One client of a Service, and the chart of its shares. */
export interface SharesOfClient {
    readonly client: AssessedClient;
    readonly rows: readonly ShareRow[];
    readonly drawing: Drawing;
}

/** A chart for each client, and all figures in a table. */
export function Shares({ service, all }: { service: string; all: readonly SharesOfClient[] }): JSX.Element {
    return (
        <>
            <p class="legend">
                <span>
                    <span class="swatch bar" /> share of connections
                </span>
                <span>
                    <span class="swatch whisker" /> 95 % interval
                </span>
                <span>
                    <span class="swatch mark" /> expected
                </span>
            </p>
            <div class="panels">
                {all.map((each) => (
                    <Panel service={service} {...each} />
                ))}
            </div>
            <details>
                <summary>The same as a table</summary>
                <Figures service={service} all={all} />
            </details>
        </>
    );
}

function Panel({ service, client, rows, drawing }: SharesOfClient & { service: string }): JSX.Element {
    const { requested, answered, connections, errors, verdict } = client;
    const shares = rows.filter((row) => row.connections > 0).map(({ letter, share }) => `${letter} ${percent(share)}`);
    const failed = requested - answered;
    return (
        <figure class="panel">
            <figcaption>
                <strong>{client.client}</strong> <Badge outcome={verdict.outcome} />
            </figcaption>
            <Chart
                drawing={drawing}
                label={`Connections of ${client.client} to ${service} by pod: ${shares.join(", ") || "no answers"}`}
            />
            <p>
                {plural(connections, "connection")}, {plural(requested, "request")},{" "}
                {failed === 0 ? "none failed" : <strong class="failed">{failed} failed</strong>}
            </p>
            {expectedOf(client)}
            {failed === 0 ? null : (
                <ul class="errors">
                    {Object.entries(errors).map(([error, count]) => (
                        <li>
                            {count} × {error}
                        </li>
                    ))}
                </ul>
            )}
        </figure>
    );
}

const withoutShares: Readonly<Partial<Record<Draws, string>>> = {
    "one choice": "Expected: any one pod gets all",
    "one choice each": "Expected: from each pod of the probe, any one pod gets all",
    none: "Expected: no pod can answer",
};

function expectedOf({ expectation: { distribution, draws } }: AssessedClient): JSX.Element | null {
    return distribution === null ? <p>{withoutShares[draws] ?? "Expected: no particular shares"}</p> : null;
}

function Figures({ service, all }: { service: string; all: readonly SharesOfClient[] }): JSX.Element {
    return (
        <table>
            <caption>Connections to {service} by client and pod, with Wilson’s 95 % interval of the share</caption>
            <thead>
                <tr>
                    <th scope="col">Pod</th>
                    <th scope="col">{"Connec\u00adtions"}</th>
                    <th scope="col">Requests</th>
                    <th scope="col">Share %</th>
                    <th scope="col">Interval %</th>
                    <th scope="col">Expected %</th>
                </tr>
            </thead>
            {all.map(({ client, rows }) => (
                <tbody>
                    <tr>
                        <th scope="rowgroup" colSpan={6}>
                            {client.client}, {client.requested - client.answered} failed
                        </th>
                    </tr>
                    {rows.map((row) => (
                        <tr>
                            <th scope="row">{row.letter}</th>
                            <td>{row.connections}</td>
                            <td>{row.requests}</td>
                            <td>{hundredths(row.share)}</td>
                            <td>{`${hundredths(row.lower)}–${hundredths(row.upper)}`}</td>
                            <td>{row.expected === null ? "–" : hundredths(row.expected)}</td>
                        </tr>
                    ))}
                </tbody>
            ))}
        </table>
    );
}

function plural(count: number, noun: string): string {
    return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Like `percent`, without the sign, which is in the head of the column. */
function hundredths(share: number): string {
    return (share * 100).toFixed(1);
}
