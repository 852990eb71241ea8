import type { DisruptionKind } from "../../split/measurement/disruption";
import { clientKinds, type ProbeClient } from "../settings/clients";
import { callableBy, calledServices, type CallingArgs } from "../probe/calledServices";
import { Refusal } from "../settings/refusal";
import { checkRequiredServices } from "./requirements";
import type { Requirement } from "../../split/verdict/requirement";

/** Arguments that are allowed each, and have to fit each other. */
export interface Together extends CallingArgs {
    readonly replicas: number;
    readonly requests: number;
    readonly parallelism: number;
    readonly clients: readonly ProbeClient[];
    readonly disruption: "none" | DisruptionKind;
    readonly rate: number;
    readonly imageAnswersHostname: boolean;
    readonly requirements: readonly Requirement[];
}

/** @throws Refusal with all that do not fit, and what is allowed */
export function checkTogether(given: Together): void {
    const services = calledServices(callableBy(given)).map(({ name }) => name);
    checkedTls(given);
    checkedSize({ ...given, services: services.length });
    checkedPace(given);
    checkRequiredServices(given.requirements, services);
}

/** More would not fit into the resolver's log, which names every pod at every look-up. */
const mostNamings = 2_500_000;
/** More would not fit into the log of a client that prints a line for each. */
const mostPrinted = 10_000;

/** What a stack's state may hold of a measurement, in bytes: 64 KiB, less what is not of any client. */
const stateBytes = 65_300;

/**
 * What it is told of one client at one Service, apart from its pods, in bytes: as much as of four pods, and of errors.
 */
function bytesOfClient(isDisrupted: boolean): number {
    // Besides, 61 seconds by four fates.
    return 4 * bytesOfPod + 650 + (isDisrupted ? 900 : 0);
}

/** What it is told of one pod by one client at one Service, in bytes. */
const bytesOfPod = 240;

/** What else it is told from each of several pods of the probe, in bytes: as much as of nine pods, and of each pod. */
const bytesOfShard = (replicas: number): number => 40 * (replicas + 9);

/**
 * Checks arguments that are allowed each, but not together.
 *
 * @throws Refusal with all of them, and what is allowed
 */
export function checkedSize(size: {
    readonly replicas: number;
    readonly requests: number;
    readonly parallelism: number;
    readonly clients: readonly ProbeClient[];
    /** How many are called. @default 2 */
    readonly services?: number;
    /** @default none */
    readonly disruption?: "none" | DisruptionKind;
}): void {
    const { replicas, requests, parallelism, clients, services = 2, disruption = "none" } = size;
    const left = stateBytes / (clients.length * services) - bytesOfClient(disruption !== "none");
    const mostReplicas = Math.min(100, Math.floor(left / bytesOfPod));
    if (replicas > mostReplicas) {
        throw new Refusal(
            `replicas: ${replicas} was given; allowed with ${clients.length} clients at ${services} Services` +
                `${disruption === "none" ? "" : ` and disruption ${disruption}`} are ${Math.max(0, mostReplicas)}`,
        );
    }
    const mostByState = Math.floor((left - bytesOfPod * replicas) / bytesOfShard(replicas));
    const mostShards = Math.max(1, Math.min(requests, mostByState));
    if (parallelism > mostShards) {
        throw new Refusal(
            `parallelism: ${parallelism} was given; allowed with ${requests} requests, ${replicas} replicas, ` +
                `${clients.length} clients and ${services} Services are ${mostShards}`,
        );
    }
    const most = Math.ceil(requests / parallelism);
    const printing = clients.filter(({ kind }) => !kind.counts);
    if (printing.length > 0 && most > mostPrinted) {
        const counting = clientKinds().filter(({ counts }) => counts);
        throw new Refusal(
            `requests: ${requests} was given; allowed with ${printing.map(({ name }) => name).join(", ")} are ` +
                `${mostPrinted * parallelism}, and more with ${counting.map(({ kind }) => kind).join(", ")} alone`,
        );
    }
    if (replicas * most * printing.length > mostNamings) {
        const namings = mostNamings * parallelism;
        throw new Refusal(
            `requests: ${replicas} replicas, ${requests} requests and ${clients.length} clients were given; ` +
                `allowed are ${namings} replicas times requests times clients`,
        );
    }
}

/** @throws Refusal where an image that runs as it is would have to answer by HTTPS */
export function checkedTls({
    tls,
    imageAnswersHostname,
}: {
    readonly tls: boolean;
    readonly imageAnswersHostname: boolean;
}): void {
    if (tls && imageAnswersHostname) {
        throw new Refusal("tls: true was given; allowed with imageAnswersHostname is false");
    }
}

/**
 * Seconds that a pod's requests to one Service take at least, and at most, where pods are disrupted in their middle.
 */
const [shortest, longest] = [10, 600];

/**
 * @throws Refusal where clients would not be at one Service for long enough together to see a disruption in the middle,
 *     or where pods that come could not be told from those that went
 */
export function checkedPace(pace: {
    readonly disruption: "none" | DisruptionKind;
    readonly requests: number;
    readonly parallelism: number;
    readonly rate: number;
    /** @default Deployment */
    readonly workload?: "Deployment" | "StatefulSet";
}): void {
    const { disruption, requests, parallelism, rate, workload } = pace;
    // Its pods come back by the same names: nobody could tell a new one from the one that went.
    if (disruption !== "none" && workload === "StatefulSet") {
        throw new Refusal(`disruption: ${disruption} was given; allowed with workload StatefulSet is none`);
    }
    const seconds = rate === 0 ? 0 : requests / parallelism / rate;
    if (disruption !== "none" && (seconds < shortest || seconds > longest)) {
        throw new Refusal(
            `rate: ${rate} was given, with ${requests} requests; allowed with disruption ${disruption} is a rate at ` +
                `which they take ${shortest} to ${longest} seconds, such as ${Math.max(1, Math.floor(requests / parallelism / 30))}`,
        );
    }
}
