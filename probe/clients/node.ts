// client {"engine": "Node", "resolver": "glibc", "image": "node:22-bookworm", "command": ["node"]}
import { Agent } from "node:http";
import { runClient } from "../client";
import { Caller } from "../caller";

/** Node's own HTTP client; its look-up is getaddrinfo, whose order it keeps. */
runClient(`Node ${process.versions.node}`, (host, port, connection) => {
    const caller = new Caller(port);
    const agent = new Agent({ keepAlive: connection === "kept-alive", maxSockets: 1 });
    return () => caller.get(host, agent);
});
