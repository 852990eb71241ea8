import { expect } from "chai";
import type { RequestListener } from "node:http";
import { firstsOfConnections } from "../../split/theory/prediction";
import { answering, runClient, serving } from "./clientRuns";
import { hostile } from "./hostileAnswers";

// What each needs is on every machine that builds this project, but for Go, which takes a while to compile at first.
const kinds = ["curl", "python", "go", "node"];

for (const kind of kinds) {
    describe(`the client ${kind}, run for real`, function () {
        this.timeout(120_000);

        it("opens a connection for each request, to each Service in turn", async () => {
            const services = ["localhost", "127.0.0.1"];
            const log = await serving(answering, (port) => runClient(kind, { requests: 3, port, services }));
            expect(log.header).to.deep.include({ client: "me", services, requests: 3 });
            expect(log.header.clientVersion).to.match(/^(curl|Python|Go|Node) \d+\.\d+/);
            const seen = log.requests.map(({ service, index, connection, address, pod, error }) => [
                ...[service, index, connection, address, pod, error],
            ]);
            const expected = [0, 1].flatMap((service) =>
                [0, 1, 2].map((index) => [service, index, index, "127.0.0.1", "nginx-7d9c5b-2kq8x", null]),
            );
            expect(seen).to.deep.equal(expected);
            for (const { resolved, connected, total } of log.requests) {
                expect(connected).to.be.at.least(resolved);
                expect(total).to.be.at.least(connected);
            }
        });

        it("says who resolves its names", async () => {
            const { header } = await serving(answering, (port) => runClient(kind, { requests: 1, port }));
            // This machine's C library is what its Node was told at its start, too.
            const { header: report } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
            const libc = report.glibcVersionRuntime === undefined ? "musl" : "glibc";
            expect(header.resolver).to.equal(kind === "go" ? "go" : libc);
        });

        it("calls a Service at the host and port that it is given for it", async () => {
            const log = await serving(answering, (port) =>
                runClient(kind, { requests: 1, port: 1, services: [`node=127.0.0.1:${port}`, "localhost"] }),
            );
            expect(log.header.services).to.deep.equal(["node", "localhost"]);
            expect(log.requests.map(({ address, pod }) => [address, pod])).to.deep.equal([
                ["127.0.0.1", "nginx-7d9c5b-2kq8x"],
                [null, null],
            ]);
        });

        it("keeps one connection for all requests", async () => {
            const run = { connection: "kept-alive", requests: 5 } as const;
            const { requests } = await serving(answering, (port) => runClient(kind, { ...run, port }));
            expect(requests.map(({ connection, pod }) => [connection, pod])).to.deep.equal(
                requests.map(() => [0, "nginx-7d9c5b-2kq8x"]),
            );
            expect(firstsOfConnections(requests)).to.have.length(1);
        });

        it("goes on on a new connection where a server closes a kept one after each second request", async () => {
            let served = 0;
            const closing: RequestListener = (request, response) => {
                if (++served % 2 === 0) {
                    response.setHeader("connection", "close");
                }
                answering(request, response);
            };
            const run = { connection: "kept-alive", requests: 6 } as const;
            const { requests } = await serving(closing, (port) => runClient(kind, { ...run, port }));
            expect(requests.map(({ connection, error }) => [connection, error])).to.deep.equal(
                [0, 0, 1, 1, 2, 2].map((connection) => [connection, null]),
            );
        });

        for (const connection of ["new", "kept-alive"] as const) {
            it(`calls everything a failed request that is no pod's name, each time, connection ${connection}`, async () => {
                // Each answer has an address of its own, and so a Service.
                const services = hostile.map((_, i) => `127.0.0.${i + 1}`);
                const listener: RequestListener = (request, response) => {
                    const [, answer = answering] = hostile[services.indexOf(request.socket.localAddress ?? "")] ?? [];
                    answer(request, response);
                };
                const run = { connection, requests: 2, services };
                const { requests } = await serving(listener, (port) => runClient(kind, { ...run, port }), "0.0.0.0");
                for (const { service, pod, error, address } of requests) {
                    const [what, , expected] = hostile[service] ?? ["nothing", undefined, /^$/];
                    expect(error, what).to.match(expected);
                    expect(error, what).to.not.match(/\p{Cc}/u);
                    expect({ pod, address }, what).to.deep.equal({ pod: null, address: services[service] });
                }
            });

            it(`has neither address nor connection where nobody listens, with connection ${connection}`, async () => {
                const port = await serving(answering, (each) => Promise.resolve(each));
                const { requests } = await runClient(kind, { connection, requests: 2, port });
                for (const { connection: number, address, pod, error } of requests) {
                    expect({ number, address, pod }).to.deep.equal({ number: null, address: null, pod: null });
                    expect(error).to.match(/refused|connect/i);
                }
            });
        }
    });
}

describe("every client", () => {
    it("sends the part of the pod that it runs in", async () => {
        const part = async (kind: string, index: number): Promise<number[]> => {
            const run = { requests: [3, 12, 2], environment: { JOB_COMPLETION_INDEX: String(index) } };
            const { header, requests } = await serving(answering, (port) => runClient(kind, { ...run, port }));
            return [header.requests, requests.length];
        };
        for (const kind of kinds) {
            const parts = await Promise.all([0, 1, 2].map((index) => part(kind, index)));
            expect(parts, kind).to.deep.equal([
                [3, 3],
                [12, 12],
                [2, 2],
            ]);
        }
    }).timeout(60_000);

    it("starts no more requests a second than it is told, on new connections and on one", async () => {
        const [requests, rate] = [16, 10];
        const paced = async (kind: string, connection: "new" | "kept-alive"): Promise<number> => {
            const arrived: number[] = [];
            const noting: RequestListener = (request, response) => {
                arrived.push(performance.now());
                answering(request, response);
            };
            const run = { requests, connection, environment: { RATE: String(rate) } };
            await serving(noting, (port) => runClient(kind, { ...run, port }));
            return (arrived.at(-1) ?? NaN) - (arrived[0] ?? NaN);
        };
        const all = kinds.flatMap((kind) => [paced(kind, "new"), paced(kind, "kept-alive")]);
        for (const [i, milliseconds] of (await Promise.all(all)).entries()) {
            // The first may be late, the last can't be early: half of 1.5 s is far from what it takes without a rate.
            expect(milliseconds, kinds[Math.floor(i / 2)]).to.be.at.least((500 * (requests - 1)) / rate);
        }
    }).timeout(60_000);

    it("gives up on a server that never ends its answer, after 10 s", async () => {
        const dripping: RequestListener = (_, response) => {
            const drip = setInterval(() => response.write("a"), 500);
            response.on("close", () => {
                clearInterval(drip);
            });
        };
        const logs = await serving(dripping, (port) =>
            Promise.all(kinds.map((kind) => runClient(kind, { requests: 1, port }))),
        );
        logs.forEach(({ requests }, i) => {
            expect(requests[0]?.error, kinds[i]).to.match(/time|abort/i);
        });
    }).timeout(60_000);
});
