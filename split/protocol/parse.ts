import { z } from "zod";
import { countedKinds, parseCounted, type CountedLog } from "./countedLog";
import { checkCounters } from "./tcpCounters";
import { decode, decodeCounters, frame, LogError, wholeRun } from "./rawLine";
import { clientResolvers, type Counters, type Header, type Request } from "./line";

/** The log of a client with a line for each request, read whole. */
export interface ProbeLog {
    readonly header: Header;
    /** `header.requests` for each Service of the header, in the order sent. */
    readonly requests: readonly Request[];
    /** One for each Service, in the order of the header. */
    readonly counters: readonly Counters[];
}

const count = z.int().nonnegative();
const seconds = z.number().nonnegative();

const header: z.ZodType<Header> = z.strictObject({
    client: z.string().min(1),
    clientVersion: z.string(),
    resolver: z.enum(clientResolvers).nullable(),
    services: z.array(z.string()).min(1),
    requests: z.int().positive(),
    counted: z.strictObject({ concurrency: z.int().positive(), rate: count }).optional(),
});
const request = z
    .tuple([
        count,
        count,
        count.nullable(),
        z.ipv4().nullable(),
        z.string().nullable(),
        seconds,
        seconds,
        seconds.nullable(),
        seconds,
        z.string().optional(),
    ])
    .transform(
        ([service, index, connection, address, pod, ...[resolved, connected, secured, total, error]]): Request => ({
            ...{ service, index, connection, address, pod, resolved, connected, secured, total, error: error ?? null },
        }),
    )
    .refine(({ pod, error }) => (pod === null) !== (error === null), "needs either a pod or an error")
    .refine(({ pod, connection }) => pod === null || connection !== null, "an answer came on some connection")
    .refine(({ secured, connection }) => secured === null || connection !== null, "a handshake was on some connection");

/**
 * Reads the log of one client.
 *
 * @param text the whole log; lines in any order, foreign lines between them
 * @returns what it counted, if it did, and else each request; answers beyond those of 200 different pods are failures
 * @throws LogError where the log is not exactly one whole run
 */
export function parseLog(text: string): ProbeLog | CountedLog {
    const lines = wholeRun(text);
    const [start] = lines;
    if (start?.kind === "header" && decode(start, header).counted !== undefined) {
        return parseCounted(decode(start, header), frame(lines, "header", countedKinds));
    }
    const { first, between, end } = frame(lines, "header", ["request", "counters"]);
    const log = {
        header: decode(first, header),
        requests: between.filter(({ kind }) => kind === "request").map((line) => decode(line, request)),
        counters: decodeCounters(between),
    };
    checkCounts(log, end.count);
    checkCounters(log.header.services, log.counters);
    return withFewPods(log);
}

/** Servers that answer something else each time would fill the stack's state with their answers. */
const mostPods = 200;

function withFewPods(log: ProbeLog): ProbeLog {
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

function checkCounts({ header, requests }: ProbeLog, announced: number): void {
    if (announced !== requests.length) {
        throw new LogError(`the trailer counts ${announced} requests, the log has ${requests.length}`);
    }
    header.services.forEach((service, position) => {
        const indices = requests.filter((each) => each.service === position).map((each) => each.index);
        const inOrder = indices.every((index, i) => index === i);
        if (indices.length !== header.requests || !inOrder) {
            throw new LogError(`${service}: ${header.requests} requests announced, ${indices.length} in the log`);
        }
    });
    const strangers = requests.filter((each) => each.service >= header.services.length);
    if (strangers.length > 0) {
        throw new LogError(`${strangers.length} requests to a Service that the header does not name`);
    }
}
