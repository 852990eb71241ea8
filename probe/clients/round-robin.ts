// client {"engine": "a client that balances by itself", "resolver": "own-round-robin", "image": "node:22-bookworm", "command": ["node"], "memory": 128}
import type { Agent } from "node:http";
import { isIP } from "node:net";
import { runClient } from "../client";
import { Caller } from "../caller";
import { addressRecords } from "../ready";
import { readResolvConf, serviceName } from "../resolvConf";

/**
 * Resolves all addresses of the name, again after each failed request, and connects to them in turns, as gRPC's
 * round_robin does. `kept-alive` keeps one connection to each.
 */
runClient(`Node ${process.versions.node}`, "own-round-robin", (host, port, connection, ca) => {
    const caller = new Caller(host, port, ca);
    const keepAlive = connection === "kept-alive";
    let turns: { address: string; agent: Agent }[] = [];
    let turn = 0;
    return async () => {
        const start = performance.now();
        if (turns.length === 0) {
            const addresses = isIP(host) ? [host] : await addressRecords(serviceName(host, readResolvConf()));
            turns = addresses.map((address) => ({ address, agent: caller.agent(keepAlive) }));
        }
        const next = turns[turn++ % turns.length];
        if (next === undefined) {
            throw new Error(`${host} has no address`);
        }
        const exchange = await caller.get(next.address, next.agent, start);
        if (exchange.error !== null) {
            turns.forEach(({ agent }) => {
                agent.destroy();
            });
            turns = [];
        }
        return exchange;
    };
});
