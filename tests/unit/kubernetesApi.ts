import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What the API answers a GET: an object as JSON, text as it is, a number as a bare status, null by a cut connection.
 */
export type Answer = object | string | number | null;

/** A Kubernetes API that knows a few GETs, each with its answers in turn; after the last of them, the last again. */
export class KubernetesApi {
    /** Path and query of every request, decoded, in order. */
    readonly seen: string[] = [];
    /** What was sent with those that change something, in order. */
    readonly changes: { readonly method: string; readonly url: string; readonly body: unknown }[] = [];
    private readonly server: Server;

    constructor(answers: Record<string, Answer | Answer[]>) {
        this.server = createServer((request, response) => {
            const url = decodeURIComponent((request.url ?? "").replaceAll("+", " "));
            const turn = this.seen.filter((each) => each === url).length;
            this.seen.push(url);
            const chunks: Buffer[] = [];
            request.on("data", (chunk: Buffer) => chunks.push(chunk));
            request.on("end", () => {
                const { method = "" } = request;
                if (method !== "GET") {
                    const text = Buffer.concat(chunks).toString();
                    this.changes.push({ method, url, body: text === "" ? null : (JSON.parse(text) as unknown) });
                }
            });
            const given = answers[url] === undefined ? 404 : answers[url];
            const inTurn = Array.isArray(given) ? given : [given];
            const answer = inTurn[Math.min(turn, inTurn.length - 1)] as Answer;
            if (answer === null) {
                request.socket.destroy();
            } else if (typeof answer === "number") {
                const status = { kind: "Status", apiVersion: "v1", status: "Failure", code: answer, message: "no" };
                response.writeHead(answer, { "content-type": "application/json" }).end(JSON.stringify(status));
            } else {
                const type = typeof answer === "string" ? "text/plain" : "application/json";
                const body = typeof answer === "string" ? answer : JSON.stringify(answer);
                response.writeHead(200, { "content-type": type }).end(body);
            }
        });
    }

    async start(): Promise<void> {
        await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    }

    async stop(): Promise<void> {
        const closed = new Promise((resolve) => this.server.close(resolve));
        this.server.closeAllConnections();
        await closed;
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }

    count(url: string): number {
        return this.seen.filter((each) => each === url).length;
    }
}

/** A kubeconfig with a context for each of these API servers, the first of them current. */
export function kubeconfigOf(servers: Record<string, string>, user = "me"): string {
    const names = Object.keys(servers);
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: names.map((name) => ({
            name: `${name}-cluster`,
            // What the client asks for before it talks plain HTTP.
            cluster: { server: servers[name], "insecure-skip-tls-verify": true },
        })),
        users: [{ name: user, user: { token: "t0ken" } }],
        contexts: names.map((name) => ({ name, context: { cluster: `${name}-cluster`, user } })),
        "current-context": names[0],
    });
}
