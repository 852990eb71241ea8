import type { ClientSummary, MeasuredService, Measurement } from "../measurement/measurement";
import type { Draws } from "../theory/choice";
import { expectationOf } from "../theory/expectation";
import { expectationOfShards, type ExpectedShard } from "../theory/shardedExpectation";
import { contextOf, shardsOf } from "./measuredContext";

/** What to keep of a run for a comparison with a later one. */
export interface Run {
    readonly startedAt: string;
    /** Connections by Service, client and pod. */
    readonly connections: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
    /** By Service and client, how the connections depend on each other. */
    readonly draws: Readonly<Record<string, Readonly<Record<string, Draws>>>>;
}

/** What to keep of a run. Each pod is there, also with 0 connections. */
export function runOf(measurement: Measurement): Run {
    const none = Object.fromEntries(measurement.pods.map(({ name }) => [name, 0]));
    const ofEach = <T>(
        value: (service: MeasuredService, client: ClientSummary) => T,
    ): Record<string, Record<string, T>> =>
        Object.fromEntries(
            measurement.services.map((service) => [
                service.name,
                Object.fromEntries(service.clients.map((client) => [client.client, value(service, client)])),
            ]),
        );
    return {
        startedAt: measurement.startedAt,
        connections: ofEach((_, { pods }) => ({
            ...none,
            ...Object.fromEntries(pods.map((each) => [each.pod, each.connections])),
        })),
        draws: ofEach((service, client) => drawsOf(measurement, service, client)),
    };
}

function drawsOf(measurement: Measurement, service: MeasuredService, client: ClientSummary): Draws {
    const shards = shardsOf(client);
    const expected = measurement.probes.map((probe, i): ExpectedShard => {
        const shard = shards[i] ?? client;
        const expectation = expectationOf(contextOf(measurement, service, shard, probe));
        // One order of DNS that holds for the run is drawn once, although its first pod is known.
        const isOneOrder = expectation.reason.tag === "frozen-dns";
        return {
            place: probe.address,
            requested: shard.requested,
            expectation: isOneOrder ? { ...expectation, distribution: null, draws: "one choice" } : expectation,
        };
    });
    return expectationOfShards(expected as [ExpectedShard, ...ExpectedShard[]]).draws;
}
