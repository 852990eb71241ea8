import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RequestLog } from "../../split/protocol/requestLog";
import { answering, runClient, serving } from "./clientRuns";
import { Nameserver } from "./nameserver";

const addresses = ["127.0.9.23", "127.0.9.21", "127.0.9.22"];

// What a pod's resolv.conf says, and a nameserver on a port that nobody needs a right for.
const preload = (server: string): string => `
    const fs = require("node:fs"), { Resolver } = require("node:dns/promises");
    const { readFileSync } = fs, { resolve4 } = Resolver.prototype;
    fs.readFileSync = (path, ...rest) =>
        path === "/etc/resolv.conf" ? "search shop.svc.x\\n" : readFileSync(path, ...rest);
    Resolver.prototype.resolve4 = function (name) {
        this.setServers([${JSON.stringify(server)}]);
        return resolve4.call(this, name);
    };`;

describe("the client round-robin, run for real", function () {
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), "round-robin-"));
    const file = join(folder, "preload.cjs");
    const nameserver = new Nameserver({ "web.shop.svc.x": addresses, "api.shop.svc.x": ["127.0.9.21"] });

    before(async () => {
        writeFileSync(file, preload(`127.0.9.4:${await nameserver.start("127.0.9.4")}`));
    });
    beforeEach(() => {
        nameserver.seen.length = 0;
    });
    after(() => {
        nameserver.stop();
        rmSync(folder, { recursive: true });
    });

    const run = (connection: "new" | "kept-alive", services: string[]): Promise<RequestLog> => {
        const environment = { NODE_OPTIONS: `--require ${file}` };
        return serving(
            answering,
            (port) => runClient("round-robin", { connection, requests: 5, services, port, environment }),
            "0.0.0.0",
        );
    };
    const placesOf = ({ requests }: RequestLog) =>
        requests.map(({ connection, address, pod }) => [connection, address, pod === null ? "failed" : "answered"]);
    const [a, b, c] = addresses;

    const turns = [a, b, c, a, b];
    const numbers = { new: [0, 1, 2, 3, 4], "kept-alive": [0, 1, 2, 0, 1] };
    for (const connection of ["new", "kept-alive"] as const) {
        it(`takes turns over all addresses in the order of one DNS answer, with connection ${connection}`, async () => {
            nameserver.seen.length = 0;
            const places = placesOf(await run(connection, ["web"]));
            expect(nameserver.seen).to.deep.equal(["UDP A web.shop.svc.x"]);
            expect(places).to.deep.equal(turns.map((address, i) => [numbers[connection][i], address, "answered"]));
        });
    }

    it("looks each Service's name up by itself", async () => {
        const { requests } = await run("new", ["api", "web"]);
        expect(requests.map(({ service, connection }) => [service, connection])).to.deep.equal(
            [0, 1].flatMap((service) => numbers.new.map((number) => [service, number])),
        );
        expect(nameserver.seen).to.deep.equal(["UDP A api.shop.svc.x", "UDP A web.shop.svc.x"]);
    });

    it("calls each request failed where the name has no address", async () => {
        const { requests } = await run("new", ["nothing"]);
        expect(requests.map(({ connection, address, error }) => [connection, address, error])).to.deep.equal(
            numbers.new.map(() => [null, null, "nothing has no address"]),
        );
    });
});
