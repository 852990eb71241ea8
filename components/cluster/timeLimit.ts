import { setTimeout as sleep } from "node:timers/promises";

/**
 * What a call answers, if it does so in time. The Kubernetes client waits for ever if a server accepts a connection and
 * sends nothing.
 *
 * @throws Error that says for how long it waited; the call itself goes on, and its result is ignored
 */
export async function within<T>(seconds: number, call: Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const late = sleep(seconds * 1000, undefined, { signal: waiting.signal }).then(() => {
        throw new Error(`no answer within ${seconds} s`);
    });
    try {
        return await Promise.race([call, late]);
    } finally {
        waiting.abort();
    }
}
