import type { JSX } from "preact";
import type { DisruptedClient, DisruptionReport } from "../../split/measurement/disruption";
import type { Drawing } from "../charts/svg";
import type { Assessment } from "../../split/verdict/assessment";
import { disruptedClients, disruptionText, figureLegend, figureNames, type DisruptedFigures } from "../disruption";
import { cellClass } from "./cellClass";
import { Chart } from "./chart";

/** What one client saw at each Service, drawn. */
export interface DrawnDisruption {
    readonly client: string;
    readonly services: readonly { readonly name: string; readonly seen: DisruptedClient; readonly drawing: Drawing }[];
}

const figures = Object.keys(figureNames) as (keyof DisruptedFigures)[];

/** What was done to the pods in the middle, in a chart for each client and one table. */
export function Disruption({ all, drawn }: { all: Assessment; drawn: readonly DrawnDisruption[] }): JSX.Element {
    return (
        <section aria-labelledby="disruption">
            <h2 id="disruption">Disruption</h2>
            {all.disruptions.map((each) => (
                <p class="note">{disruptionText(each)}</p>
            ))}
            <h3>Requests by the second in which they ended</h3>
            <p class="legend">
                <span>
                    <span class="swatch stayed" /> pods that stayed
                </span>
                <span>
                    <span class="swatch lost" /> removed pods
                </span>
                <span>
                    <span class="swatch gained" /> added pods
                </span>
                <span>
                    <span class="swatch failed" /> failed
                </span>
                <span>dashed: the disruption</span>
            </p>
            <div class="panels">
                {drawn.map(({ client, services }) => (
                    <figure class="panel">
                        <figcaption>
                            <strong>{client}</strong>
                        </figcaption>
                        {services.map(({ name, seen, drawing }) => (
                            <>
                                <p>{name}</p>
                                <Chart drawing={drawing} label={chartLabel(client, name, seen)} />
                            </>
                        ))}
                    </figure>
                ))}
            </div>
            <h3>What each client saw</h3>
            <Figures all={all} disruptions={all.disruptions} />
        </section>
    );
}

function Figures({ all, disruptions }: { all: Assessment; disruptions: readonly DisruptionReport[] }): JSX.Element {
    return (
        <table class="disruption">
            <caption>{figureLegend()} – where it never happened.</caption>
            <thead>
                <tr>
                    <th scope="col">Client</th>
                    {disruptions.length > 1 ? <th scope="col">Service</th> : null}
                    {figures.map((figure) => (
                        <th scope="col">{figureNames[figure].short}</th>
                    ))}
                </tr>
            </thead>
            {disruptedClients(all).map(({ client, figures: each }) => (
                <tbody>
                    {each.map((row, i) => (
                        <tr>
                            {i === 0 ? (
                                <th scope="rowgroup" rowSpan={each.length} class={cellClass(client)}>
                                    {client}
                                </th>
                            ) : null}
                            {disruptions.length > 1 ? <td class="name">{disruptions[i]?.service}</td> : null}
                            {figures.map((figure) => (
                                <td>
                                    {figure === "failed" && row.failed !== "0" ? (
                                        <strong class="failed">{row.failed}</strong>
                                    ) : (
                                        row[figure]
                                    )}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            ))}
        </table>
    );
}

function chartLabel(client: string, service: string, { failed, lastLost, firstGained }: DisruptedClient): string {
    const after = (seconds: number | null): string => (seconds === null ? "none" : `after ${seconds} s`);
    return (
        `Requests of ${client} to ${service} around the disruption: ${failed} failed, last answer of a removed pod ` +
        `${after(lastLost)}, first answer of an added pod ${after(firstGained)}`
    );
}
