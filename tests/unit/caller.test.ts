import { expect } from "chai";
import { Agent } from "node:http";
import type { LookupFunction } from "node:net";
import { createServer } from "node:net";
import { once } from "node:events";
import { Caller } from "../../probe/caller";

describe("a caller", () => {
    it("names the error of a name whose addresses all refuse", async () => {
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const { port } = server.address() as { port: number };
        server.close();
        await once(server, "close");
        const both: LookupFunction = (_, __, callback) => {
            (callback as (error: null, all: object[]) => void)(null, [
                { address: "127.0.0.1", family: 4 },
                { address: "127.0.0.2", family: 4 },
            ]);
        };
        const agent = new Agent({ lookup: both, autoSelectFamily: true });
        const { error, pod, connection } = await new Caller("web", port).get("web.ns.svc.x", agent);
        expect({ pod, connection }).to.deep.equal({ pod: null, connection: null });
        expect(error).to.equal(`connect ECONNREFUSED 127.0.0.1:${port}`);
    });
});
