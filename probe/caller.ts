import { Agent, request } from "node:http";
import { Agent as TlsAgent, request as requestByTls } from "node:https";
import type { Socket } from "node:net";
import type { Request } from "../split/protocol/line";
import { requestTimeoutSeconds } from "./plan";

/** One request and its outcome, but for its place in the run. */
export type Exchange = Omit<Request, "service" | "index">;

// A host name is at most 253 bytes; more than this is an answer of something else.
const longestAnswer = 4096;

const hostName = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** Sends requests to one Service and numbers the connections that they take. */
export class Caller {
    private readonly numbers = new WeakMap<Socket, number>();
    private connections = 0;

    /**
     * @param service name that a certificate has to be for
     * @param ca certificate of the authority that is trusted, in PEM. @default calls without TLS
     */
    constructor(
        private readonly service: string,
        private readonly port: number,
        private readonly ca?: string,
    ) {}

    /**
     * For connections of this caller, one at a time. No TLS session is kept for the next one: each connection pays for
     * a whole handshake.
     */
    agent(keepAlive: boolean): Agent {
        const options = { keepAlive, maxSockets: 1 };
        const { service: servername, ca } = this;
        return ca === undefined
            ? new Agent(options)
            : new TlsAgent({ ...options, ca, servername, maxCachedSessions: 0 });
    }

    /**
     * One GET of the root, whose outcome is never an exception.
     *
     * @param host name or address
     * @param agent keeps connections, or not; with TLS, one of {@link agent}
     * @param start when the request began, in the milliseconds of `performance.now()`. @default now
     */
    get(host: string, agent: Agent, start = performance.now()): Promise<Exchange> {
        const seconds = (): number => Math.round((performance.now() - start) * 1000) / 1e6;
        const at = { resolved: seconds(), connected: seconds(), secured: null as number | null };
        let socket: Socket | undefined;
        // A socket that was reset does not tell it any more.
        let address: string | null = null;
        const exchange = (pod: string | null, error: string | null): Exchange => {
            const connection = socket === undefined ? undefined : this.numbers.get(socket);
            return { connection: connection ?? null, address, pod, ...at, total: seconds(), error };
        };
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
                    given.once("lookup", () => (at.resolved = seconds()));
                    given.once("connect", () => {
                        at.connected = seconds();
                        address = given.remoteAddress ?? null;
                        this.numbers.set(given, this.connections++);
                    });
                    given.once("secureConnect", () => (at.secured = seconds()));
                }
            });
            // Whatever else becomes of it, such as a switch to another protocol: an outcome after the first is none.
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

/** Of several addresses that all refused, Node tells only by the errors inside. */
function messageOf(error: Error): string {
    const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [];
    const told = error.message === "" ? (first?.message ?? "") : error.message;
    return told === "" ? ((error as NodeJS.ErrnoException).code ?? error.name) : told;
}

function problemOf(status: number | undefined, answer: string): string | null {
    if (status !== 200) {
        return `HTTP ${status}`;
    }
    return hostName.test(answer) ? null : `not a pod's name: ${answer.length} characters`;
}
