import { Resolver } from "node:dns/promises";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { notListeningFile, placeOf, type PlannedService, type ProbePlan } from "./plan";
import { loopbackOf, serviceName, type ResolvConf } from "./resolvConf";

const pollMs = 200;
/** Time for proxies to apply the rules of an endpoint on the node, which take a second or two; there may be none. */
const localPatienceMs = 5_000;

/**
 * Waits until every Service is as planned: the headless name resolves to the planned number of endpoints, any other
 * name to one address, and each address accepts a connection, or several behind a proxy. Where pods that are not ready
 * are published too, the planned number of addresses must accept. Where only endpoints on the node are called, there
 * may be none: what does not answer after some seconds is measured as it is.
 *
 * @throws Error after `readyTimeoutSeconds`. The message says what is missing
 */
export async function waitForEndpoints(plan: ProbePlan, resolvConf: ResolvConf): Promise<void> {
    const deadline = Date.now() + plan.readyTimeoutSeconds * 1000;
    for (const service of plan.services) {
        const { kind, isLocal = false } = service;
        const wanted = kind === "headless" ? plan.endpoints : 1;
        const patience = isLocal ? Math.min(deadline, Date.now() + localPatienceMs) : Infinity;
        await until(deadline, plan, async () => {
            const missing = await notReady(service, wanted, plan, resolvConf);
            return missing?.hasAddresses && Date.now() >= patience ? null : (missing?.what ?? null);
        });
    }
}

/**
 * Waits until the resolver listens or states that it may not.
 *
 * @returns whether it listens
 * @throws Error after `readyTimeoutSeconds`
 */
export async function waitForResolver(plan: ProbePlan): Promise<boolean> {
    let isRefused = false;
    await until(Date.now() + plan.readyTimeoutSeconds * 1000, plan, async () => {
        isRefused = existsSync(notListeningFile(plan));
        const open = await Promise.all(plan.clients.map((_, client) => accepts(loopbackOf(client, 0), 53)));
        return open.includes(false) && !isRefused ? "the resolver of the probe's pod does not listen" : null;
    });
    return !isRefused;
}

async function until(deadline: number, plan: ProbePlan, lack: () => Promise<string | null>): Promise<void> {
    for (let missing = await lack(); missing !== null; missing = await lack()) {
        if (Date.now() > deadline) {
            throw new Error(`not ready after ${plan.readyTimeoutSeconds} s: ${missing}`);
        }
        await sleep(pollMs);
    }
}

interface Lack {
    readonly what: string;
    /** Whether DNS returns all addresses already. */
    readonly hasAddresses: boolean;
}

/** What the Service lacks; null where it is ready. */
async function notReady(
    service: PlannedService,
    wanted: number,
    plan: ProbePlan,
    conf: ResolvConf,
): Promise<Lack | null> {
    const { name, kind } = service;
    const { host, port } = placeOf(plan, service);
    try {
        const addresses = kind === "NodePort" ? [host] : await addressRecords(serviceName(host, conf));
        const isExact = addresses.length === wanted;
        if (!isExact && !(plan.publishNotReadyAddresses && addresses.length > wanted)) {
            const what = `${name} must have ${wanted} addresses in DNS, got ${addresses.length}`;
            return { what, hasAddresses: false };
        }
        // A proxy may still lead to pods that are gone when DNS does not return them any more: one connection proves
        // little.
        const isProxied = (kind === "ClusterIP" || kind === "NodePort") && !plan.publishNotReadyAddresses;
        const tries = isProxied ? Math.min(30, 4 * plan.endpoints) : 1;
        const all = addresses.flatMap((each) => Array.from({ length: tries }, () => each));
        const open = await Promise.all(all.map((each) => accepts(each, port)));
        const closed = [...new Set(all.filter((_, i) => open[i] !== true))];
        const enough = addresses.length - closed.length >= wanted;
        return enough ? null : { what: `${name} refuses connections at ${closed.join(", ")}`, hasAddresses: true };
    } catch (error) {
        return { what: `${name}: ${error instanceof Error ? error.message : String(error)}`, hasAddresses: false };
    }
}

/**
 * Looks up the A records of a name, in the order of the DNS answer: getaddrinfo would sort them. A name that does not
 * exist has no addresses.
 *
 * @throws Error where the look-up fails otherwise
 */
export async function addressRecords(name: string): Promise<string[]> {
    try {
        return await new Resolver({ timeout: 2_000, tries: 2 }).resolve4(name);
    } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "ENOTFOUND" || code === "ENODATA") {
            return [];
        }
        throw error;
    }
}

function accepts(address: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host: address, port, timeout: 2_000 });
        const settle = (accepted: boolean) => (): void => {
            socket.destroy();
            resolve(accepted);
        };
        socket.once("connect", settle(true)).once("timeout", settle(false)).once("error", settle(false));
    });
}
