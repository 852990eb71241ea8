import { expect } from "chai";
import { probeDeadlineSeconds, type ProbeWork } from "../../components/probe/probeDeadline";

const [printing, counting] = [{ kind: { counts: false } }, { kind: { counts: true } }];
const usual: ProbeWork = {
    shards: [300],
    services: 2,
    clients: [printing],
    concurrency: 8,
    rate: 0,
    isDisrupted: false,
    standstillSeconds: 110,
};
const seconds = (changes: Partial<ProbeWork>): number => probeDeadlineSeconds({ ...usual, ...changes });
const day = 86_400;

describe("the deadline of a probe", () => {
    const deadlines: [what: string, changes: Partial<ProbeWork>, expected: number][] = [
        ["one request", { shards: [1] }, 7 * 110 + 2 * (0.1 + 10)],
        ["the usual, whose requests may all time out", {}, 7 * 110 + 2 * (30 + 3_000)],
        ["the most that a client prints", { shards: [10_000] }, 7 * 110 + 2 * (1_000 + 3_600)],
        ["several pods, by the one that sends the most", { shards: [34, 33, 33] }, 7 * 110 + 2 * (3.4 + 340)],
        ["several clients, which share a processor", { clients: [printing, printing] }, 8 * 110 + 2 * (60 + 3_000)],
        ["a rate", { rate: 1 }, 7 * 110 + 2 * (300 + 3_000)],
        ["a rate that is no limit", { rate: 100_000 }, 7 * 110 + 2 * (30 + 3_000)],
        ["a disruption", { rate: 1, isDisrupted: true }, 7 * 110 + 2 * (300 + 3_000 + 110)],
        ["load, several at once", { clients: [counting] }, 7 * 110 + 2 * (1.5 + 380)],
        ["load with one at a time", { clients: [counting], concurrency: 1 }, 7 * 110 + 2 * (1.5 + 3_000)],
        ["more at once than there are", { clients: [counting], concurrency: 512 }, 7 * 110 + 2 * (1.5 + 10)],
        ["a million by load", { clients: [counting], shards: [1e6] }, 7 * 110 + 2 * (5_000 + 3_600)],
        [
            "a million at one a second, which is what was asked for",
            { clients: [counting], shards: [1e6], rate: 1 },
            7 * 110 + 2 * (1e6 + 3_600),
        ],
        ["patience that is short", { standstillSeconds: 10 }, 7 * 10 + 2 * (30 + 3_000)],
    ];
    for (const [what, changes, expected] of deadlines) {
        it(`is ${Math.ceil(expected)} s for ${what}`, () => {
            expect(seconds(changes)).to.equal(Math.ceil(expected));
        });
    }

    it("is below a day for whatever is sent as fast as it goes", () => {
        const clients = Array.from({ length: 13 }, () => printing);
        expect(seconds({ shards: [10_000], services: 4, clients })).to.be.below(day);
        expect(seconds({ shards: [1e6], services: 4, clients: [counting], concurrency: 1 })).to.be.below(day);
    });
});
