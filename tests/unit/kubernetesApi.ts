import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";

/**
 * What the API answers a GET: an object as JSON, text as it is, a number as a bare status, null by a cut connection.
 */
export type Answer = object | string | number | null;

/** By what a request says who sends it. */
export interface Caller {
    /** Common name of the client's certificate. */
    readonly certificate: string | undefined;
    readonly authorization: string | undefined;
    /** The header lines whose names begin with `impersonate-`, in lower case, in order. */
    readonly impersonation: readonly (readonly [name: string, value: string])[];
}

function callerOf({ socket, headers, rawHeaders }: IncomingMessage): Caller {
    const lines = rawHeaders.flatMap((name, i) =>
        i % 2 === 0 ? [[name.toLowerCase(), rawHeaders[i + 1] ?? ""] as const] : [],
    );
    // Without a certificate the peer's is an empty object.
    const { subject } = socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
    return {
        certificate: subject?.CN as string | undefined,
        authorization: headers.authorization,
        impersonation: lines.filter(([name]) => name.startsWith("impersonate-")),
    };
}

/** A Kubernetes API that knows a few GETs, each with its answers in turn; after the last of them, the last again. */
export class KubernetesApi {
    /** Path and query of every request, decoded, in order. */
    readonly seen: string[] = [];
    /** What was sent with those that change something, in order. */
    readonly changes: { readonly method: string; readonly url: string; readonly body: unknown }[] = [];
    /** Who asked, of every request, in order. */
    readonly callers: Caller[] = [];
    private readonly server: Server;

    /** @param tls by which it is served. @default plain HTTP */
    constructor(
        answers: Record<string, Answer | Answer[]>,
        private readonly tls?: ServerOptions,
    ) {
        const answerTo = (request: IncomingMessage, response: ServerResponse): void => {
            const url = decodeURIComponent((request.url ?? "").replaceAll("+", " "));
            const turn = this.seen.filter((each) => each === url).length;
            this.seen.push(url);
            this.callers.push(callerOf(request));
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
        };
        this.server = tls === undefined ? createServer(answerTo) : createSecureServer(tls, answerTo);
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
        return `${this.tls === undefined ? "http" : "https"}://127.0.0.1:${this.port}`;
    }

    get port(): number {
        return (this.server.address() as AddressInfo).port;
    }

    count(url: string): number {
        return this.seen.filter((each) => each === url).length;
    }
}

/** A kubeconfig with a context for each of these API servers, the first of them current. */
export function kubeconfigOf(servers: Record<string, string>, user = "me", token = "t0ken"): string {
    const names = Object.keys(servers);
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: names.map((name) => ({
            name: `${name}-cluster`,
            cluster: { server: servers[name] },
        })),
        users: [{ name: user, user: { token } }],
        contexts: names.map((name) => ({ name, context: { cluster: `${name}-cluster`, user } })),
        "current-context": names[0],
    });
}
