import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { ConnectionMode, Counters, Header, Line } from "../split/protocol/line";
import { lineWriter } from "../split/protocol/lineWriter";
import type { Exchange } from "./caller";
import { readCounters } from "./counters";

/**
 * Makes a function that sends one request to this host.
 *
 * @param ca certificate of the authority to trust, in PEM; undefined without TLS
 */
export type Open = (
    host: string,
    port: number,
    connection: ConnectionMode,
    ca: string | undefined,
) => () => Promise<Exchange>;

/**
 * The program of a client in TypeScript: sends requests one after the other and prints the log.
 *
 * Arguments: name of the client; "new" or "kept-alive"; number of requests to each Service, by index of the pod; port;
 * Services, each as name or as name=host:port.
 *
 * Environment:
 * - JOB_COMPLETION_INDEX: index of the pod
 * - RATE: the most requests to start in a second, 0 to start each when the one before has ended
 * - COUNTERS: names of the kernel's counters to read
 * - CA_FILE: certificate of the only authority to trust, for HTTPS; not set without TLS
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
        const counters: Counters[] = [];
        for (const [service, place] of places.entries()) {
            const call = open(place.host, place.port, connection as ConnectionMode, ca);
            const before = readCounters(wanted);
            let next = performance.now();
            for (let index = 0; index < count; index++) {
                if (rate > 0) {
                    await wait(Math.max(0, next - performance.now()));
                    next = performance.now() + 1000 / rate;
                }
                const exchange = await call().catch(unsent);
                print({ kind: "request", data: { service, index, ...exchange } });
            }
            counters.push({ service, before, after: readCounters(wanted) });
        }
        for (const data of counters) {
            print({ kind: "counters", data });
        }
        print({ kind: "end", data: { count: services.length * count } });
        // Open connections would keep the process alive.
        process.exit();
    };
    run(Number(requests?.split(",")[shard])).catch((error: unknown) => {
        process.stderr.write(`${client}: ${error instanceof Error ? error.message : String(error)}\n`);
        process.exit(1);
    });
}

/** The outcome of a request that was not sent, because the name was not resolved. */
function unsent(error: unknown): Exchange {
    return {
        connection: null,
        address: null,
        pod: null,
        resolved: 0,
        connected: 0,
        secured: null,
        total: 0,
        error: error instanceof Error ? error.message : String(error),
    };
}
