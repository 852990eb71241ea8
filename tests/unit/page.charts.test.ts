import { expect } from "chai";
import { decades, latencyChart } from "../../report/charts/latencyChart";
import { scaleEnd, shareChart } from "../../report/charts/shareChart";
import { draw } from "../../report/charts/svg";
import { letteredPods } from "../../report/podLetters";
import { shareRows } from "../../report/shareRows";
import type { AssessedClient } from "../../split/verdict/assessment";
import { wilsonInterval } from "../../split/statistics/goodnessOfFit";
import { assessment, backend, client, clusterIP } from "./measurements";

const pods = [backend("web-a", "10.0.0.1"), backend("web-b", "10.0.0.2"), backend("web-c", "10.0.0.3")];

async function drawnShares(summary: ReturnType<typeof client>): Promise<{ content: string; width: number }> {
    const all = assessment(pods, [clusterIP(summary)]);
    const [assessed] = all.services.flatMap(({ clients }): readonly AssessedClient[] => clients);
    if (assessed === undefined) {
        throw new Error("no client");
    }
    const spec = shareChart(shareRows(assessed, letteredPods(all)), 1);
    return { content: (await draw(spec)).content, width: "width" in spec ? Number(spec.width) : NaN };
}

const numbers = (content: string, pattern: RegExp): number[][] =>
    [...content.matchAll(pattern)].map((match) => match.slice(1).map(Number));

describe("the chart of shares", () => {
    const whisker = /translate\(([\d.]+),[\d.]+\)" x2="(-?[\d.]+)" y2="0" stroke="var\(--ink\)"/g;
    const mark = /M(-?[\d.]+),-?[\d.]+h2\.5v24h-2\.5Z" fill="var\(--expected\)"/g;
    const bar = /M0,[\d.]+h([\d.]+)v14h-?[\d.]+Z" fill="var\(--bar\)"/g;

    it("has a bar for each pod, as long as its share, and whiskers at Wilson's interval", async () => {
        const counts = [70, 30, 0];
        const { content, width } = await drawnShares(client({ "web-a": 70, "web-b": 30 }));
        const lengths = numbers(content, bar).map(([length = NaN]) => length / width);
        const ends = numbers(content, whisker).map(([x = NaN, dx = NaN]) =>
            [x / width, (x + dx) / width].sort((one, other) => one - other),
        );
        expect(lengths).to.have.length(3);
        expect(ends).to.have.length(3);
        counts.forEach((count, i) => {
            const { lower, upper } = wilsonInterval(count, 100);
            expect(lengths[i]).to.be.closeTo(count / 100, 1e-6);
            expect(ends[i]?.[0]).to.be.closeTo(lower, 1e-6);
            expect(ends[i]?.[1]).to.be.closeTo(upper, 1e-6);
        });
    });

    it("marks the share that theory names", async () => {
        const { content, width } = await drawnShares(client({ "web-a": 5 }));
        const marks = numbers(content, mark).map(([x = NaN]) => (x + 1.25) / width);
        expect(marks).to.have.length(3);
        for (const each of marks) {
            expect(each).to.be.closeTo(1 / 3, 1e-6);
        }
    });

    it("marks nothing where theory names none, and counts a kept connection once", async () => {
        const kept = client({ "web-b": 300 }, {}, { connection: "kept-alive", connections: 1 });
        const { content } = await drawnShares({ ...kept, pods: kept.pods.map((pod) => ({ ...pod, connections: 1 })) });
        expect(content).to.not.match(mark);
        expect(content)
            .to.match(/>1<\/text>/)
            .and.not.match(/>300<\/text>/);
    });

    it("has a scale on which the longest whisker fits", () => {
        const row = { letter: "a", pod: "web-a", connections: 3, requests: 3, share: 0.01, lower: 0, upper: 0.03 };
        expect(scaleEnd([{ ...row, expected: null }])).to.equal(0.04);
        expect(scaleEnd([{ ...row, expected: 0.2 }])).to.equal(0.2);
        expect(scaleEnd([{ ...row, upper: 0.21, expected: null }])).to.equal(1);
        expect(scaleEnd([])).to.equal(0.04);
    });

    it("has a letter for each of 100 pods", () => {
        const many = Array.from({ length: 100 }, (_, i) => backend(`web-${i}`, null));
        const letters = letteredPods(assessment(many, [])).map(({ letter }) => letter);
        expect([letters[0], letters[25], letters[26], letters[99]]).to.deep.equal(["a", "z", "aa", "cv"]);
        expect(new Set(letters)).to.have.length(100);
    });
});

describe("the chart of latencies", () => {
    const row = { client: "curl", p50: 0, p90: 2, p99: 30, max: 400 };

    it("has decades around all values, and shows 0 at the clock's resolution", async () => {
        expect(decades([row])).to.deep.equal([0.001, 1000]);
        expect(decades([{ p50: 1, p90: 1, p99: 1, max: 1 }])).to.deep.equal([1, 10]);
        expect(decades([])).to.deep.equal([0.1, 1]);
        const { content } = await draw(latencyChart([row], decades([row])));
        expect(content).to.not.match(/NaN|Infinity/);
        expect(content).to.match(/>1 µs<.*>1 ms<.*>1 s</);
    });

    it("draws nothing for nobody, and keeps a long name off the plot", async () => {
        expect((await draw(latencyChart([], [0.1, 1]))).content).to.not.include("<circle");
        const { content } = await draw(latencyChart([{ ...row, client: "x".repeat(200) }], [0.001, 1000]));
        expect(content).to.include(`>${"x".repeat(23)}…<`);
    });
});
