import type { JSX } from "preact";
import type { Backend } from "../../split/measurement/measurement";
import type { LetteredPod } from "../podLetters";
import { wordsOf } from "./words";

/** Whom the letters in the charts stand for. */
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

/** Every pod, with its place. */
export function Pods({ pods }: { pods: readonly LetteredPod[] }): JSX.Element {
    return (
        <table class="pods">
            <caption class="unseen">Pods behind the Services</caption>
            <thead>
                <tr>
                    <th scope="col">pod</th>
                    <th scope="col">address</th>
                    <th scope="col">node</th>
                    <th scope="col">zone</th>
                    <th scope="col">state</th>
                </tr>
            </thead>
            <tbody>
                {pods.map(({ letter, name, backend }) => (
                    <tr>
                        <th scope="row">
                            <b>{letter}</b> {name}
                        </th>
                        <td class={wordsOf(backend?.address ?? "")}>{backend?.address ?? "–"}</td>
                        <td>{backend?.node ?? "–"}</td>
                        <td>{backend === null ? "–" : zoneOf(backend)}</td>
                        <td class="words">{backend === null ? "gone" : backend.ready ? "ready" : "not ready"}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

/** A dash where the node has no such label, or could not be read. */
function zoneOf({ zone }: Backend): string {
    return zone === null || zone === "" ? "–" : zone;
}
