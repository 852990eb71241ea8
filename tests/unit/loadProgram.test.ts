import { expect } from "chai";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { countsOf, latencyCounts } from "../../split/protocol/countedLog";
import { summariseCounted } from "../../split/measurement/countedSummary";
import { answering, runCounting, serving } from "./clientRuns";
import { hostile } from "./hostileAnswers";

const pace = (concurrency: number, rate = 0) => ({ CONCURRENCY: String(concurrency), RATE: String(rate) });

describe("the load generator, run for real", function () {
    this.timeout(120_000);

    it("counts every request, at each Service in turn", async () => {
        const run = { requests: 500, services: ["127.0.0.1", "127.0.0.2"], environment: pace(8) };
        const log = await serving(answering, (port) => runCounting("load", { ...run, port }), "0.0.0.0");
        expect(log.header.counted).to.deep.equal({ concurrency: 8, rate: 0 });
        for (const [service, address] of run.services.entries()) {
            const { requested, connections, pods, errors } = summariseCounted(log, service);
            expect({ requested, connections, errors }).to.deep.equal({ requested: 500, connections: 500, errors: {} });
            const [{ addresses } = { addresses: {} }] = pods;
            expect(addresses).to.deep.equal({ [address]: 500 });
        }
    });

    it("sends the part of the pod that it runs in", async () => {
        const environment = { ...pace(4), JOB_COMPLETION_INDEX: "1" };
        const run = { requests: [30, 20], services: ["127.0.0.1"], environment };
        const log = await serving(answering, (port) => runCounting("load", { ...run, port }));
        expect([log.header.requests, summariseCounted(log, 0).requested]).to.deep.equal([20, 20]);
    });

    it("sends as many at once as it is told, and no more", async () => {
        let most = 0;
        let open = 0;
        const slow: RequestListener = (request, response) => {
            most = Math.max(most, ++open);
            setTimeout(() => {
                open--;
                answering(request, response);
            }, 50);
        };
        const run = { requests: 40, services: ["127.0.0.1"], environment: pace(5) };
        await serving(slow, (port) => runCounting("load", { ...run, port }));
        expect(most).to.equal(5);
    });

    it("counts the wait of a request that should have started while an earlier one was slow", async () => {
        let seen = 0;
        const stalling: RequestListener = (request, response) => {
            setTimeout(answering, seen++ === 0 ? 1000 : 0, request, response);
        };
        const run = { requests: 50, services: ["127.0.0.1"], environment: pace(1, 100) };
        const log = await serving(stalling, (port) => runCounting("load", { ...run, port }));
        // The second one should have started after 10 ms and the fiftieth after 490, but each waited for the first.
        const late = latencyCounts(log, 0, "total").filter(([microseconds]) => microseconds >= 400_000);
        expect(late.reduce((sum, [, count]) => sum + count, 0)).to.equal(50);
    });

    it("calls everything a failed request that is no pod's name", async () => {
        const services = hostile.map((_, i) => `127.0.0.${i + 1}`);
        const listener: RequestListener = (request, response) => {
            const [, answer = answering] = hostile[services.indexOf(request.socket.localAddress ?? "")] ?? [];
            answer(request, response);
        };
        const run = { requests: 2, services, environment: pace(1) };
        const log = await serving(listener, (port) => runCounting("load", { ...run, port }), "0.0.0.0");
        for (const [service, [what, , expected]] of hostile.entries()) {
            for (const position of countsOf(log, service).keys()) {
                const { pod, error, address } = log.outcomes[position] ?? {};
                expect({ pod, address }, what).to.deep.equal({ pod: null, address: services[service] });
                // It says in its own words what was cut.
                expect(error, what).to.match(what === "no HTTP" ? /^no answer in HTTP$/ : expected);
                expect(error, what).to.not.match(/\p{Cc}/u);
            }
        }
    });

    it("keeps its log small where every answer is another name, and loses no request", async () => {
        let count = 0;
        const restless: RequestListener = (_, response) => {
            response.end(`nginx-${count++}`);
        };
        const run = { requests: 20_000, services: ["127.0.0.1"], environment: pace(8) };
        const log = await serving(restless, (port) => runCounting("load", { ...run, port }));
        const { requested, answered, errors } = summariseCounted(log, 0);
        const others = errors["127.0.0.1: one of more than 500 different outcomes"] ?? 0;
        expect({ requested, sum: answered + others }).to.deep.equal({ requested: 20_000, sum: 20_000 });
        expect(log.outcomes).to.have.length(501);
    });

    it("keeps its log small where every answer takes another time", async () => {
        const unsteady: RequestListener = (request, response) => {
            setTimeout(answering, 60 * Math.random(), request, response);
        };
        const run = { requests: 20_000, services: ["127.0.0.1"], environment: pace(128) };
        const log = await serving(unsteady, (port) => runCounting("load", { ...run, port }));
        const times = latencyCounts(log, 0, "total");
        expect(times.length).to.be.within(500, 2_048);
        expect(times.reduce((sum, [, count]) => sum + count, 0)).to.equal(20_000);
    });

    it("has a failure for each request where nobody listens, and one message for them all", async () => {
        const server = createServer(answering).listen(0, "127.0.0.1");
        await new Promise((resolve) => server.once("listening", resolve));
        const { port } = server.address() as AddressInfo;
        await new Promise((resolve) => server.close(resolve));
        const log = await runCounting("load", { requests: 20, port, services: ["127.0.0.1"], environment: pace(4) });
        const { requested, connections, errors } = summariseCounted(log, 0);
        expect({ requested, connections }).to.deep.equal({ requested: 20, connections: 0 });
        expect(errors).to.deep.equal({ "127.0.0.1: dial: connect: connection refused": 20 });
    });
});
