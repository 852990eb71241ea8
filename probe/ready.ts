import { Resolver } from "node:dns/promises";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { deafFile, placeOf, type PlannedService, type ProbePlan } from "./plan";
import { loopbackOf, serviceName, type ResolvConf } from "./resolvConf";

const pollMs = 200;
/** Whether the node has an endpoint is not ours to know; proxies take the rules of one in a second or two. */
const localPatienceMs = 5_000;

/**
 * Waits until every Service is what the plan says: the headless name resolves to as many ready endpoints as planned,
 * any other name to one address, and each of these addresses accepts a connection, or several behind a proxy. Where
 * pods that are not ready are published too, as many of the addresses as planned must; where only the node's own
 * endpoints are called, there may be none, and what does not answer after some seconds is measured as it is.
 *
 * @throws Error after `readyTimeoutSeconds`, saying what was still missing
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
 * Waits until the resolver listens, or has said that it may not.
 *
 * @returns whether it listens
 * @throws Error where neither is so after `readyTimeoutSeconds`
 */
export async function waitForResolver(plan: ProbePlan): Promise<boolean> {
    let isDeaf = false;
    await until(Date.now() + plan.readyTimeoutSeconds * 1000, plan, async () => {
        isDeaf = existsSync(deafFile(plan));
        const open = await Promise.all(plan.clients.map((_, client) => accepts(loopbackOf(client, 0), 53)));
        return open.includes(false) && !isDeaf ? "the resolver of the probe's pod does not listen" : null;
    });
    return !isDeaf;
}

async function until(deadline: number, plan: ProbePlan, lack: () => Promise<string | null>): Promise<void> {
    for (let missing = await lack(); missing !== null; missing = await lack()) {
        if (Date.now() > deadline) {
            throw new Error(`after ${plan.readyTimeoutSeconds} s, ${missing}`);
        }
        await sleep(pollMs);
    }
}

interface Lack {
    readonly what: string;
    /** Whether DNS names all addresses already. */
    readonly hasAddresses: boolean;
}

/** What the Service still lacks, or null. */
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
            const what = `${name} has ${addresses.length} addresses in DNS instead of ${wanted}`;
            return { what, hasAddresses: false };
        }
        // A proxy may still lead to pods that are gone, when DNS does not name them any more: one connection tells
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
 * A records in the order of the DNS answer: asked by a resolver of its own, because getaddrinfo would sort them.
 * An unknown name has no addresses; any other failure is thrown.
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
