import type { JSX } from "preact";
import type { DisruptedClient, DisruptionReport } from "../../split/measurement/disruption";
import type { Drawing } from "../charts/svg";
import { disruptedClients, figureNames, happened, type DisruptedFigures } from "../disruption";
import type { Assessment } from "../../split/verdict/assessment";
import { Chart } from "./chart";
import { wordsOf } from "./words";

/** What one client saw at each Service, drawn. */
export interface DrawnDisruption {
    readonly client: string;
    readonly services: readonly { readonly name: string; readonly seen: DisruptedClient; readonly drawing: Drawing }[];
}

const figures = Object.keys(figureNames) as (keyof DisruptedFigures)[];

/** What was done to the pods in the middle, in one picture and one table. */
export function Disruption({ all, drawn }: { all: Assessment; drawn: readonly DrawnDisruption[] }): JSX.Element {
    return (
        <section aria-labelledby="disruption">
            <h2 id="disruption">Disruption</h2>
            {all.disruptions.map((each) => (
                <p class="note">{happened(each)}</p>
            ))}
            <h3>Requests by the second in which they ended</h3>
            <p class="legend">
                <span>
                    <span class="swatch stayed" /> pod that stayed
                </span>
                <span>
                    <span class="swatch lost" /> pod that went
                </span>
                <span>
                    <span class="swatch gained" /> pod that came
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
                                <Chart drawing={drawing} label={told(client, name, seen)} />
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
            <caption>
                Seconds count from the disruption; – where it never came to that.{" "}
                {figures.map((figure) => `${figureNames[figure].short}: ${figureNames[figure].long}`).join("; ")}.
            </caption>
            <thead>
                <tr>
                    <th scope="col">client</th>
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
                                <th scope="rowgroup" rowSpan={each.length} class={wordsOf(client)}>
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

function told(client: string, service: string, { failed, lastLost, firstGained }: DisruptedClient): string {
    const after = (seconds: number | null): string => (seconds === null ? "none" : `after ${seconds} s`);
    return (
        `Requests of ${client} to ${service} around the disruption: ${failed} failed, last answer of a pod that went ` +
        `${after(lastLost)}, first of one that came ${after(firstGained)}`
    );
}
