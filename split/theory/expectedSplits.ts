import type { Client, Context, Endpoint, ServiceFields } from "./context";
import { expectationOf, type Expectation } from "./expectation";

/** What config alone says of a stack, before anything runs. */
export interface Planned {
    readonly replicas: number;
    readonly services: readonly ({ readonly name: string } & ServiceFields)[];
    readonly clients: readonly ({ readonly name: string } & Pick<Client, "engine" | "resolver" | "connection">)[];
}

/** What is to be expected of one client at one Service, in words that change only where the split would. */
export interface ExpectedSplit {
    /** e.g. "even over 3 pods", "pinned per client", "decided by the pods' addresses". */
    readonly split: string;
    /** One sentence, with its full stop. */
    readonly reason: string;
}

/** By Service, then by client. */
export type ExpectedSplits = Readonly<Record<string, Readonly<Record<string, ExpectedSplit>>>>;

/**
 * What theory expects of a stack before it exists. Addresses, nodes, the kind of proxy and the order of DNS are not
 * known then, and where they decide, it says so.
 */
export function expectedSplits({ replicas, services, clients }: Planned): ExpectedSplits {
    const all = Array.from({ length: replicas }, (_, i) => endpoint(`pod ${i + 1}`));
    return mapped(services, (service) =>
        mapped(clients, (client) => {
            const context: Context = {
                client: { ...client, dnsCacheSeconds: 0, address: null, prefixLength: null, node: null, zone: null },
                service,
                endpoints: service.kind === "pod" ? [endpoint(service.name)] : all,
                dns: { order: "unknown", answers: [], seen: null },
                proxy: "not yet known",
                mesh: null,
                runSeconds: null,
                churn: [],
            };
            const expectation = expectationOf(context);
            return { split: inWords(expectation), reason: expectation.reason.sentence };
        }),
    );
}

function endpoint(pod: string): Endpoint {
    return { pod, address: null, node: null, zone: null, ready: true };
}

function inWords({ draws, candidates, reason }: Expectation): string {
    const pods = candidates?.length ?? 0;
    switch (draws) {
        case "none":
            return "no pod answers";
        case "one choice":
        case "one choice each":
            return reason.tag === "client-affinity" ? "pinned per client" : "pinned per connection";
        case "unknown":
            return decidedBy[reason.tag] ?? "not known";
        case "in turns":
            return pods === 1 ? "all to the only pod" : `even over ${pods} pods, in turns`;
        case "independent":
        case "no more uneven than independent":
            return pods === 1 ? "all to the only pod" : `even over ${pods} pods`;
    }
}

const decidedBy: Partial<Record<Expectation["reason"]["tag"], string>> = {
    "unknown-resolver": "decided by the client's resolver",
    "addresses-not-known": "decided by the pods' addresses",
    "unknown-dns-order": "decided by the order of DNS",
    "placement-not-known": "decided by where pods run",
    "unknown-proxy": "decided by the kind of proxy",
};

function mapped<T extends { readonly name: string }, R>(items: readonly T[], value: (item: T) => R): Record<string, R> {
    return Object.fromEntries(items.map((item) => [item.name, value(item)]));
}
