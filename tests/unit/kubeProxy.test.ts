import { expect } from "chai";
import type { RequestListener } from "node:http";
import { isKubeProxyAlive } from "../../probe/kubeProxy";
import { serving } from "./clientRuns";

const now = "2024-05-01 10:00:00.000000000 +0000 UTC m=+12.3";
const saying =
    (status: number, body: string): RequestListener =>
    (_, response) => {
        response.statusCode = status;
        response.end(body);
    };
const healthy = JSON.stringify({ lastUpdated: now, currentTime: now, nodeEligible: true });

describe("kube-proxy's sign of life", () => {
    const rows: [what: string, listener: RequestListener, isAlive: boolean][] = [
        ["its own words", saying(200, healthy), true],
        ["its own words with a space, as it writes them", saying(200, healthy.replace(":", ": ")), true],
        ["not that it is ill", saying(503, healthy), false],
        ["nobody else's", saying(200, "ok"), false],
        ["no answer without an end", () => undefined, false],
    ];
    for (const [what, listener, isAlive] of rows) {
        it(`is ${what}`, async () => {
            expect(await serving(listener, (port) => isKubeProxyAlive("127.0.0.1", port))).to.equal(isAlive);
        });
    }

    it("is not there where nobody listens", async () => {
        const port = await serving(saying(200, ""), (each) => Promise.resolve(each));
        expect(await isKubeProxyAlive("127.0.0.1", port)).to.equal(false);
    });
});
