import { createServer, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { LoopbackProxy } from "./loopbackProxy";

/** An HTTP proxy that supports CONNECT. */
export class ConnectProxy extends LoopbackProxy {
    /** The credentials of each request, where it had any. */
    readonly credentials: (string | undefined)[] = [];

    /** @param status other than 200 refuses */
    constructor(port: () => number, status = 200) {
        const server = createServer();
        super(server, port);
        server.on("connect", ({ url = "", headers }: IncomingMessage, client: Socket) => {
            this.targets.push(url);
            this.credentials.push(headers["proxy-authorization"]);
            if (status !== 200) {
                client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`);
                return;
            }
            this.join(client, "HTTP/1.1 200 Connected\r\n\r\n");
        });
    }
}
