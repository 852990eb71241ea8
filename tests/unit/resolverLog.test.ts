import { expect } from "chai";
import { LogError } from "../../split/protocol/decodeLine";
import { parseResolverLog } from "../../split/protocol/resolverLog";
import { resolverLinesOf, smallResolverRun, textOf } from "./probeLogs";

const lines = resolverLinesOf(smallResolverRun);
const [first = [], virtual = []] = smallResolverRun.sets;

describe("the resolver's log", () => {
    const read = parseResolverLog(textOf(lines));

    it("tells where the probe's pod stands", () => {
        expect(read.header).to.deep.equal(smallResolverRun.header);
    });

    it("tells each answer in its order, by client and Service", () => {
        expect(read.answersTo("curl", "nginxheadless")).to.deep.equal([
            [first[1], first[0], first[2]],
            [first[2], first[1], first[0]],
        ]);
        expect(read.answersTo("curl", "nginxclusterip")).to.deep.equal([virtual, virtual]);
    });

    const nobody: [what: string, client: string, service: string][] = [
        ["a client that it does not name", "go", "nginxheadless"],
        ["a Service that it does not name", "curl", "nginx"],
        ["a Service by its full name", "curl", "nginxheadless.ns.svc.cluster.local"],
    ];
    for (const [what, client, service] of nobody) {
        it(`has no answer to ${what}`, () => {
            expect(read.answersTo(client, service)).to.deep.equal([]);
        });
    }

    it("tells the sets of addresses that DNS named for a Service, each once", () => {
        expect(read.setsOf("nginxheadless")).to.deep.equal([first]);
        expect(read.setsOf("nginxclusterip")).to.deep.equal([virtual]);
        expect(read.setsOf("nothing")).to.deep.equal([]);
    });

    it("counts an empty answer too", () => {
        const { header, sets, lookups } = smallResolverRun;
        const empty = { header, sets: [...sets, []], lookups: [...lookups, { client: 0, name: 0, set: 2, order: [] }] };
        const found = parseResolverLog(textOf(resolverLinesOf(empty)));
        expect(found.answersTo("curl", "nginxheadless").at(-1)).to.deep.equal([]);
        expect(found.setsOf("nginxheadless")).to.deep.equal([first, []]);
    });

    const edited = (number: number, from: string, to: string): string =>
        textOf(lines.map((line, i) => (i === number ? line.replace(from, to) : line)));
    const stranger = /refers to something that the log does not define/;
    const damaged: [damage: string, text: string, message: RegExp][] = [
        ["a client that the header does not name", edited(3, "[0,0,0,", "[1,0,0,"), stranger],
        ["a Service that the header does not name", edited(3, "[0,0,0,", "[0,2,0,"), stranger],
        ["a set that the log does not hold", edited(3, "[0,0,0,", "[0,0,2,"), stranger],
        ["an address twice in an order", edited(3, "[1,0,2]", "[1,1,2]"), stranger],
        ["an order that leaves one out", edited(3, "[1,0,2]", "[1,0]"), stranger],
        ["an order beyond its set", edited(3, "[1,0,2]", "[1,0,3]"), stranger],
        ["a trailer that counts fewer", edited(7, "4}", "3}"), /counts 3 look-ups, but the log has 4/],
        [
            "a request among its lines",
            edited(3, "lookup", "request"),
            /line 3 must be of kind addresses or lookup, got request/,
        ],
        ["an address that is none", edited(1, "10.244.0.5", "fd00::5"), /line 1 \(addresses\) is not valid/],
        ["a prefix longer than an address", edited(0, ":24", ":33"), /line 0 \(resolver\) is not valid/],
        ["no nameserver", edited(0, '["10.96.0.10"]', "[]"), /line 0 \(resolver\) is not valid/],
        ["a client's header", edited(0, "resolver", "header"), /the first line must be of kind resolver, got header/],
    ];
    for (const [damage, text, message] of damaged) {
        it(`is refused with ${damage}`, () => {
            expect(() => parseResolverLog(text)).to.throw(LogError, message);
        });
    }
});
