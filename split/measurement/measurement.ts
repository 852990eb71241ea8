import { z } from "zod";
import type { Immutable } from "../protocol/immutable";
import { tcpCounts } from "../protocol/tcpCounters";
import { count, moment } from "../protocol/values";
import { backend, clientProgram, dnsOrder, serviceFields, serviceProxy } from "../theory/context";
import { dnsService } from "../theory/dnsOrder";
import { disruptionReport } from "./disruption";
import { shardedSummary } from "./serviceSummary";

/** What one client saw of a Service. */
export const clientSummary = shardedSummary.omit({ service: true }).extend({
    client: z.string(),
    /** What the client says of itself, e.g. its version. */
    clientVersion: z.string(),
    ...clientProgram.shape,
});
export type ClientSummary = Immutable<z.infer<typeof clientSummary>>;

/** A Service, and what each client saw of it. */
export const measuredService = serviceFields.extend({
    /** Name of the Service; where clients call a pod by its own name, that of the pod. */
    name: z.string(),
    /** The virtual address; null for a headless Service. */
    clusterIP: z.string().nullable(),
    clients: z.array(clientSummary),
});
export type MeasuredService = Immutable<z.infer<typeof measuredService>>;

/** What of the cluster decides who answers. */
const clusterFacts = z.object({
    proxy: serviceProxy,
    /** Service mesh that handles the pods' traffic; null for none. */
    mesh: z.string().nullable(),
    dns: dnsService.extend({ order: dnsOrder }),
});
export type ClusterFacts = Immutable<z.infer<typeof clusterFacts>>;

/** A pod of the probe. All clients call from it; each sends its part of the requests. */
const probe = z.object({
    pod: z.string(),
    node: z.string().nullable(),
    /** Zone of that node: "" where the node has no such label, null where it could not be read. */
    zone: z.string().nullable(),
    address: z.string(),
    /** Prefix length of the pod's interface, in bits. */
    prefixLength: count,
    /** From the pod's resolv.conf. */
    nameservers: z.array(z.string()),
    search: z.array(z.string()),
    options: z.array(z.string()),
    /** What its kernel counted, from the first request of any client to the last. */
    tcp: tcpCounts,
});
export type Probe = Immutable<z.infer<typeof probe>>;

/** A change of the measurement's shape that breaks a reader increments it. */
export const schemaVersion = 5;

/** Everything that one run of a probe measured. Plain JSON. */
export const measurement = z.object({
    schemaVersion: z.literal(schemaVersion),
    /** When the Job started and finished, by the cluster's clock. */
    startedAt: moment,
    finishedAt: moment,
    job: z.string(),
    /** The Job's pods by their index: one or more. */
    probes: z.array(probe).min(1),
    /** Certificate of the authority that the clients trusted, in PEM; null without TLS. */
    caCertificate: z.string().nullable(),
    cluster: clusterFacts,
    /** The pods behind the Services, as the cluster described them after the run. */
    pods: z.array(backend),
    /** What changed behind the Services during the run, a sentence each. */
    churn: z.array(z.string()),
    services: z.array(measuredService),
    /** What was done to the pods in the middle, for each Service in the order called; empty where nothing was done. */
    disruptions: z.array(disruptionReport),
});
export type Measurement = Immutable<z.infer<typeof measurement>>;
