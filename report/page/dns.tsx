import type { JSX } from "preact";
import type { AssessedClient, AssessedService } from "../../split/verdict/assessment";
import type { LetteredPod } from "../podLetters";
import { wordsOf } from "./words";

/** What DNS answered each client, beside who was hit. */
export function DnsAnswers({ service, pods }: { service: AssessedService; pods: readonly LetteredPod[] }): JSX.Element {
    const names = [...new Set(service.clients.map(({ dns }) => dns.name))].join(", ");
    const isHeadless = service.clusterIP === null;
    return (
        <table class={isHeadless ? "dns headless" : "dns"}>
            <caption>
                {isHeadless
                    ? `What DNS answered for ${names}: the pods in the order of the first answer, each with the requests that its address got, and how many connections went to the address that their own answer says.`
                    : `What DNS answered for ${names}: one virtual address, behind which the proxy chooses, with the requests that it got.`}
            </caption>
            <thead>
                <tr>
                    <th scope="col">client</th>
                    <th scope="col">{isHeadless ? "first answer, and who was hit" : "answer, and requests"}</th>
                    <th scope="col">answers</th>
                    {isHeadless ? <th scope="col">as answered</th> : null}
                </tr>
            </thead>
            <tbody>
                {service.clients.map((client) => (
                    <Row client={client} pods={pods} isHeadless={isHeadless} />
                ))}
            </tbody>
        </table>
    );
}

interface RowProps {
    readonly client: AssessedClient;
    readonly pods: readonly LetteredPod[];
    readonly isHeadless: boolean;
}

function Row({ client, pods, isHeadless }: RowProps): JSX.Element {
    const { dns, prediction } = client;
    const hits = hitsByAddress(client);
    const most = Math.max(...hits.values());
    // An address that no answer named first can have been hit, too.
    const addresses = [...new Set([...dns.addresses, ...hits.keys()])];
    return (
        <tr>
            <th scope="row" class={wordsOf(client.client)}>
                {client.client}
            </th>
            <td>
                <ol class="chips">
                    {addresses.map((address) => (
                        <li class={hits.get(address) === most ? "most" : ""}>
                            <b>{pods.find(({ backend }) => backend?.address === address)?.letter ?? address}</b>{" "}
                            {hits.get(address) ?? 0}
                        </li>
                    ))}
                </ol>
            </td>
            <td>{answersOf(client)}</td>
            {isHeadless ? (
                <td>{prediction === null ? "–" : `${prediction.agreed} of ${prediction.compared}`}</td>
            ) : null}
        </tr>
    );
}

function hitsByAddress({ pods }: AssessedClient): Map<string, number> {
    const hits = new Map<string, number>();
    for (const [address, count] of pods.flatMap(({ addresses }) => Object.entries(addresses))) {
        hits.set(address, (hits.get(address) ?? 0) + count);
    }
    return hits;
}

/** "300 in 6 orders" */
function answersOf({ dns: { addresses, lookups, orders, sets } }: AssessedClient): string {
    const different = orders > 1 ? ` in ${orders} orders` : lookups > 1 && addresses.length > 1 ? " in one order" : "";
    return `${lookups}${different}${sets > 1 ? ` of ${sets} sets` : ""}`;
}
