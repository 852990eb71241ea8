import type { JSX } from "preact";
import type { Backend } from "../../split/theory/context";
import type { LetteredPod } from "../podLetters";
import { cellClass } from "./cellClass";

/** The pods that the letters in the charts stand for. */
export function PodKey({ pods }: { pods: readonly LetteredPod[] }): JSX.Element {
    return (
        <ul class="key" aria-label="Pods">
            {pods.map(({ letter, name, backend }) => (
                <li>
                    <b>{letter}</b> {name} <span>{backend === null ? "gone" : (backend.address ?? "no address")}</span>
                </li>
            ))}
        </ul>
    );
}

/** Every pod, and where it runs. */
export function Pods({ pods }: { pods: readonly LetteredPod[] }): JSX.Element {
    return (
        <table class="pods">
            <caption class="unseen">Pods behind the Services</caption>
            <thead>
                <tr>
                    <th scope="col">Pod</th>
                    <th scope="col">Address</th>
                    <th scope="col">Node</th>
                    <th scope="col">Zone</th>
                    <th scope="col">State</th>
                </tr>
            </thead>
            <tbody>
                {pods.map(({ letter, name, backend }) => (
                    <tr>
                        <th scope="row">
                            <b>{letter}</b> {name}
                        </th>
                        <td class={cellClass(backend?.address ?? "")}>{backend?.address ?? "–"}</td>
                        <td>{backend?.node ?? "–"}</td>
                        <td>{backend === null ? "–" : zoneOf(backend)}</td>
                        <td class="words">{backend === null ? "gone" : backend.ready ? "ready" : "not ready"}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

/** A dash where the node has no zone, or could not be read. */
function zoneOf({ zone }: Backend): string {
    return zone === null || zone === "" ? "–" : zone;
}
