import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { LoopbackProxy } from "./loopbackProxy";

const [version, noAuthentication, granted, ofName] = [5, 0, 0, 3];

/** A SOCKS 5 proxy that is asked for names. */
export class SocksProxy extends LoopbackProxy {
    constructor(port: () => number) {
        const server = createServer();
        super(server, port);
        server.on("connection", (client: Socket) => void this.serve(client));
    }

    private async serve(client: Socket): Promise<void> {
        await once(client, "data");
        client.write(Buffer.from([version, noAuthentication]));
        const [request] = (await once(client, "data")) as [Buffer];
        if (request[3] !== ofName) {
            client.destroy();
            return;
        }
        const end = 5 + (request[4] ?? 0);
        this.targets.push(`${request.subarray(5, end).toString()}:${request.readUInt16BE(end)}`);
        this.join(client, Buffer.from([version, granted, 0, 1, 0, 0, 0, 0, 0, 0]));
    }
}
