import { once } from "node:events";
import { connect, type AddressInfo, type Server, type Socket } from "node:net";

/** A proxy on loopback that leads to a port of this machine, whatever name it is asked for. */
export abstract class LoopbackProxy {
    /** Host and port of every connection that was asked for, in order. */
    readonly targets: string[] = [];
    private readonly open = new Set<Socket>();

    /** @param server a server of any protocol over TCP */
    protected constructor(
        private readonly server: Server,
        private readonly port: () => number,
    ) {
        server.on("connection", (client: Socket) => {
            this.open.add(client);
            client.on("error", () => client.destroy());
        });
    }

    /** Joins a client to the port, with what the protocol says first. */
    protected join(client: Socket, granted: string | Buffer): void {
        const target = connect(this.port(), "127.0.0.1", () => {
            client.write(granted);
            target.pipe(client).pipe(target);
        });
        target.on("error", () => client.destroy());
        client.on("close", () => target.destroy());
        this.open.add(target);
    }

    async start(host = "127.0.0.1"): Promise<void> {
        await once(this.server.listen(0, host), "listening");
    }

    async stop(): Promise<void> {
        this.open.forEach((socket) => socket.destroy());
        await once(this.server.close(), "close");
    }

    /** Host and port. */
    get address(): string {
        const { address, family, port } = this.server.address() as AddressInfo;
        return `${family === "IPv6" ? `[${address}]` : address}:${port}`;
    }
}
