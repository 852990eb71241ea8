import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { lineWriter, requestTuple, type CountersTuple, type Header, type Line } from "../split/protocol/line";
import type { Exchange } from "./caller";
import { readCounters } from "./counters";

export type Connection = "new" | "kept-alive";

/**
 * Makes what sends one request to this host each time that it is called.
 *
 * @param ca certificate of the authority to trust, in PEM; undefined calls without TLS
 */
export type Open = (
    host: string,
    port: number,
    connection: Connection,
    ca: string | undefined,
) => () => Promise<Exchange>;

/**
 * The program of a client in TypeScript: sends the requests that its arguments say, one after the other, and prints the
 * log. Arguments: name of the client, "new" or "kept-alive", requests to each Service by index of the pod, port,
 * Services, each by its name or as name=host:port. From the environment: JOB_COMPLETION_INDEX, the pod's index; RATE,
 * requests to start a second at most, 0 for each as soon as the one before has ended; COUNTERS, names of the kernel's
 * counters to read; CA_FILE, where it is given, the certificate of the one authority to trust, calls by HTTPS.
 *
 * @param version what the client says of itself
 * @param resolver who resolves names for it
 */
export function runClient(version: string, resolver: Header["resolver"], open: Open): void {
    const [client = "", connection, requests, port, ...given] = process.argv.slice(2);
    const places = given.map((each) => {
        const [name = "", place = `${name}:${port}`] = each.split("=");
        const [host = "", ownPort] = place.split(":");
        return { name, host, port: Number(ownPort) };
    });
    const services = places.map(({ name }) => name);
    const shard = Number(process.env["JOB_COMPLETION_INDEX"] ?? 0);
    const rate = Number(process.env["RATE"] ?? 0);
    const wanted = (process.env["COUNTERS"] ?? "").split(" ");
    const caFile = process.env["CA_FILE"];
    const ca = caFile === undefined ? undefined : readFileSync(caFile, "utf8");
    const line = lineWriter(randomBytes(4).toString("hex"));
    const print = (each: Line): void => {
        process.stdout.write(`${line(each)}\n`);
    };
    const run = async (count: number): Promise<void> => {
        print({ kind: "header", data: { client, clientVersion: version, resolver, services, requests: count } });
        const counters: CountersTuple[] = [];
        for (const [service, place] of places.entries()) {
            const call = open(place.host, place.port, connection as Connection, ca);
            const before = readCounters(wanted);
            let next = performance.now();
            for (let index = 0; index < count; index++) {
                if (rate > 0) {
                    await wait(Math.max(0, next - performance.now()));
                    next = performance.now() + 1000 / rate;
                }
                const exchange = await call().catch(unsent);
                print({ kind: "request", data: requestTuple({ service, index, ...exchange }) });
            }
            counters.push([service, before, readCounters(wanted)]);
        }
        for (const data of counters) {
            print({ kind: "counters", data });
        }
        print({ kind: "end", data: { count: services.length * count } });
        // Kept connections would keep the process alive.
        process.exit();
    };
    run(Number(requests?.split(",")[shard])).catch((error: unknown) => {
        process.stderr.write(`${client}: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
    });
}

/** The outcome of a request that was not even sent, because nobody knows where to. */
function unsent(error: unknown): Exchange {
    const message = error instanceof Error ? error.message : String(error);
    const times = { resolved: 0, connected: 0, secured: null, total: 0 };
    return { connection: null, address: null, pod: null, ...times, error: message };
}
