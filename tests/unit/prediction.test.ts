import { expect } from "chai";
import { comparePrediction, firstsOfConnections, type Prediction, type Sorting } from "../../split/theory/prediction";
import type { Request } from "../../split/protocol/line";

const glibc: Sorting = { resolver: "glibc", address: "10.42.0.43", prefixLength: 24 };
const go: Sorting = { ...glibc, resolver: "go" };
const turns: Sorting = { ...glibc, resolver: "own-round-robin" };
const [a, b, c, far] = ["10.42.0.40", "10.42.0.41", "10.42.0.42", "10.42.1.43"] as const;

/** Requests to these addresses, each on a connection of its own unless numbers say otherwise; null for none. */
function to(addresses: readonly (string | null)[], connections?: readonly (number | null)[]): Request[] {
    return addresses.map((address, index) => ({
        ...{ service: 0, index, address, pod: "a", error: null, resolved: 0, connected: 0, secured: null, total: 0 },
        connection: connections === undefined ? index : (connections[index] ?? null),
    }));
}

type Row = readonly [
    what: string,
    sorting: Sorting,
    answers: readonly (readonly string[])[],
    requests: Request[],
    result: Prediction | null,
];
const result = (compared: number, agreed: number, fallbacks: Record<string, number> = {}): Prediction => ({
    ...{ compared, agreed, fallbacks },
});
const many = <T>(times: number, ...each: T[]): T[] => Array.from({ length: times }, () => each).flat();

const rows: readonly Row[] = [
    [
        "glibc: the longest prefix in the subnet",
        glibc,
        [
            [a, b, c],
            [b, a, c],
        ],
        to([c, c]),
        result(2, 2),
    ],
    [
        "glibc: not the first as DNS gave it",
        glibc,
        [
            [a, b, c],
            [b, a, c],
        ],
        to([a, b]),
        // So few may have gone on to these, where the first did not accept.
        result(2, 0, { a: 2 }),
    ],
    [
        "glibc: on to a later address, once",
        glibc,
        many(300, [a, b, c]),
        to([...many(299, c), b]),
        result(300, 299, { a: 1 }),
    ],
    [
        "glibc: every time where DNS named it first, which is no glibc",
        glibc,
        many(20, [a, b, c], [b, c, a], [c, a, b]),
        to(many(20, a, b, c)),
        result(60, 20),
    ],
    [
        "glibc: on to a later address each time, as the first is out of order",
        glibc,
        many(20, [a, b, c], [b, c, a], [c, a, b]),
        to(many(20, a, b, a)),
        result(60, 0, { a: 60 }),
    ],
    ["glibc: to an address of no answer", glibc, [[a, c]], to([b]), result(1, 0)],
    ["not known how it sorts", { ...glibc, resolver: "unknown" }, [[a]], to([a]), null],
    [
        "glibc: of two that tie, the first in the answer",
        glibc,
        [
            [far, b, a],
            [a, b],
        ],
        to([b, a]),
        result(2, 2),
    ],
    ["glibc: outside of the subnet, the first in the answer", glibc, [[far, "10.42.2.1"]], to([far]), result(1, 1)],
    [
        "glibc on a /32: the first in the answer",
        { ...glibc, prefixLength: 32 },
        [
            [a, c],
            [c, a],
        ],
        to([a, c]),
        result(2, 2),
    ],
    [
        "Go: the first in the answer",
        go,
        [
            [a, b, c],
            [b, a, c],
        ],
        to([a, b]),
        result(2, 2),
    ],
    ["musl: the first in the answer", { ...glibc, resolver: "musl" }, [[b, c]], to([b]), result(1, 1)],
    ["some agree, some do not", go, [[a], [b], [c]], to([a, a, c]), result(3, 2)],
    ["an empty answer predicts nothing", go, [[], [a]], to([a, a]), result(2, 1)],
    ["one kept connection: one answer for all", go, [[b, a]], to([b, b, b], [0, 0, 0]), result(1, 1)],
    ["turns: one answer, the next address each time", turns, [[b, a]], to([b, a, b]), result(3, 3)],
    ["turns: unsorted, whatever the prefix", turns, [[a, c]], to([c, a]), result(2, 0)],
    ["turns over kept connections", turns, [[b, a]], to([b, a, b, a], [0, 1, 0, 1]), result(2, 2)],
    ["turns over an empty answer", turns, [[]], to([null], [null]), result(0, 0)],
    ["fewer answers than connections: not known", go, [[a], [b]], to([a, b, b]), null],
    ["more answers than connections: not known", go, [[a], [b]], to([a]), null],
    ["no answer: not known", go, [], to([a]), null],
    [
        "a request without a connection: its answer was its own",
        go,
        [[b], [a], [b]],
        to([b, null, b], [0, null, 1]),
        result(2, 2),
    ],
    ["turns: one that failed had its turn", turns, [[a, b, c]], to([a, null, c], [0, null, 1]), result(2, 2)],
    ["a kept connection that broke: not known", go, [[a], [a]], to([a, a, a], [0, 0, 1]), null],
    ["one answer for two connections: not known", go, [[a]], to([a, a]), null],
];

describe("the predicted address of each connection", () => {
    for (const [what, sorting, answers, requests, expected] of rows) {
        it(what, () => {
            expect(comparePrediction(sorting, answers, requests)).to.deep.equal(expected);
        });
    }
});

describe("the first requests of connections", () => {
    it("are one for each number, and none for a request without one", () => {
        const requests = to([a, b, a, null, c], [0, 1, 0, null, 2]);
        expect(firstsOfConnections(requests).map(({ index }) => index)).to.deep.equal([0, 1, 4]);
    });
});
