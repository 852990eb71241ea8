import type { JSX } from "preact";
import type { AssessedClient, AssessedService } from "../../split/verdict/assessment";
import type { LetteredPod } from "../podLetters";
import { cellClass } from "./cellClass";

/** The DNS answers to each client, and the requests that each address got. */
export function DnsAnswers({ service, pods }: { service: AssessedService; pods: readonly LetteredPod[] }): JSX.Element {
    const names = [...new Set(service.clients.map(({ dns }) => dns.name))].join(", ");
    const isHeadless = service.clusterIP === null;
    return (
        <table class={isHeadless ? "dns headless" : "dns"}>
            <caption>
                {isHeadless
                    ? `DNS answers for ${names}: the pods in the order of the first answer, each with the requests that its address got, and how many connections went to the address that their own answer predicts.`
                    : `DNS answers for ${names}: one virtual address, behind which the proxy chooses a pod, with the requests that it got.`}
            </caption>
            <thead>
                <tr>
                    <th scope="col">Client</th>
                    <th scope="col">{isHeadless ? "First answer, with requests" : "Answer, with requests"}</th>
                    <th scope="col">Answers</th>
                    {isHeadless ? <th scope="col">As predicted</th> : null}
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
    const requests = requestsByAddress(client);
    const most = Math.max(...requests.values());
    // An address that is not in the first answer can have got requests, too.
    const addresses = [...new Set([...dns.addresses, ...requests.keys()])];
    return (
        <tr>
            <th scope="row" class={cellClass(client.client)}>
                {client.client}
            </th>
            <td>
                <ol class="chips">
                    {addresses.map((address) => (
                        <li class={requests.get(address) === most ? "most" : ""}>
                            <b>{pods.find(({ backend }) => backend?.address === address)?.letter ?? address}</b>{" "}
                            {requests.get(address) ?? 0}
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

function requestsByAddress({ pods }: AssessedClient): Map<string, number> {
    const requests = new Map<string, number>();
    for (const [address, count] of pods.flatMap(({ addresses }) => Object.entries(addresses))) {
        requests.set(address, (requests.get(address) ?? 0) + count);
    }
    return requests;
}

/** e.g. "300 in 6 orders". */
function answersOf({ dns: { addresses, lookups, orders, sets } }: AssessedClient): string {
    const different = orders > 1 ? ` in ${orders} orders` : lookups > 1 && addresses.length > 1 ? " in one order" : "";
    return `${lookups}${different}${sets > 1 ? ` of ${sets} sets` : ""}`;
}
