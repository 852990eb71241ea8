import { expect } from "chai";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { curlRequest, curlVersion, readOutput, type CurlReport } from "../../probe/curl";

const success: CurlReport = {
    exitcode: 0,
    errormsg: null,
    http_code: 200,
    remote_ip: "10.244.0.5",
    time_namelookup: 0.0015,
    time_connect: 0.0021,
    time_total: 0.0042,
};

/** curl's standard output for a body and a report, with the write-out format that the probe asks for. */
function output(body: string, report: Partial<CurlReport> = {}): string {
    return `${body}\n${JSON.stringify({ ...success, ...report })}`;
}

describe("curl's output", () => {
    it("gives pod, address and times in milliseconds", () => {
        expect(readOutput(output("nginx-7d9c5b-2kq8x\n"), null)).to.deep.equal({
            address: "10.244.0.5",
            pod: "nginx-7d9c5b-2kq8x",
            dnsMs: 1.5,
            connectMs: 0.6,
            totalMs: 4.2,
            error: null,
        });
    });

    const refused = {
        exitcode: 7,
        errormsg: "Failed to connect to web port 80 after 12 ms: Couldn't connect to server",
    };
    const timedOut = { exitcode: 28, errormsg: "Connection timed out after 5001 milliseconds" };
    const noConnection = { http_code: 0, remote_ip: "", time_connect: 0 };
    const html = '<!DOCTYPE html>\n<html lang="en">\n<title>Welcome to nginx!</title></html>\n';
    const failures: [what: string, stdout: string, error: string, address: string | null][] = [
        [
            "a refused connection",
            output("", { ...noConnection, ...refused }),
            "curl (7): Failed to connect to web port 80: Couldn't connect to server",
            null,
        ],
        [
            "a connection that timed out",
            output("", { ...noConnection, ...timedOut }),
            "curl (28): Connection timed out",
            null,
        ],
        [
            "a connection lost in the answer",
            output("nginx-", { exitcode: 18, errormsg: "transfer closed" }),
            "curl (18): transfer closed",
            "10.244.0.5",
        ],
        [
            "a failure without a message",
            output("", { exitcode: 6, remote_ip: "", errormsg: null }),
            "curl (6): no message",
            null,
        ],
        [
            "an endless message",
            output("", { exitcode: 35, errormsg: "x".repeat(5000) }),
            `curl (35): ${"x".repeat(160)}`,
            "10.244.0.5",
        ],
        ["HTTP 404", output("nginx-a", { http_code: 404 }), "HTTP 404", "10.244.0.5"],
        ["HTTP 301 to elsewhere", output("", { http_code: 301 }), "HTTP 301", "10.244.0.5"],
        ["an empty body", output(""), 'not a pod\'s name: ""', "10.244.0.5"],
        [
            "a page",
            output(html),
            'not a pod\'s name: "<!DOCTYPE html>\\n<html lang=\\"en\\">\\n<title>Welcome to nginx!</t"',
            "10.244.0.5",
        ],
        ["two names", output("nginx-a\nnginx-b"), 'not a pod\'s name: "nginx-a\\nnginx-b"', "10.244.0.5"],
        ["a name in capitals", output("NGINX-A"), 'not a pod\'s name: "NGINX-A"', "10.244.0.5"],
        ["a name longer than a host's", output("a".repeat(254)), `not a pod's name: "${"a".repeat(60)}"`, "10.244.0.5"],
    ];
    for (const [what, stdout, error, address] of failures) {
        it(`counts ${what} as a failure: ${error.slice(0, 60)}`, () => {
            const { pod, ...result } = readOutput(stdout, null);
            expect({ pod, address: result.address, error: result.error }).to.deep.equal({ pod: null, address, error });
        });
    }

    it("has no time for a connection that never came about", () => {
        const { connectMs } = readOutput(output("", { ...noConnection, ...refused }), null);
        expect(connectMs).to.equal(0);
    });

    // What a process that was killed leaves behind: any beginning of an answer, which may well be JSON.
    const unfinished = [
        "",
        "nginx-a",
        "nginx-a\n",
        '\n{"exitcode":',
        "x".repeat(65_536),
        "null",
        "404",
        '"a"',
        "[]",
        "\n{}",
    ];
    for (const stdout of unfinished) {
        it(`without a report is a failure: ${JSON.stringify(stdout.slice(0, 20))}`, () => {
            expect(readOutput(stdout, new Error("stdout maxBuffer length exceeded"))).to.deep.equal({
                ...{ address: null, pod: null, dnsMs: 0, connectMs: 0, totalMs: 0 },
                error: "curl ended without a report: stdout maxBuffer length exceeded",
            });
        });
    }

    it("without a report or a reason says so, briefly", () => {
        expect(readOutput("", null).error).to.equal("curl ended without a report: no reason given");
        expect(readOutput("", new Error("y".repeat(5000))).error).to.have.length(200);
    });
});

describe("a request by curl", () => {
    const answers: Record<string, RequestListener> = {
        "/": (_request, response) => response.end("nginx-7d9c5b-2kq8x\n"),
        "/missing": (_request, response) => response.writeHead(404).end("nginx-a"),
        "/moved": (_request, response) => response.writeHead(302, { location: "/" }).end(),
        "/huge": (_request, response) => response.end("a".repeat(1 << 20)),
        "/reset": (request) => request.socket.destroy(),
    };
    let server: Server;
    let port: number;
    const connections = new Set<number | undefined>();

    before((done) => {
        server = createServer((request, response) => {
            connections.add(request.socket.remotePort);
            answers[request.url ?? ""]?.(request, response);
        }).listen(0, "127.0.0.1", () => {
            port = (server.address() as AddressInfo).port;
            done();
        });
    });
    after((done) => {
        server.close(done);
    });

    it("names the pod, the address and its times, on a new connection each", async () => {
        connections.clear();
        for (const index of [0, 1, 2]) {
            const { dnsMs, connectMs, totalMs, ...rest } = await curlRequest(1, index, `http://localhost:${port}/`);
            const expected = { service: 1, index, address: "127.0.0.1", pod: "nginx-7d9c5b-2kq8x", error: null };
            expect(rest).to.deep.equal(expected);
            expect(totalMs)
                .to.be.above(0)
                .and.at.least(dnsMs + connectMs);
        }
        expect(connections.size).to.equal(3);
    });

    const failures: [path: string, error: RegExp][] = [
        ["/missing", /^HTTP 404$/],
        ["/moved", /^HTTP 302$/],
        ["/huge", /^curl ended without a report: .*maxBuffer/],
        ["/reset", /^curl \(5[26]\): /],
    ];
    for (const [path, error] of failures) {
        it(`to ${path} fails: ${error.source}`, async () => {
            const { pod, error: message } = await curlRequest(0, 0, `http://127.0.0.1:${port}${path}`);
            expect(pod).to.be.null;
            expect(message).to.match(error);
        });
    }

    it("to a closed port fails, with one message for all that fail so", async () => {
        const closed = createServer().listen(0, "127.0.0.1");
        await new Promise((resolve) => closed.once("listening", resolve));
        const url = `http://127.0.0.1:${(closed.address() as AddressInfo).port}/`;
        await new Promise((resolve) => closed.close(resolve));
        const { address, pod, error } = await curlRequest(0, 0, url);
        expect({ address, pod }).to.deep.equal({ address: null, pod: null });
        expect(error).to.match(/^curl \(7\): Failed to connect to 127\.0\.0\.1 port \d+: /);
    });

    it("without a curl says that it is the image that has none", async () => {
        const path = process.env["PATH"];
        process.env["PATH"] = "/no/such/folder";
        let refusal: unknown;
        await curlRequest(0, 0, "http://127.0.0.1/").catch((error: unknown) => {
            refusal = error;
        });
        process.env["PATH"] = path;
        expect(refusal).to.be.an("error").with.property("message", "the probe's image has no curl");
    });

    it("tells which curl it is", async () => {
        expect(await curlVersion()).to.match(/^curl \d+\.\d+/);
    });
});
