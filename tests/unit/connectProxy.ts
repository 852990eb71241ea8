import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** An HTTP proxy that knows CONNECT, and leads to a port of this machine by whatever name it is asked. */
export class ConnectProxy {
    /** Host and port of every CONNECT, in order. */
    readonly targets: string[] = [];
    /** The credentials of each, where it had any. */
    readonly credentials: (string | undefined)[] = [];
    private readonly server = createServer();
    private readonly open = new Set<Socket>();

    /** @param status other than 200 refuses */
    constructor(port: () => number, status = 200) {
        this.server.on("connection", (socket: Socket) => this.open.add(socket));
        this.server.on("connect", ({ url = "", headers }: IncomingMessage, client: Socket) => {
            this.targets.push(url);
            this.credentials.push(headers["proxy-authorization"]);
            if (status !== 200) {
                client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
                return;
            }
            const target = connect(port(), "127.0.0.1", () => {
                client.write("HTTP/1.1 200 Connected\r\n\r\n");
                target.pipe(client).pipe(target);
            });
            target.on("error", () => client.destroy());
            client.on("error", () => target.destroy());
            this.open.add(target);
        });
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
