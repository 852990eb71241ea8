// client {"engine": "Node", "resolver": "glibc", "image": "node:22-bookworm", "command": ["node"], "memory": 128}
import { runClient } from "../client";
import { Caller } from "../caller";
import { libcOf } from "../libc";

/** Node's own HTTP client; its look-up is getaddrinfo, whose order it keeps. */
runClient(`Node ${process.versions.node}`, libcOf(), (host, port, connection, ca) => {
    const caller = new Caller(host, port, ca);
    const agent = caller.agent(connection === "kept-alive");
    return () => caller.get(host, agent);
});
