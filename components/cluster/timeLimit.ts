import { setTimeout as sleep } from "node:timers/promises";

/**
 * What a call answers, if it does so in time: the Kubernetes client waits for ever where a server accepts a connection
 * and says nothing.
 *
 * @throws Error that says how long was waited; the call itself goes on, and nobody hears of it any more
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
