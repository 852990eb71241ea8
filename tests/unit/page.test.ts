import { expect } from "chai";
import * as fc from "fast-check";
import { page } from "../../report/page/page";
import { assessment, backend, client, clusterIP } from "./measurements";
import { disruptedRun, eventfulRun, largeRun, runThatSays } from "./pageAssessments";

const run = eventfulRun();

/** Text as a reader sees it, without tags. */
function textOf(html: string): string {
    return html
        .slice(html.indexOf("<body>"))
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ");
}

describe("the page of a report", () => {
    it("tells the verdicts first, what contradicts before all else, and of clients that share a reason once", async () => {
        const text = textOf(await page(run.assessment));
        expect(text).to.match(
            /3 ✓ as expected 0 – without an expectation 1 \? without enough data 2 ✕ contradict the expectation/,
        );
        const order = [
            "4 answers came from nginx-7d9c5b-2kq8x (3)",
            "No pod answered, too few to tell",
            "because Go's resolver does not sort IPv4 addresses",
        ];
        expect(order.map((each) => text.indexOf(each))).to.deep.equal(
            order.map((each) => text.indexOf(each)).sort((x, y) => x - y),
        );
        const alike = [clusterIP(client({ a: 2 }), client({ a: 2 }, {}, { client: "go" }))];
        expect(textOf(await page(assessment([backend("a", null)], alike)))).to.include("curl, go as expected");
    });

    it("has every Service, client, pod, error and figure of the run", async () => {
        const text = textOf(await page(run.assessment));
        for (const { name, clients } of run.assessment.services) {
            expect(text).to.include(name);
            for (const each of clients) {
                expect(text).to.include(` ${each.client} `);
                expect(text).to.include(each.verdict.outcome);
                for (const value of Object.values(each.latencyMs?.total ?? {})) {
                    expect(text).to.include(` ${value.toFixed(3)} `);
                }
            }
        }
        for (const { name, address } of run.assessment.pods) {
            expect(text).to.include(`${name} ${address}`);
        }
        expect(text).to.include("nginx-gone gone");
        expect(text).to.match(/2 failed 2 × HTTP 503/);
        expect(text).to.include("6 × curl: (7) Failed to connect");
        expect(text).to.include("No pod answered python, so there are no times to show.");
        expect(text).to.include("No request of go waits for a DNS look-up.");
        expect(text).to.include("a 104 b 96 c 100 300 in 6 orders 300 of 300");
    });

    it("draws no times where no request was answered, and only those of phases that a request waited for", async () => {
        const nobody = assessment([backend("a", null)], [clusterIP(client({}, { "HTTP 503": 4 }))]);
        const html = await page(nobody);
        expect(html).to.not.include("median in milliseconds");
        expect(html).to.not.include("logarithmic scale");
        expect(textOf(html)).to.include("How long it took No pod answered curl, so there are no times to show.");
        const { latencyMs } = client({ a: 1 });
        const resolved = client({ a: 1 }, {}, { latencyMs: latencyMs && { ...latencyMs, dns: null } });
        const drawn = await page(assessment([backend("a", null)], [clusterIP(resolved)]));
        expect(drawn.match(/[\w ]+ at \w+, median in milliseconds/g)).to.have.length(2);
    });

    it("tells what changed since the run before, where there is one", async () => {
        const text = textOf(await page(run.assessment, run.comparison));
        expect(text).to.match(/curl 100 \/ 99 \/ 101 200 \/ 60 \/ 40 &lt; 0.001 changed/);
        expect(text).to.match(/go 100 \/ 100 \/ 100 97 \/ 103 \/ 100 0\.\d{3} unchanged/);
        expect(textOf(await page(run.assessment))).to.not.include("Changes since the run before");
    });

    it("draws what each client saw of a disruption at each Service, and has the figures in a table", async () => {
        const disrupted = disruptedRun();
        const html = await page(disrupted);
        const text = textOf(html);
        expect(text).to.include("At 2024-05-01T10:00:04.500Z, while clients called nginxheadless, one pod was killed.");
        expect(text).to.include("Pods removed: nginx-old, gone after 0.6 s.");
        expect(text).to.match(/curl nginxheadless 1 0\.5 0\.0 1\.3 3\.0 nginxclusterip 1 0\.5 /);
        expect(text).to.match(/load nginxheadless 0 – – – – nginxclusterip 0 – /);
        const charts = html.match(/<svg [^>]*aria-label="Requests of (curl|load) to \S+ around the disruption/g) ?? [];
        expect(charts).to.have.length(4);
        // Eight rectangles: of what stayed in four seconds, of what went in two, of what failed and of what came.
        expect(html.match(/fill="var\(--lost\)"/g)).to.have.length(4 * 2);
        expect(html.match(/fill="var\(--bad\)"/g)).to.have.length(4);
        expect(textOf(await page(run.assessment))).to.not.include("isruption");
    });

    it("refers to nothing, runs nothing and says so to the browser", async () => {
        const html = await page(run.assessment, run.comparison);
        expect(html).to.not.match(/https?:|\bsrc=|\bhref|url\(|@import|<script|<link|<iframe|<img|\son\w+=|\sstyle="/i);
        expect(html).to.match(/http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
    });

    it("names every chart, and has its figures in a table", async () => {
        const html = await page(run.assessment);
        const charts = html.match(/<svg [^>]*>/g) ?? [];
        const clients = run.assessment.services.flatMap((service) => service.clients);
        expect(charts).to.have.length(clients.length + 3 * run.assessment.services.length);
        for (const chart of charts) {
            expect(chart).to.match(/^<svg role="img" aria-label="[^"]{20,}"/);
        }
        const rows = html.match(/<th scope="row">[^<]*<\/th><td>\d+<\/td><td>\d+<\/td><td>[\d.]+<\/td>/g) ?? [];
        expect(rows).to.have.length(3 * 4 + 3 * 3);
    });

    it("gives the same bytes for the same run", async () => {
        expect(await page(run.assessment, run.comparison)).to.equal(await page(run.assessment, run.comparison));
    });

    for (const [pods, clients] of [
        [100, 1],
        [8, 12],
    ] as const) {
        it(`stays below 1 MB with ${pods} pods and ${clients} clients, each with long errors`, async () => {
            expect(Buffer.byteLength(await page(largeRun(pods, clients)))).to.be.below(1_000_000);
        }).timeout(60_000);
    }

    it("lets nothing that a cluster says become anything but text", async () => {
        const evil = fc.string({
            unit: fc.constantFrom(
                "<",
                ">",
                "&",
                '"',
                "'",
                "\u001b[31m",
                "\u202e",
                "\u0000",
                "</style>",
                "<script>",
                "a",
            ),
            minLength: 1,
            maxLength: 8,
        });
        const tags = (html: string): string[] => (html.match(/<\/?[a-z][^\s>]*/g) ?? []).sort();
        const plain = tags(await page(runThatSays("plain")));
        await fc.assert(
            fc.asyncProperty(evil, async (text) => {
                const html = await page(runThatSays(`x${text}`));
                expect(tags(html)).to.deep.equal(plain);
                expect(html).to.not.match(/(?!\n)\p{Cc}|\u202e/u);
            }),
            { numRuns: 25 },
        );
    });
});
