import { z } from "zod";
import {
    clientSummary,
    measuredService,
    measurement as measurementSchema,
    type ClientSummary,
    type MeasuredService,
    type Measurement,
    type Probe,
} from "../measurement/measurement";
import type { Immutable } from "../protocol/immutable";
import { withDefaults, type VerdictOptions } from "../statistics/thresholds";
import type { Context, ServiceFields } from "../theory/context";
import { expectation, expectationOf } from "../theory/expectation";
import { contextOf, isReopened, shardsOf } from "./measuredContext";
import { notesOn } from "./notes";
import { verdictOfShards, type ShardCase } from "./shardedVerdict";
import { verdict } from "./verdict";

/** What one client saw of a Service, what was expected of it, and whether the two agree. */
const assessedClient = clientSummary.extend({
    expectation,
    verdict,
    /** What else there is to say, a sentence each. */
    notes: z.array(z.string()),
});
export type AssessedClient = Immutable<z.infer<typeof assessedClient>>;

const assessedService = measuredService.extend({ clients: z.array(assessedClient) });
export type AssessedService = Immutable<z.infer<typeof assessedService>>;

/** A measurement with its verdicts: the output `trafficSplit`. Plain JSON. */
export const assessment = measurementSchema.extend({ services: z.array(assessedService) });
export type Assessment = Immutable<z.infer<typeof assessment>>;

/**
 * States for each client and Service what theory expects in the recorded context, and whether the counts agree. The
 * false-alarm rate is that of the whole run: each client at each Service gets an equal part of it, so that a run which
 * is as expected throughout contains a contradiction at most at that rate, however its connections depend on each other
 * (Bonferroni's inequality; Dunn, JASA 56, 1961). Holm's procedure (Scandinavian Journal of Statistics 6, 1979) finds a
 * little more, but then the rate for one client depends on what the others counted, so that the number of connections
 * that settle it could not be stated.
 *
 * @throws RangeError where an option is out of its bounds
 */
export function assess(measurement: Measurement, options: VerdictOptions = {}): Assessment {
    const complete = withDefaults(options);
    const verdicts = measurement.services.reduce((sum, { clients }) => sum + clients.length, 0);
    const own = { ...complete, falseAlarmRate: complete.falseAlarmRate / Math.max(1, verdicts) };
    return {
        ...measurement,
        services: measurement.services.map((service) => ({
            ...service,
            clients: service.clients.map((client) => assessClient(measurement, service, client, own)),
        })),
    };
}

function assessClient(
    measurement: Measurement,
    service: MeasuredService,
    client: ClientSummary,
    options: Required<VerdictOptions>,
): AssessedClient {
    const shards = shardsOf(client);
    const cases = measurement.probes.map((probe, i): ShardCase => {
        const shard = shards[i] ?? client;
        const context = contextOf(measurement, service, shard, probe);
        return {
            place: placeOf(probe),
            requested: shard.requested,
            failed: shard.requested - shard.answered,
            counts: countsOf(shard, context, unitOf(shard, service)),
            connections: countsOf(shard, context, "connections"),
            fallbacks: fallbacksOf(shard, service),
            namedFirst: namedFirst(context),
            expectation: expectationOf(context),
        };
    });
    return {
        ...client,
        ...verdictOfShards(cases as [ShardCase, ...ShardCase[]], options),
        notes: notesOn(client, shards, measurement, service),
    };
}

function placeOf({ address, node }: Probe): string {
    return node === null ? address : `${address} on ${node}`;
}

/** In the unit of the counts. */
function fallbacksOf(client: ClientSummary, service: ServiceFields): Readonly<Record<string, number>> {
    const fallbacks = client.prediction?.fallbacks ?? {};
    // A kept connection to a later address carried all of its requests there.
    return unitOf(client, service) === "connections"
        ? fallbacks
        : Object.fromEntries(
              client.pods.filter(({ pod }) => Object.hasOwn(fallbacks, pod)).map(({ pod, count }) => [pod, count]),
          );
}

/** How often DNS returned each pod first to a client; null where that decides nothing. */
function namedFirst({ backends, dns: { seen } }: Context): Record<string, number> | null {
    return seen === null
        ? null
        : Object.fromEntries(backends.map(({ name, address }) => [name, seen.firsts[address ?? ""] ?? 0]));
}

type Unit = "count" | "connections";

/**
 * What a verdict counts: connections; on one connection that carried all requests, the requests, because the question
 * is whether all of them came to one pod.
 */
function unitOf(client: ClientSummary, service: ServiceFields): Unit {
    return client.connection === "kept-alive" && !isReopened(client, service) ? "count" : "connections";
}

/** By pod, with a 0 for each that could have answered. */
function countsOf(client: ClientSummary, { backends, service }: Context, unit: Unit): Record<string, number> {
    const offered = backends.filter(({ ready }) => ready || service.publishNotReadyAddresses);
    return Object.fromEntries([
        ...offered.map(({ name }): [string, number] => [name, 0]),
        ...client.pods.map((each): [string, number] => [each.pod, each[unit]]),
    ]);
}
