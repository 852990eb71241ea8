import { expect } from "chai";
import * as fc from "fast-check";
import type { Context, Backend } from "../../split/theory/context";
import { expectationOf } from "../../split/theory/expectation";
import { contextWith, podsAt } from "./contexts";

const octet = fc.integer({ min: 1, max: 254 });
const addresses = fc.uniqueArray(
    fc.tuple(fc.integer({ min: 0, max: 2 }), octet).map(([net, last]) => `10.0.${net}.${last}`),
    { minLength: 1, maxLength: 8 },
);
const contexts: fc.Arbitrary<Context> = fc
    .record({
        client: fc.record({
            address: octet.map((last) => `10.0.0.${last}`),
            prefixLength: fc.integer({ min: 16, max: 32 }),
            resolver: fc.constantFrom("glibc" as const, "musl" as const, "go" as const, "own-round-robin" as const),
            connection: fc.constantFrom("new" as const, "kept-alive" as const),
        }),
        service: fc.record({
            kind: fc.constantFrom("headless" as const, "ClusterIP" as const),
            sessionAffinity: fc.constantFrom("None" as const, "ClientIP" as const),
            publishNotReadyAddresses: fc.boolean(),
        }),
        backends: fc
            .record({ at: addresses, unready: fc.nat({ max: 20 }) })
            .map(({ at, unready }) => podsAt(...at).map((pod, i) => ({ ...pod, ready: i !== unready }))),
        dns: fc.record({ order: fc.constantFrom("shuffled" as const, "frozen" as const, "unknown" as const) }),
        proxy: fc.constantFrom(
            "iptables" as const,
            "nftables" as const,
            "ipvs" as const,
            "cilium" as const,
            "unknown" as const,
        ),
    })
    .map(contextWith);

/** Binary digits of an address, the way a person compares prefixes. */
function bitsOf(address: string | null): boolean[] {
    const octets = (address ?? "").split(".").map(Number);
    return octets.flatMap((byte) => [128, 64, 32, 16, 8, 4, 2, 1].map((bit) => byte % (2 * bit) >= bit));
}

/** Leading bits in common with the client, or 0 outside of its subnet. */
function score({ client }: Context, { address }: Backend): number {
    const [own, other] = [bitsOf(client.address), bitsOf(address)];
    const common = own.findIndex((bit, i) => bit !== other[i]);
    const bits = common === -1 ? 32 : common;
    return bits >= (client.prefixLength ?? 0) ? bits : 0;
}

describe("the expectation of any context", () => {
    it("has probabilities that sum to 1, over exactly the pods that can answer", () => {
        fc.assert(
            fc.property(contexts, (context) => {
                const { distribution, candidates } = expectationOf(context);
                fc.pre(distribution !== null);
                const possible = Object.entries(distribution).filter(([, probability]) => probability > 0);
                expect(possible.map(([pod]) => pod)).to.deep.equal(candidates);
                expect(possible.reduce((sum, [, probability]) => sum + probability, 0)).to.be.closeTo(1, 1e-12);
            }),
        );
    });

    it("says why in one sentence", () => {
        fc.assert(
            fc.property(contexts, (context) => {
                expect(expectationOf(context).reason.sentence).to.match(/^\S.*[^.]\.$/);
            }),
        );
    });

    it("for glibc and a headless Service is the pods whose address no other beats in leading bits", () => {
        const alone = contextWith({
            client: { address: "10.0.0.1", prefixLength: 32 },
            backends: podsAt("10.0.0.2", "10.0.0.1"),
        });
        fc.assert(
            fc.property(contexts, (context) => {
                const { client, service, backends } = context;
                fc.pre(client.resolver === "glibc" && client.connection === "new" && service.kind === "headless");
                fc.pre(backends.every(({ ready }) => ready));
                const best = Math.max(...backends.map((pod) => score(context, pod)));
                const winners = backends.filter((pod) => score(context, pod) === best);
                expect(expectationOf(context).candidates).to.deep.equal(winners.map(({ name }) => name));
            }),
            { examples: [[alone]] },
        );
    });

    it("for a kept connection never is more than one pod, where it does not take turns", () => {
        fc.assert(
            fc.property(contexts, (context) => {
                fc.pre(context.client.connection === "kept-alive" && context.client.resolver !== "own-round-robin");
                const { draws, candidates } = expectationOf(context);
                expect(draws === "one choice" || draws === "unknown" || (candidates?.length ?? 2) < 2).to.be.true;
            }),
        );
    });
});
