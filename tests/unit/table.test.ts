import { expect } from "chai";
import * as fc from "fast-check";
import { table } from "../../report/table";
import type { ClientSummary } from "../../split/measurement";
import { backend, client, clusterIP, headless, measurement } from "./measurements";

const pods = [
    backend("nginx-7d9c5b-2kq8x", "10.244.0.5"),
    backend("nginx-7d9c5b-fw7tz", "10.244.0.6"),
    backend("nginx-7d9c5b-x9m4c", "10.244.1.4", "node-2"),
];

const answeredBy = (counts: Record<string, number>, errors?: Record<string, number>): ClientSummary => ({
    ...client(counts, errors),
    dns: { name: "nginxheadless.ns.svc.cluster.local", addresses: ["10.244.0.6", "10.244.0.5"] },
});

describe("the table of a measurement", () => {
    it("shows what DNS answered, every pod, failures and the time of a request", () => {
        const counts = { "nginx-7d9c5b-fw7tz": 6, "nginx-7d9c5b-2kq8x": 2 };
        const text = table(measurement(pods, [headless(answeredBy(counts, { "HTTP 503": 2 })), clusterIP(client({}))]));
        expect(text).to.equal(
            `
nginxheadless (headless): 10 requests by curl
  nginxheadless.ns.svc.cluster.local has address 10.244.0.6
  nginxheadless.ns.svc.cluster.local has address 10.244.0.5
  pod                 address     node    answered   share
  nginx-7d9c5b-2kq8x  10.244.0.5  node-1         2  25.0 %  █████
  nginx-7d9c5b-fw7tz  10.244.0.6  node-1         6  75.0 %  ███████████████
  nginx-7d9c5b-x9m4c  10.244.1.4  node-2         0   0.0 %
  failed 2 times: HTTP 503
  total time of a request: median 1.25 ms, p99 3.5 ms, longest 4.125 ms

nginxclusterip (ClusterIP 10.96.0.7): 0 requests by curl
  pod                 address     node    answered  share
  nginx-7d9c5b-2kq8x  10.244.0.5  node-1         0  0.0 %
  nginx-7d9c5b-fw7tz  10.244.0.6  node-1         0  0.0 %
  nginx-7d9c5b-x9m4c  10.244.1.4  node-2         0  0.0 %`.trimStart(),
        );
    });

    it("shows a pod that answered and is gone since, and one without an address", () => {
        const lines = table(measurement([backend("b", null, null)], [headless(client({ a: 1 }))])).split("\n");
        expect(lines.map((line) => line.trim().split(/\s+/))).to.deep.include.members([
            ["a", "gone", "1", "100.0", "%", "█".repeat(20)],
        ]);
        expect(lines.some((line) => /^ {2}b .* 0 +0\.0 %$/.test(line))).to.be.true;
    });

    it("lists each client of each Service in a section of its own", () => {
        const two = headless(client({ a: 1 }), { ...client({ a: 2 }), client: "axios" });
        const sections = table(measurement([], [two, clusterIP(client({ a: 3 }))])).split("\n\n");
        expect(sections.map((section) => section.split("\n")[0])).to.deep.equal([
            "nginxheadless (headless): 1 requests by curl",
            "nginxheadless (headless): 2 requests by axios",
            "nginxclusterip (ClusterIP 10.96.0.7): 3 requests by curl",
        ]);
    });

    it("is empty for nothing", () => {
        expect(table(measurement([], []))).to.equal("");
    });

    // A Deployment called nginx names its pods with 22 characters.
    const ordinaryPod = fc.stringMatching(/^nginx-[a-z0-9]{10}-[a-z0-9]{5}$/);
    const ordinaryNode = fc.stringMatching(/^(kind|node|ip)-[a-z0-9]{1,8}$/);
    const counted = fc.record({
        pod: ordinaryPod,
        address: fc.ipV4(),
        node: ordinaryNode,
        count: fc.nat({ max: 10_000 }),
    });
    const failures = fc.dictionary(
        fc.stringMatching(/^curl \(\d\): [a-z ]{0,59}[a-z]$/),
        fc.integer({ min: 1, max: 10_000 }),
    );

    it("lists every pod and every error within 100 columns", () => {
        fc.assert(
            fc.property(
                fc.uniqueArray(counted, { selector: ({ pod }) => pod, maxLength: 20 }),
                failures,
                (rows, errors) => {
                    const counts = Object.fromEntries(rows.map(({ pod, count }) => [pod, count]));
                    const backends = rows.map(({ pod, address, node }) => backend(pod, address, node));
                    const lines = table(measurement(backends, [headless(client(counts, errors))])).split("\n");
                    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(100);
                    for (const { pod, address, node, count } of rows) {
                        const row = lines.find((line) => line.startsWith(`  ${pod} `));
                        expect(row?.trim().split(/\s+/).slice(0, 4)).to.deep.equal([pod, address, node, `${count}`]);
                    }
                    for (const [error, count] of Object.entries(errors)) {
                        expect(lines).to.include(`  failed ${count} times: ${error}`);
                    }
                },
            ),
        );
    });
});
