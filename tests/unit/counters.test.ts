import { expect } from "chai";
import * as fc from "fast-check";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCounters } from "../../probe/counters";
import { page } from "../../report/page/page";
import { markdownReport } from "../../report/markdownReport";
import { table } from "../../report/table";
import { addCounters, countsOfPod, retransmittedSyns, tcpCounters } from "../../split/protocol/tcpCounters";
import type { Counters } from "../../split/protocol/line";
import { answering, runClient, runCounting, serving } from "./clientRuns";
import { assessment, backend, client, clusterIP, headless } from "./measurements";
import { countersOf } from "./probeLogs";

describe("the counters of a pod's kernel", () => {
    const folder = mkdtempSync(join(tmpdir(), "counters-"));
    after(() => {
        rmSync(folder, { recursive: true });
    });
    const read = (snmp: string, netstat: string): Readonly<Record<string, number>> => {
        writeFileSync(join(folder, "snmp"), snmp);
        writeFileSync(join(folder, "netstat"), netstat);
        return readCounters(["RetransSegs", "TCPSynRetrans", "ListenDrops"], folder);
    };

    it("are those that were asked for, of TCP alone", () => {
        const snmp = "Ip: RetransSegs\nIp: 1\nTcp: MaxConn RetransSegs InErrs\nTcp: -1 12 3\n";
        const netstat = "TcpExt: ListenDrops TW TCPSynRetrans\nTcpExt: 0 4 5\nMPTcpExt: TCPSynRetrans\nMPTcpExt: 9\n";
        expect(read(snmp, netstat)).to.deep.equal({ RetransSegs: 12, ListenDrops: 0, TCPSynRetrans: 5 });
    });

    const lacking: [what: string, snmp: string, netstat: string][] = [
        ["files without a line", "", ""],
        ["names without values", "Tcp: RetransSegs\n", "TcpExt: TCPSynRetrans ListenDrops\n"],
        ["fewer values than names", "Tcp: InErrs RetransSegs\nTcp: 3\n", "TcpExt: TCPSynRetrans\nTcpExt:\n"],
        ["values of another group", "Tcp: RetransSegs\nUdp: 3\n", "TcpExt: TCPSynRetrans\nIpExt: 1\n"],
        ["no numbers", "Tcp: RetransSegs\nTcp: many\n", "TcpExt: TCPSynRetrans\nTcpExt: -1\n"],
    ];
    for (const [what, snmp, netstat] of lacking) {
        it(`are left out, and not 0, where the kernel gives ${what}`, () => {
            expect(read(snmp, netstat)).to.deep.equal({});
        });
    }

    it("are left out where there is no such file", () => {
        expect(readCounters(["RetransSegs"], join(folder, "nowhere"))).to.deep.equal({});
    });
});

for (const kind of ["curl", "python", "go", "node", "load"]) {
    describe(`the client ${kind}, run for real, with counters`, function () {
        this.timeout(120_000);

        const asked = async (names: string): Promise<readonly Counters[]> => {
            const environment = { COUNTERS: names, CONCURRENCY: "2", RATE: "0" };
            const run = { requests: 2, services: ["127.0.0.1", "127.0.0.2"], environment };
            return serving(
                answering,
                async (port) => {
                    const runIt = kind === "load" ? runCounting : runClient;
                    return (await runIt(kind, { ...run, port })).counters;
                },
                "0.0.0.0",
            );
        };

        it("tells each that its kernel has, before and after each Service", async () => {
            const counters = await asked(`${tcpCounters.join(" ")} NoSuchCounter`);
            expect(counters.map(({ service }) => service)).to.deep.equal([0, 1]);
            const known = Object.keys(readCounters(tcpCounters));
            expect(known).to.include.members(["RetransSegs", "TCPSynRetrans"]);
            for (const { before, after } of counters) {
                expect(before).to.have.all.keys(known);
                expect(after).to.have.all.keys(known);
            }
        });

        it("tells none that it is not asked for", async () => {
            expect(await asked("")).to.deep.equal([0, 1].map((service) => ({ service, before: {}, after: {} })));
        });
    });
}

describe("what a pod sent again", () => {
    it("is told by Service", () => {
        const counters = countersOf(0, 3);
        expect([0, 1].map((service) => retransmittedSyns(counters, service))).to.deep.equal([0, 3]);
    });

    it("is not known of a Service without counters, or where one reading lacks it", () => {
        expect(retransmittedSyns([], 0)).to.equal(null);
        const half = [{ service: 0, before: { TCPSynRetrans: 1 }, after: { RetransSegs: 6 } }];
        expect(retransmittedSyns(half, 0)).to.equal(null);
    });

    it("counts once, however many clients saw it", () => {
        // Two clients at two Services; what they saw overlaps from 12 to 15.
        const reading = (service: number, before: number, after: number): Counters => ({
            ...{ service, before: { TCPSynRetrans: before }, after: { TCPSynRetrans: after } },
        });
        const { TCPSynRetrans, RetransSegs } = countsOfPod([
            ...[reading(0, 10, 12), reading(1, 12, 17)],
            ...[reading(0, 10, 15), reading(1, 15, 16)],
        ]);
        expect({ TCPSynRetrans, RetransSegs }).to.deep.equal({ TCPSynRetrans: 7, RetransSegs: null });
    });

    it("is not known of a pod without counters", () => {
        expect(new Set(Object.values(countsOfPod([])))).to.deep.equal(new Set([null]));
    });

    it("is of several pods the sum of what each of them sent again, where all know it", () => {
        const known = fc.record({ from: fc.nat(), rise: fc.nat() });
        fc.assert(
            fc.property(fc.array(fc.option(known), { minLength: 1, maxLength: 5 }), (pods) => {
                const all = pods.map((each): Counters => ({
                    service: 1,
                    before: each === null ? {} : { TCPSynRetrans: each.from },
                    after: each === null ? {} : { TCPSynRetrans: each.from + each.rise },
                }));
                const sum = pods.includes(null) ? null : pods.reduce((total, each) => total + (each?.rise ?? 0), 0);
                expect(retransmittedSyns([addCounters(1, all)], 1)).to.equal(sum);
            }),
        );
    });
});

describe("SYNs that were sent again", () => {
    const pods = [backend("a", "10.244.0.5")];
    const syns = (count: number | null, name = "curl") =>
        client({ a: 4 }, {}, { client: name, retransmittedSyns: count });
    const said =
        "The probe's pod retransmitted SYNs: 3 while curl called this Service, 1 while go called this Service.";
    const texts: [where: string, text: (of: ReturnType<typeof assessment>) => string | Promise<string>][] = [
        ["table", table],
        ["Markdown", markdownReport],
        ["page", page],
    ];
    for (const [where, text] of texts) {
        const plain = async (of: ReturnType<typeof assessment>): Promise<string> =>
            (await text(of)).replace(/\s+/g, " ").replaceAll("&#39;", "'");

        it(`are told in the ${where}, at the Service where they were, and whose they may be`, async () => {
            const told = await plain(assessment(pods, [headless(syns(0)), clusterIP(syns(3), syns(1, "go"))]));
            expect(told.split("retransmitted SYNs")).to.have.length(2);
            expect(told).to.include(said);
            expect(told).to.include("Clients that call at the same time share this counter.");
            expect(told).to.match(/nginxheadless.*nginxclusterip.*retransmitted SYNs/);
        });

        it(`are of a client that is alone its own, in the ${where}`, async () => {
            const told = await plain(assessment(pods, [clusterIP(syns(2))]));
            expect(told).to.include("The probe's pod retransmitted SYNs: 2 while curl called this Service.");
            expect(told).to.include("Each delays its connection, by 1 s or more where nothing answered the SYN.");
            expect(told).to.not.include("share this counter");
        });

        it(`are not told in the ${where} where there were none, or where that is not known`, async () => {
            const told = await plain(assessment(pods, [headless(syns(0)), clusterIP(syns(null))]));
            expect(told).to.not.include("retransmitted SYNs");
        });
    }

    it("are told on the page of the pod, with its other counters, those that are not known too", async () => {
        const told = (await page(assessment(pods, [clusterIP(syns(0))]))).replace(/<[^>]*>/g, " ");
        expect(told).to.include("RetransSegs 4, TCPSynRetrans 0, TCPTimeouts 2");
        expect(told).to.include("TSEcrRejected not known");
    });
});
