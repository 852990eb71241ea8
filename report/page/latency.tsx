import type { JSX } from "preact";
import type { LatencyRow } from "../charts/latencyChart";
import type { Drawing } from "../charts/svg";
import { cellClass } from "./cellClass";
import { Chart } from "./chart";

/** One phase of a request, over all clients of a Service. */
export interface Phase {
    /** e.g. "Connection". */
    readonly name: string;
    readonly rows: readonly LatencyRow[];
    /** Clients without a row, because no pod answered them. */
    readonly unanswered: readonly string[];
    /** Clients without a row, because their requests do not wait for this phase. */
    readonly unresolved: readonly string[];
    /** null without rows. */
    readonly drawing: Drawing | null;
}

interface LatencyProps {
    readonly service: string;
    readonly phases: readonly Phase[];
    /** Sentences on retransmitted SYNs. */
    readonly resent: readonly string[];
}

/** A chart for each phase that requests went through, and all figures in a table. */
export function Latency({ service, phases, resent }: LatencyProps): JSX.Element {
    const unanswered = phases[0]?.unanswered ?? [];
    const unresolved = phases.flatMap((phase) => phase.unresolved);
    const measured = phases.flatMap(({ drawing, ...phase }) => (drawing === null ? [] : [{ ...phase, drawing }]));
    return (
        <>
            {measured.length === 0 ? null : <Figures service={service} phases={measured} />}
            {resent.length === 0 ? null : <p class="note">{resent.join(" ")}</p>}
            {unanswered.length === 0 ? null : (
                <p class="note">No pod answered {unanswered.join(", ")}, so there are no times to show.</p>
            )}
            {unresolved.length === 0 ? null : (
                <p class="note">No request of {unresolved.join(", ")} waits for a DNS look-up.</p>
            )}
            {measured.length === 0 ? null : <Table service={service} phases={measured} />}
        </>
    );
}

type DrawnPhase = Phase & { readonly drawing: Drawing };

function Figures({ service, phases }: { service: string; phases: readonly DrawnPhase[] }): JSX.Element {
    return (
        <>
            <p class="legend">
                <span>
                    <span class="swatch median" /> median
                </span>
                <span>
                    <span class="swatch thick" /> to p90
                </span>
                <span>
                    <span class="swatch thin" /> to p99
                </span>
                <span>
                    <span class="swatch ring" /> maximum
                </span>
                <span>logarithmic scale</span>
            </p>
            <div class="panels">
                {phases.map(({ name, rows, drawing }) => (
                    <figure class="panel">
                        <figcaption>
                            <strong>{name}</strong>
                        </figcaption>
                        <Chart drawing={drawing} label={`${name} at ${service}, ${medians(rows)}`} />
                    </figure>
                ))}
            </div>
        </>
    );
}

function Table({ service, phases }: { service: string; phases: readonly DrawnPhase[] }): JSX.Element {
    return (
        <details>
            <summary>The same as a table</summary>
            <table>
                <caption>Percentiles at {service} in milliseconds</caption>
                <thead>
                    <tr>
                        <th scope="col">Client</th>
                        <th scope="col">Median</th>
                        <th scope="col">p90</th>
                        <th scope="col">p99</th>
                        <th scope="col">Maximum</th>
                    </tr>
                </thead>
                {phases.map(({ name, rows }) => (
                    <tbody>
                        <tr>
                            <th scope="rowgroup" colSpan={5}>
                                {name}
                            </th>
                        </tr>
                        {rows.map((row) => (
                            <tr>
                                <th scope="row" class={cellClass(row.client)}>
                                    {row.client}
                                </th>
                                {[row.p50, row.p90, row.p99, row.max].map((value) => (
                                    <td>{value.toFixed(3)}</td>
                                ))}
                            </tr>
                        ))}
                    </tbody>
                ))}
            </table>
        </details>
    );
}

function medians(rows: readonly LatencyRow[]): string {
    return `median in milliseconds: ${rows.map(({ client, p50 }) => `${client} ${p50}`).join(", ")}`;
}
