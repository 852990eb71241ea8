import { header, request, type Counters, type Header, type Request } from "./line";
import { decode, decodeKind, LogError, type RawFrame } from "./decodeLine";
import { checkCounters, decodeCounters } from "./tcpCounters";

/** The log of a client that prints each request, read whole. */
export interface RequestLog {
    readonly kind: "requests";
    readonly header: Header;
    /** `header.requests` for each Service of the header, in the order sent. */
    readonly requests: readonly Request[];
    /** One for each Service, in the order of the header. */
    readonly counters: readonly Counters[];
}

export const requestKinds = ["request", "counters"] as const;

/**
 * Reads what a client printed of each request. Answers from more than 200 different pods are taken for failures.
 *
 * @throws LogError where the requests are not those that the header announces
 */
export function parseRequests({ first, between, end }: RawFrame): RequestLog {
    const log: RequestLog = {
        kind: "requests",
        header: decode(first, header),
        requests: decodeKind(between, "request", request),
        counters: decodeCounters(between),
    };
    checkCounts(log, end.count);
    checkCounters(log.header.services, log.counters);
    return withFewPods(log);
}

/** A server that answers something else each time would fill the stack's state with its answers. */
const mostPods = 200;

function withFewPods(log: RequestLog): RequestLog {
    const pods = new Set<string>();
    const requests = log.requests.map((each) => {
        if (each.pod !== null && pods.size < mostPods) {
            pods.add(each.pod);
        }
        return each.pod === null || pods.has(each.pod)
            ? each
            : { ...each, pod: null, error: `one of more than ${mostPods} different answers` };
    });
    return { ...log, requests };
}

function checkCounts({ header: { services, requests: expected }, requests }: RequestLog, announced: number): void {
    if (announced !== requests.length) {
        throw new LogError(`the last line counts ${announced} requests, but the log has ${requests.length}`);
    }
    services.forEach((service, position) => {
        const indices = requests.filter((each) => each.service === position).map((each) => each.index);
        const isInOrder = indices.every((index, i) => index === i);
        if (indices.length !== expected || !isInOrder) {
            throw new LogError(`${service}: expected ${expected} requests in order, got ${indices.length}`);
        }
    });
    const strangers = requests.filter((each) => each.service >= services.length);
    if (strangers.length > 0) {
        throw new LogError(`${strangers.length} requests are to a Service that the header does not name`);
    }
}
