import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { summariseCounted } from "../../split/measurement/countedSummary";
import type { Request } from "../../split/protocol/line";
import { Authority } from "./certificates";
import { answering, runClient, runCounting, serving } from "./clientRuns";

const kinds = ["curl", "python", "go", "node"];
const connections = ["new", "kept-alive"] as const;
const pace = { CONCURRENCY: "4", RATE: "0" };

describe("a client that is given an authority to trust, run for real", function () {
    this.timeout(120_000);
    const folder = mkdtempSync(join(tmpdir(), "authority-"));
    const environment = { CA_FILE: join(folder, "ca.crt") };
    let trusted: Authority;
    let stranger: Authority;

    before(async () => {
        [trusted, stranger] = [await Authority.make(), await Authority.make()];
        writeFileSync(environment.CA_FILE, trusted.certificate);
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    for (const kind of kinds) {
        for (const connection of connections) {
            it(`${kind} does a whole handshake for each connection, connection ${connection}`, async () => {
                const resumed: boolean[] = [];
                const noting: RequestListener = (request, response) => {
                    resumed.push((request.socket as TLSSocket).isSessionReused());
                    answering(request, response);
                };
                const run = { connection, requests: 3, environment };
                const { requests } = await serving(
                    noting,
                    (port) => runClient(kind, { ...run, port }),
                    undefined,
                    await trusted.issue("localhost"),
                );
                expect(requests.map(({ pod, error }) => pod ?? error)).to.deep.equal(
                    requests.map(() => "nginx-7d9c5b-2kq8x"),
                );
                expect(resumed).to.deep.equal([false, false, false]);
                expect(requests.map(({ connection: number }) => number)).to.deep.equal(
                    connection === "new" ? [0, 1, 2] : [0, 0, 0],
                );
                expect(requests.map(({ secured }) => secured !== null)).to.deep.equal(
                    connection === "new" ? [true, true, true] : [true, false, false],
                );
                for (const { connected, secured, total } of requests.filter((each) => each.secured !== null)) {
                    expect(secured).to.be.above(connected);
                    expect(total).to.be.at.least(secured ?? NaN);
                }
            });
        }
    }

    const refused: [what: string, answer: () => Promise<{ key: string; cert: string } | undefined>][] = [
        ["a certificate of another authority", () => stranger.issue("localhost")],
        ["a certificate for another name", () => trusted.issue("nginxheadless", "*.localhost")],
        ["plain HTTP", () => Promise.resolve(undefined)],
    ];
    for (const [what, certificate] of refused) {
        for (const kind of kinds) {
            for (const connection of connections) {
                it(`${kind} takes no answer of a server with ${what}, connection ${connection}`, async () => {
                    const served: string[] = [];
                    const noting: RequestListener = (request, response) => {
                        served.push(request.url ?? "");
                        answering(request, response);
                    };
                    const run = { connection, requests: 2, environment };
                    const { requests } = await serving(
                        noting,
                        (port) => runClient(kind, { ...run, port }),
                        undefined,
                        await certificate(),
                    );
                    expect(requests.map(({ pod }) => pod)).to.deep.equal([null, null]);
                    expect(requests.map(failedHandshake)).to.deep.equal(
                        [0, 1].map((number) => [number, "127.0.0.1", null]),
                    );
                    expect(requests.map(({ error }) => error).join()).to.match(/certificate|SSL|TLS|HTTPS/i);
                    expect(served).to.deep.equal([]);
                });
            }
        }

        it(`load counts no answer of a server with ${what}`, async () => {
            const run = { requests: 20, services: ["localhost"], environment: { ...environment, ...pace } };
            const log = await serving(
                answering,
                (port) => runCounting("load", { ...run, port }),
                undefined,
                await certificate(),
            );
            const { requested, answered, connections: opened, latencyMs } = summariseCounted(log, 0);
            expect({ requested, answered, opened, latencyMs }).to.deep.equal({
                ...{ requested: 20, answered: 0, opened: 20, latencyMs: null },
            });
        });
    }

    it("load does a whole handshake for each connection, and tells how long they took", async () => {
        const resumed: boolean[] = [];
        const noting: RequestListener = (request, response) => {
            resumed.push((request.socket as TLSSocket).isSessionReused());
            answering(request, response);
        };
        const run = { requests: 100, services: ["localhost"], environment: { ...environment, ...pace } };
        const log = await serving(
            noting,
            (port) => runCounting("load", { ...run, port }),
            undefined,
            await trusted.issue("localhost"),
        );
        expect(summariseCounted(log, 0)).to.deep.include({ requested: 100, answered: 100, connections: 100 });
        expect(summariseCounted(log, 0).latencyMs?.handshake?.max).to.be.above(0);
        expect(resumed).to.deep.equal(resumed.map(() => false));
    });
});

const failedHandshake = ({ connection, address, secured }: Request) => [connection, address, secured];
