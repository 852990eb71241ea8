import { decode, encode, streamEncode, TRUNCATED_RESPONSE, type Answer, type Packet } from "dns-packet";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

/** A nameserver on loopback, which gives a name's addresses as they stand, one place further at each query. */
export class Nameserver {
    /** Queries as "UDP A web.ns.svc.x", in order. */
    readonly seen: string[] = [];
    private readonly udp = createSocket("udp4");
    private readonly tcp: Server;
    private readonly open = new Set<Socket>();

    /**
     * @param cut names whose answers by UDP are cut short
     * @param garbage names that are answered with what is no DNS message
     */
    constructor(
        private readonly zone: Readonly<Record<string, readonly string[]>>,
        private readonly cut: readonly string[] = [],
        private readonly garbage: readonly string[] = [],
    ) {
        this.udp.on("message", (query, from) => {
            this.udp.send(this.answer("UDP", decode(query), encode), from.port, from.address);
        });
        this.tcp = createServer((socket) => {
            this.open.add(socket.setNoDelay());
            socket.on("data", (data: Buffer) => {
                // In pieces, as a network may deliver it.
                const answer = this.answer("TCP", decode(data.subarray(2)), streamEncode);
                [answer.subarray(0, 1), answer.subarray(1, 20), answer.subarray(20)].forEach((piece, i) =>
                    setTimeout(() => socket.write(piece), 10 * i),
                );
            });
            socket.on("error", () => undefined);
        });
    }

    /** @returns its port, the same for UDP and TCP */
    async start(host: string): Promise<number> {
        this.tcp.listen(0, host);
        await once(this.tcp, "listening");
        const { port } = this.tcp.address() as { port: number };
        this.udp.bind(port, host);
        await once(this.udp, "listening");
        return port;
    }

    stop(): void {
        this.open.forEach((socket) => socket.destroy());
        this.tcp.close();
        this.udp.close();
    }

    private answer(by: "UDP" | "TCP", { id, questions = [] }: Packet, encodeAs: typeof encode): Buffer {
        const [question] = questions;
        const { name = "", type = "A" } = question ?? {};
        const turn = this.seen.filter((each) => each.endsWith(` ${type} ${name}`)).length;
        this.seen.push(`${by} ${type} ${name}`);
        if (this.garbage.includes(name)) {
            return Buffer.from("no DNS message");
        }
        const addresses = this.zone[name];
        const rotated = addresses?.map((_, i) => addresses[(i + turn) % addresses.length] ?? "") ?? [];
        const isCut = by === "UDP" && this.cut.includes(name);
        const answers = (type === "A" && !isCut ? rotated : []).map((data): Answer => ({
            type: "A",
            name,
            data,
            ttl: 5,
        }));
        const rcode = addresses === undefined ? 3 : 0;
        const flags = rcode | (isCut ? TRUNCATED_RESPONSE : 0);
        return encodeAs({ type: "response", id: id ?? 0, flags, questions, answers });
    }
}
