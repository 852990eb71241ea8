import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import type { Backend, ClientProgram, ServiceFields } from "./context";
import { expectationOf, type Expectation } from "./expectation";
import { resolverTraits } from "./resolvers";

/** What the configuration says of a stack, before anything runs. */
export interface Planned {
    readonly replicas: number;
    readonly services: readonly ({ readonly name: string } & ServiceFields)[];
    readonly clients: readonly ({ readonly name: string } & ClientProgram)[];
}

/** What to expect of one client at one Service, in words that change only where the split would. */
const expectedSplit = z.object({
    /** e.g. "even over 3 pods", "pinned per client", "decided by the pods' addresses". */
    split: z.string(),
    /** One sentence. */
    reason: z.string(),
});
export type ExpectedSplit = Immutable<z.infer<typeof expectedSplit>>;

/** By Service, then by client. */
export const expectedSplitsOutput = z.record(z.string(), z.record(z.string(), expectedSplit));
export type ExpectedSplits = Immutable<z.infer<typeof expectedSplitsOutput>>;

/**
 * What theory expects of a stack before it exists. Addresses, nodes, the proxy and the order of DNS answers are not
 * known then; where they decide, the result says so.
 */
export function expectedSplits({ replicas, services, clients }: Planned): ExpectedSplits {
    const all = Array.from({ length: replicas }, (_, i) => plannedPod(`pod ${i + 1}`));
    return mapped(services, (service) =>
        mapped(clients, (client) => {
            const expectation = expectationOf({
                client: {
                    ...client,
                    dnsCacheSeconds: resolverTraits[client.resolver].cacheSeconds,
                    address: null,
                    prefixLength: null,
                    node: null,
                    zone: null,
                },
                service,
                backends: service.kind === "pod" ? [plannedPod(service.name)] : all,
                dns: { order: "unknown", answers: [], seen: null },
                proxy: "not yet known",
                mesh: null,
                churn: [],
            });
            return { split: inWords(expectation), reason: expectation.reason.sentence };
        }),
    );
}

function plannedPod(name: string): Backend {
    return {
        name,
        address: null,
        node: null,
        zone: null,
        ready: true,
    };
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
        case "at most multinomial spread":
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
