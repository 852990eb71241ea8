import { expect } from "chai";
import type { Client, Context, Dns, Backend, ServiceFields } from "../../split/theory/context";
import { expectationOf } from "../../split/theory/expectation";

/** A pod nginx-a, nginx-b … for each address, all ready, on one node in one zone. */
export function podsAt(...addresses: readonly (string | null)[]): Backend[] {
    return addresses.map((address, i) => ({
        name: `nginx-${String.fromCharCode(97 + i)}`,
        address,
        node: "node-1",
        zone: "zone-1",
        ready: true,
    }));
}

/** Three pods on each of two nodes, each node with its own /24 and zone; prefixes tie on each. */
export const twoNodes: readonly Backend[] = podsAt(
    ...["10.42.0.8", "10.42.0.9", "10.42.0.10", "10.42.1.8", "10.42.1.9", "10.42.1.10"],
).map((pod, i) => ({ ...pod, node: i < 3 ? "node-1" : "node-2", zone: i < 3 ? "zone-1" : "zone-2" }));

type Rest = Partial<Omit<Context, "client" | "service" | "dns">>;

export interface Changes extends Rest {
    readonly client?: Partial<Client>;
    readonly service?: Partial<ServiceFields>;
    readonly dns?: Partial<Dns>;
}

/**
 * Three pods, curl on glibc on a /32 interface, shuffled DNS, a headless Service without policies; then the changes.
 */
export function contextWith({ client, service, dns, ...rest }: Changes = {}): Context {
    return {
        client: {
            resolver: "glibc",
            engine: "curl",
            connection: "new",
            dnsCacheSeconds: 0,
            address: "10.244.1.5",
            prefixLength: 32,
            node: "node-1",
            zone: "zone-1",
            ...client,
        },
        service: {
            kind: "headless",
            sessionAffinity: "None",
            internalTrafficPolicy: "Cluster",
            trafficDistribution: null,
            publishNotReadyAddresses: false,
            ...service,
        },
        backends: podsAt("10.244.1.10", "10.244.1.20", "10.244.2.7"),
        dns: { order: "shuffled", answers: [], seen: null, ...dns },
        proxy: "iptables",
        mesh: null,
        churn: [],
        ...rest,
    };
}

/** A headless Service seen by this client. */
export const headless = (client: Partial<Client>, rest: Rest & Pick<Changes, "dns"> = {}): Changes => ({
    client,
    ...rest,
});

/** A ClusterIP Service with these fields. */
export const clusterIP = (service: Partial<ServiceFields> = {}, rest: Omit<Changes, "service"> = {}): Changes => ({
    ...rest,
    service: { kind: "ClusterIP", ...service },
});

/**
 * What is expected, in a word for each: how the connections hang together; the pods by their last letter, "a=b" at
 * equal odds and "a?b" where either can answer but their shares are not known; and the reason.
 */
export function expectedIn(changes: Changes): string {
    const { draws, distribution, candidates, reason } = expectationOf(contextWith(changes));
    const letters = candidates?.map((pod) => pod.replace("nginx-", "")) ?? ["anybody"];
    const odds = new Set(Object.values(distribution ?? {}).filter((probability) => probability > 0));
    expect([...odds], "equal odds").to.deep.equal(distribution === null ? [] : [1 / letters.length]);
    return `${draws}, ${letters.join(distribution === null ? "?" : "=") || "nobody"}, ${reason.tag}`;
}

/** @param rows what is the case, the changes that make it so, and what `expectedIn` then says */
export function table(
    title: string,
    rows: readonly (readonly [fact: string, given: Changes, expected: string])[],
): void {
    describe(title, () => {
        for (const [fact, given, expected] of rows) {
            it(fact, () => {
                expect(expectedIn(given)).to.equal(expected);
            });
        }
    });
}
