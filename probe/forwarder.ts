import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, isIPv6, type Server } from "node:net";

const patienceMs = 10_000;

/** One address to listen at for DNS queries, and the nameserver that answers them. */
export interface Forwarding {
    readonly listen: string;
    readonly nameserver: string;
    /** Port of both. @default 53 */
    readonly port?: number;
    /** Gets each whole answer before the client does. */
    readonly seen: (message: Buffer) => void;
}

/**
 * Forwards DNS at all of these addresses, see {@link forward}.
 *
 * @returns false where this user may not listen on the port
 */
export async function forwardAll(all: readonly Forwarding[]): Promise<boolean> {
    try {
        await Promise.all(all.map(forward));
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EACCES") {
            return false;
        }
        throw error;
    }
}

/** Forwards DNS queries by UDP and TCP, and the answers back, byte for byte. Resolves when both listen. */
export async function forward(forwarding: Forwarding): Promise<void> {
    const udp = forwardUdp(forwarding);
    const tcp = forwardTcp(forwarding);
    await Promise.all([once(udp, "listening"), once(tcp, "listening")]);
}

function forwardUdp({ listen, nameserver, port = 53, seen }: Forwarding): ReturnType<typeof createSocket> {
    const server = createSocket("udp4");
    server.on("message", (query, from) => {
        // One socket for each query, as the client itself would have: answers can't be mixed up.
        const upstream = createSocket(isIPv6(nameserver) ? "udp6" : "udp4");
        const patience = setTimeout(() => upstream.close(), patienceMs);
        upstream.on("message", (answer) => {
            clearTimeout(patience);
            upstream.close();
            seen(answer);
            server.send(answer, from.port, from.address);
        });
        // Where a nameserver refuses, the client gets no answer, and tries again by itself.
        upstream.on("error", () => undefined);
        upstream.send(query, port, nameserver);
    });
    server.bind(port, listen);
    return server;
}

function forwardTcp({ listen, nameserver, port = 53, seen }: Forwarding): Server {
    const server = createServer((client) => {
        const upstream = connect(port, nameserver);
        let pending = Buffer.alloc(0);
        upstream.on("data", (chunk: Buffer) => {
            pending = Buffer.concat([pending, chunk]);
            // RFC 1035 4.2.2: the length of each message comes before it, in two bytes.
            while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE()) {
                const length = 2 + pending.readUInt16BE();
                seen(pending.subarray(2, length));
                client.write(pending.subarray(0, length));
                pending = pending.subarray(length);
            }
        });
        client.pipe(upstream);
        upstream.on("end", () => client.end());
        upstream.on("error", () => client.destroy());
        client.on("error", () => upstream.destroy());
    });
    return server.listen(port, listen);
}
