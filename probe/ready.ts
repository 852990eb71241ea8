import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { addressRecords, serviceName } from "./dns";
import type { ProbePlan } from "./plan";

const pollMs = 200;

/**
 * Waits until every Service is what the plan says: the headless name resolves to as many ready endpoints as planned,
 * the ClusterIP name to one address, and each of these addresses accepts a connection.
 *
 * @throws Error after `readyTimeoutSeconds`, saying what was still missing
 */
export async function waitForEndpoints(plan: ProbePlan): Promise<void> {
    const deadline = Date.now() + plan.readyTimeoutSeconds * 1000;
    for (const { name, kind } of plan.services) {
        const expected = kind === "headless" ? plan.endpoints : 1;
        let missing = await notReady(name, expected, plan);
        while (missing !== null) {
            if (Date.now() > deadline) {
                throw new Error(`after ${plan.readyTimeoutSeconds} s, ${missing}`);
            }
            await sleep(pollMs);
            missing = await notReady(name, expected, plan);
        }
    }
}

/** What the Service still lacks, or null. */
async function notReady(service: string, expected: number, plan: ProbePlan): Promise<string | null> {
    try {
        const addresses = await addressRecords(serviceName(service, plan.namespace));
        if (addresses.length !== expected) {
            return `${service} has ${addresses.length} addresses in DNS instead of ${expected}`;
        }
        const closed = await Promise.all(addresses.map(async (each) => ((await accepts(each, plan.port)) ? [] : each)));
        return closed.flat().length === 0 ? null : `${service} refuses connections at ${closed.flat().join(", ")}`;
    } catch (error) {
        return `${service}: ${error instanceof Error ? error.message : String(error)}`;
    }
}

function accepts(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, timeout: 1_000 });
        const end = (answer: boolean) => () => {
            socket.destroy();
            resolve(answer);
        };
        socket.once("connect", end(true)).once("timeout", end(false)).once("error", end(false));
    });
}
