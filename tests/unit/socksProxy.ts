import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A SOCKS 5 proxy for names, that leads to a port of this machine by whatever name it is asked. */
export class SocksProxy {
    /** Host and port of every connection, in order. */
    readonly targets: string[] = [];
    private readonly open = new Set<Socket>();
    private readonly server = createServer((client) => {
        this.open.add(client);
        client.on("error", () => client.destroy());
        void this.serve(client);
    });

    constructor(private readonly port: () => number) {}

    private async serve(client: Socket): Promise<void> {
        await once(client, "data");
        const [version, noAuthentication, granted, ofName] = [5, 0, 0, 3];
        client.write(Buffer.from([version, noAuthentication]));
        const [request] = (await once(client, "data")) as [Buffer];
        if (request[3] !== ofName) {
            client.destroy();
            return;
        }
        const end = 5 + (request[4] ?? 0);
        this.targets.push(`${request.subarray(5, end).toString()}:${request.readUInt16BE(end)}`);
        const target = connect(this.port(), "127.0.0.1", () => {
            client.write(Buffer.from([version, granted, 0, 1, 0, 0, 0, 0, 0, 0]));
            target.pipe(client).pipe(target);
        });
        target.on("error", () => client.destroy());
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
