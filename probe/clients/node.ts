// client {"engine": "Node", "resolver": "glibc", "image": "node:22-bookworm", "command": ["node"], "memory": 128}
import { runClient } from "../client";
import { Caller } from "../caller";
import { libcOf } from "../libc";

/** Node's own HTTP client, which resolves names by getaddrinfo and keeps its order. */
runClient(`Node ${process.versions.node}`, libcOf(), (host, port, connection, ca) => {
    const caller = new Caller(host, port, ca);
    const agent = caller.agent(connection === "kept-alive");
    return () => caller.get(host, agent);
});
