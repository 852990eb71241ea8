import { requestTimeoutSeconds } from "../../probe/plan";

/** What decides how long a probe can take. */
export interface ProbeWork {
    /** Requests of each client to each Service, by the pod that sends them, the most first. */
    readonly shards: readonly number[];
    readonly services: number;
    /** Clients of a pod, and whether each counts its requests, several at once. */
    readonly clients: readonly { readonly kind: { readonly counts: boolean } }[];
    readonly concurrency: number;
    /** Requests a second of each client; 0 for as many as it goes. */
    readonly rate: number;
    /** Whether pods are disrupted while each Service is called. */
    readonly isDisrupted: boolean;
    /** Seconds for which a probe may stand still before it is given up. */
    readonly standstillSeconds: number;
}

/** Seconds for an answered request, many times what it takes: a client that prints starts a process for each. */
const printedSeconds = 0.1;
/** The same of a client that counts, whose requests are many and cost little. */
const countedSeconds = 0.005;
/** Seconds that may pass at each Service while answers don't come: waiting longer would show nothing new. */
const mostUnanswered = 3_600;

/**
 * How long a probe may take at most, in whole seconds. The Job ends by itself after that, even if the collector has ended.
 * The collector notices much sooner that the probe makes no progress.
 *
 *     start   = standstillSeconds x (3 + 2 + clients): a pod's creation, its node and its sandbox, the two containers that
 *               look after the clients, and each client, one after the other
 *     answers = requests x (0.1 s, or 0.005 s for a client that counts) x clients, which share a processor;
 *               at a rate, requests / rate where that is more
 *     silence = requests x 10 s, divided by the concurrency for a client that counts, which sends so many at once;
 *               one hour at most
 *     return  = standstillSeconds where pods are disrupted: until they are back
 *     end     = standstillSeconds
 *
 *     start + services x (answers + silence + return) + end, for the slowest client of the pod with the most requests
 *
 * 300 requests by curl to two Services have 1 h 54 min and a million by load has 5 h; that work takes 20 s and 4 min.
 */
export function probeDeadlineSeconds(work: ProbeWork): number {
    const { shards, services, clients, concurrency, rate, isDisrupted, standstillSeconds } = work;
    const requests = Math.max(0, ...shards);
    const paced = rate === 0 ? 0 : requests / rate;
    const atOneService = clients.map(({ kind: { counts } }) => {
        const answers = requests * (counts ? countedSeconds : printedSeconds) * clients.length;
        const silence = Math.ceil(requests / (counts ? concurrency : 1)) * requestTimeoutSeconds;
        return Math.max(paced, answers) + Math.min(mostUnanswered, silence);
    });
    const start = standstillSeconds * (5 + clients.length);
    const back = isDisrupted ? standstillSeconds : 0;
    return Math.ceil(start + services * (Math.max(0, ...atOneService) + back) + standstillSeconds);
}
