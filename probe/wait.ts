import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProbePlan } from "./plan";
import { waitForEndpoints, waitForResolver } from "./ready";
import { loopbackOf, readResolvConf, resolvConfText } from "./resolvConf";

/** Runs before the clients: makes the resolver the nameserver of each, and waits until the Services can be called. */
async function prepare(plan: ProbePlan): Promise<void> {
    const cluster = readResolvConf();
    const isListening = await waitForResolver(plan);
    plan.clients.forEach((client, position) => {
        const own = cluster.nameservers.map((_, i) => loopbackOf(position, i));
        const nameservers = isListening ? own : cluster.nameservers;
        writeFileSync(join(plan.resolvFolder, `${client}.conf`), resolvConfText({ ...cluster, nameservers }));
    });
    await waitForEndpoints(plan, cluster);
}

prepare(JSON.parse(process.argv[2] ?? "") as ProbePlan).catch((error: unknown) => {
    process.stderr.write(`probe: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
