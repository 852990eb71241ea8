import { expect } from "chai";
import * as fc from "fast-check";
import { markdownReport } from "../../report/markdownReport";
import { table } from "../../report/table";
import { compareRuns } from "../../split/verdict/comparison";
import { runOf } from "../../split/verdict/run";
import type { DnsSummary } from "../../split/measurement/serviceSummary";
import { disruptedRun, largeRun, runThatSays } from "./pageAssessments";
import { assessment, backend, client, clusterIP, headless, measurement } from "./measurements";

const pods = [
    backend("nginx-7d9c5b-2kq8x", "10.244.0.5"),
    backend("nginx-7d9c5b-fw7tz", "10.244.0.6"),
    { ...backend("nginx-7d9c5b-x9m4c", null, null), ready: false },
];
const dns: DnsSummary = {
    ...{ name: "nginxheadless.ns.svc.cluster.local", addresses: ["10.244.0.6", "10.244.0.5"] },
    ...{ lookups: 10, orders: 2, sets: 1, firsts: [6, 4], repeats: 4, rotates: true },
};

describe("the table of a measurement", () => {
    it("shows what DNS answered, every pod, every client's counts, and each verdict with its reason", () => {
        const counts = { "nginx-7d9c5b-fw7tz": 6, "nginx-7d9c5b-2kq8x": 2 };
        const curl = client(counts, { "HTTP 503": 2 }, { dns, prediction: { compared: 8, agreed: 8, fallbacks: {} } });
        const go = client({ "nginx-gone": 4 }, {}, { client: "go", resolver: "go", engine: "Go", dns });
        expect(table(assessment(pods, [headless(curl, go), clusterIP(client({}))]))).to.equal(
            `
nginxheadless (headless): 10 requests by each client
  nginxheadless.ns.svc.cluster.local has address 10.244.0.6
  nginxheadless.ns.svc.cluster.local has address 10.244.0.5

  a  nginx-7d9c5b-2kq8x  10.244.0.5  node-1
  b  nginx-7d9c5b-fw7tz  10.244.0.6  node-1
  c  nginx-7d9c5b-x9m4c  no address          not ready
  d  nginx-gone          gone

  Client  a  b  c  d  Failed  p50 ms  p99 ms  Largest share                 Verdict
  curl    2  6  0  0       2     1.3     3.5   75.0 % ███████████████       not enough data
  go      0  0  0  4       0     1.3     3.5  100.0 % ████████████████████  contradicts expectation

  curl: 8 answers came from nginx-7d9c5b-2kq8x (2) and nginx-7d9c5b-fw7tz (6), too few to tell (99
    connections are enough). The addresses of both pods share 28 leading bits with the client's
    10.244.0.9/24, so RFC 6724 rule 9 prefers none and glibc keeps the order of the DNS answer; DNS
    shuffles each answer, so each connection draws one of 2 pods. Each of 8 connections went to the
    first address of its own DNS answer, as glibc sorts it. 2 of 10 requests failed. 2 × HTTP 503.

  go: All 4 answers came from nginx-gone, which contradicts the expectation (nginx-gone cannot
    answer). The first address of the DNS answer gets the connection, because Go's resolver does not
    sort IPv4 addresses; DNS shuffles each answer, so each connection draws one of 2 pods.

nginxclusterip (ClusterIP 10.96.0.7): 0 requests by each client

  a  nginx-7d9c5b-2kq8x  10.244.0.5  node-1
  b  nginx-7d9c5b-fw7tz  10.244.0.6  node-1
  c  nginx-7d9c5b-x9m4c  no address          not ready

  Client  a  b  c  Failed  p50 ms  p99 ms  Largest share  Verdict
  curl    0  0  0       0                     none        not enough data

  curl: No pod answered, too few to tell (99 connections are enough). For each connection,
    kube-proxy (nftables) draws one of 2 pods at random.`.trimStart(),
        );
    });

    const changes: [what: string, now: Record<string, number>, told: boolean][] = [
        ["nothing of one that is as before", { a: 18, b: 22 }, false],
        ["of one that changed", { a: 40 }, true],
    ];
    for (const [what, now, told] of changes) {
        it(`tells of a split since the last run: ${what}`, () => {
            const two = [backend("a", "10.244.0.5"), backend("b", "10.244.0.6")];
            const before = runOf(measurement(two, [clusterIP(client({ a: 20, b: 20 }))]));
            const services = [clusterIP(client(now))];
            const comparison = compareRuns(before, runOf(measurement(two, services)), 0.001);
            const text = table(assessment(two, services), comparison).replace(/\n +/g, " ");
            const change = "Split changed since the last run: curl from 20/20 to 40/0 connections (pods by name, p = ";
            expect(text.includes("last run")).to.equal(told);
            expect(text.includes(change)).to.equal(told);
        });
    }

    it("is empty for nothing", () => {
        expect(table(assessment([], []))).to.equal("");
    });

    it("says of many pods how many there are, and names none of them in a column", () => {
        const many = Array.from({ length: 9 }, (_, i) => backend(`nginx-${i}`, `10.244.0.1${i}`));
        const addresses = many.map(({ address }) => address ?? "");
        const text = table(assessment(many, [headless(client({ "nginx-3": 5 }, {}, { dns: { ...dns, addresses } }))]));
        expect(text).to.include("  nginxheadless.ns.svc.cluster.local has 9 addresses\n");
        expect(text).to.not.match(/^ {2}[a-i] {2}nginx/m);
        expect(text).to.match(/^ {2}Client {2}Failed {2}p50 ms {2}p99 ms {2}Largest share/m);
    });

    // A Deployment called nginx names its pods with 22 characters.
    const counted = fc.record({
        pod: fc.stringMatching(/^nginx-[a-z0-9]{10}-[a-z0-9]{5}$/),
        address: fc.ipV4(),
        node: fc.stringMatching(/^(kind|node|ip)-[a-z0-9]{1,8}$/),
        count: fc.nat({ max: 10_000 }),
    });
    const failures = fc.dictionary(
        fc.stringMatching(/^curl \(\d\): [a-z]{1,20}( [a-z]{1,20}){0,5}$/),
        fc.integer({ min: 1, max: 10_000 }),
    );
    const names = fc.subarray(["curl", "curl-musl-kept-alive", "round-robin-kept-alive"], { minLength: 1 });

    it("shows every pod and every error within 100 columns, whatever the counts", () => {
        fc.assert(
            fc.property(
                fc.uniqueArray(counted, { selector: ({ pod }) => pod, maxLength: 8 }),
                ...([failures, names] as const),
                (rows, errors, clients) => {
                    const counts = Object.fromEntries(rows.map(({ pod, count }) => [pod, count]));
                    const backends = rows.map(({ pod, address, node }) => backend(pod, address, node));
                    const services = [headless(...clients.map((name) => client(counts, errors, { client: name })))];
                    const text = table(assessment(backends, services));
                    expect(Math.max(...text.split("\n").map((line) => line.length))).to.be.at.most(100);
                    const words = text.replace(/\s+/g, " ");
                    for (const { pod, address, node } of rows) {
                        expect(words).to.include(` ${pod} ${address} ${node} `);
                    }
                    for (const [error, count] of Object.entries(errors)) {
                        expect(words).to.include(`${count} × ${error}.`);
                    }
                },
            ),
        );
    });
});

describe("the table of an extreme measurement", () => {
    const widest = (text: string): number => Math.max(...text.split("\n").map(({ length }) => length));

    it("stays within 100 columns, however many pods there are and whatever their errors say", () => {
        for (const [replicas, clients] of [
            [100, 1],
            [8, 12],
            [1, 14],
        ] as const) {
            expect(widest(table(largeRun(replicas, clients)))).to.be.at.most(100);
        }
    });

    it("shortens the middle of long names", () => {
        const long = "a-name-of-forty-letters-that-somebody-liked-7d9c5b6f48-2kq8x";
        const node = "ip-192-168-101-202.eu-central-1.compute.internal";
        const name = `${long}.${"n".repeat(63)}.svc.cluster.local`;
        const curl = client({ [long]: 3 }, {}, { dns: { ...dns, name } });
        const text = table(assessment([{ ...backend(long, "10.244.101.205"), node }], [headless(curl)]));
        expect(text).to.match(/\n {2}a {2}a-name-of-\S+…\S+-2kq8x {2}10\.244\.101\.205 {2}ip-192-168\S*…\S*\.internal/);
        expect(widest(text)).to.be.at.most(100);
    });

    it("passes no control character on to the terminal", () => {
        expect(table(runThatSays("\u001b[31mred\u0007\u009b2J"))).to.not.match(/(?!\n)\p{Cc}/u);
    });
});

describe("the table of a disrupted measurement", () => {
    it("tells what was done, and what each client saw at each Service, within 100 columns", () => {
        const text = table(disruptedRun());
        const part = text.slice(text.indexOf("\nDisruption\n"));
        expect(part).to.include("one pod was killed.");
        expect(part).to.match(/\n {2}Client +Service +Failed +Until +Old until +New from +Slowest\n/);
        expect(part).to.match(/\n {2}curl +nginxheadless +1 +0\.5 +0\.0 +1\.3 +3\.0\n +nginxclusterip /);
        expect(Math.max(...text.split("\n").map(({ length }) => length))).to.be.at.most(100);
        expect(markdownReport(disruptedRun())).to.match(
            /## Disruption[^]*\| curl \| nginxheadless \| 1 \| 0\.5 \| 0\.0 \| 1\.3 \| 3\.0 \|/,
        );
    });

    it("claims no split of pods that changed on purpose", () => {
        for (const { verdict, expectation } of disruptedRun().services.flatMap(({ clients }) => clients)) {
            expect([verdict.outcome, expectation.reason.tag]).to.deep.equal(["no expectation", "churn"]);
            expect(verdict.sentence).to.include("The disruption kill-one-pod was requested.");
        }
    });
});
