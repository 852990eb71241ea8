import { Agent, request } from "node:http";
import { Agent as TlsAgent, request as requestByTls } from "node:https";
import type { Socket } from "node:net";
import type { Request } from "../split/protocol/line";
import { requestTimeoutSeconds } from "./plan";

/** One request and its outcome, without its place in the run. */
export type Exchange = Omit<Request, "service" | "index">;

// A host name has at most 253 bytes: the rest of a longer answer is not needed.
const longestAnswer = 4096;

const hostName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Sends requests to one Service and numbers their connections. */
export class Caller {
    private readonly numbers = new WeakMap<Socket, number>();
    private connections = 0;

    /**
     * @param service name that the server's certificate must have
     * @param ca certificate of the authority to trust, in PEM. @default none: calls without TLS
     */
    constructor(
        private readonly service: string,
        private readonly port: number,
        private readonly ca?: string,
    ) {}

    /**
     * An agent for the connections of this caller, one at a time. It keeps no TLS sessions, so that each connection
     * does a whole handshake.
     */
    agent(keepAlive: boolean): Agent {
        const options = { keepAlive, maxSockets: 1 };
        return this.ca === undefined
            ? new Agent(options)
            : new TlsAgent({
                  ...options,
                  ca: this.ca,
                  servername: this.service,
                  maxCachedSessions: 0,
              });
    }

    /**
     * Sends one GET request for the path /. It never rejects: an error is an outcome.
     *
     * @param host name or address
     * @param agent see {@link agent}
     * @param start when the request began, by `performance.now()`. @default now
     */
    get(host: string, agent: Agent, start = performance.now()): Promise<Exchange> {
        const seconds = (): number => Math.round((performance.now() - start) * 1000) / 1e6;
        let resolved = seconds();
        let connected = seconds();
        let secured: number | null = null;
        let socket: Socket | undefined;
        // Kept here, because a socket that was reset has none.
        let address: string | null = null;
        const exchange = (pod: string | null, error: string | null): Exchange => ({
            connection: (socket === undefined ? undefined : this.numbers.get(socket)) ?? null,
            address,
            pod,
            resolved,
            connected,
            secured,
            total: seconds(),
            error,
        });
        return new Promise((resolve) => {
            const signal = AbortSignal.timeout(requestTimeoutSeconds * 1000);
            const send = this.ca === undefined ? request : requestByTls;
            const sent = send({ host, port: this.port, agent, signal }, (response) => {
                let body = "";
                response.setEncoding("latin1");
                response.on("data", (chunk: string) => {
                    body += chunk.slice(0, longestAnswer - body.length);
                });
                response.on("end", () => {
                    const problem = problemOf(response.statusCode, body.trim());
                    resolve(exchange(problem === null ? body.trim() : null, problem));
                });
                response.on("error", (error) => {
                    resolve(exchange(null, messageOf(error)));
                });
            });
            sent.on("socket", (given) => {
                socket = given;
                address = given.remoteAddress ?? null;
                if (!this.numbers.has(given)) {
                    given.once("lookup", () => (resolved = seconds()));
                    given.once("connect", () => {
                        connected = seconds();
                        address = given.remoteAddress ?? null;
                        this.numbers.set(given, this.connections++);
                    });
                    given.once("secureConnect", () => (secured = seconds()));
                }
            });
            // However else it ends, e.g. by a switch to another protocol. Only the first outcome counts.
            sent.on("close", () => {
                resolve(exchange(null, "no answer"));
            });
            sent.on("error", (error) => {
                resolve(exchange(null, messageOf(error)));
            });
            sent.end();
        });
    }
}

/** Where several addresses refused the connection, Node's own message is empty, and the errors inside have one. */
function messageOf(error: Error): string {
    const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [];
    const message = error.message === "" ? (first?.message ?? "") : error.message;
    return message === "" ? ((error as NodeJS.ErrnoException).code ?? error.name) : message;
}

function problemOf(status: number | undefined, answer: string): string | null {
    if (status !== 200) {
        return `HTTP ${status}`;
    }
    return hostName.test(answer) ? null : `not a pod's name: ${answer.length} characters`;
}
