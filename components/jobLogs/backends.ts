import type { V1Endpoint, V1EndpointSlice, V1Pod } from "@kubernetes/client-node";
import { isIPv4 } from "node:net";
import type { Backend } from "../../split/theory/context";
import { ownerLabel } from "../pods/ownerLabels";
import { patiently, type Api } from "./api";
import type { CollectInputs } from "./inputs";

/** The endpoints of some Services at one moment, from their EndpointSlices. */
export interface Snapshot {
    /** By uid of a slice, its generation, which counts every change of its endpoints. */
    readonly generations: ReadonlyMap<string, number>;
    /** A line for each endpoint that DNS and proxies offer, and each other one: Service, pod and address, in order. */
    readonly endpoints: readonly string[];
    readonly unready: readonly string[];
    readonly slices: readonly V1EndpointSlice[];
}

/** Reads the IPv4 EndpointSlices of these Services of one owner. */
export async function endpointsOf(
    api: Api,
    { namespace, owner }: Pick<CollectInputs, "namespace" | "owner">,
    services: readonly string[],
): Promise<Snapshot> {
    const labelSelector = `kubernetes.io/service-name in (${services.join(",")}),${ownerLabel}=${owner}`;
    const { items } = await patiently(() => api.discovery.listNamespacedEndpointSlice({ namespace, labelSelector }));
    const slices = items.filter(({ addressType }) => addressType === "IPv4");
    return {
        generations: new Map(slices.map(({ metadata }) => [metadata?.uid ?? "", metadata?.generation ?? 0])),
        endpoints: linesOf(slices, true),
        unready: linesOf(slices, false),
        slices,
    };
}

/** The API gives null for a slice without endpoints, whatever its client's types say. */
function endpointsIn({ endpoints }: { readonly endpoints: V1Endpoint[] | null }): V1Endpoint[] {
    return endpoints ?? [];
}

/** Where a Service publishes pods that are not ready, its slices call them ready. */
function linesOf(slices: readonly V1EndpointSlice[], isReady: boolean): string[] {
    return slices
        .flatMap((slice) =>
            endpointsIn(slice)
                .filter(({ conditions }) => (conditions?.ready !== false) === isReady)
                .map((each) => lineOf(slice, each)),
        )
        .sort();
}

function lineOf({ metadata }: V1EndpointSlice, { targetRef, addresses }: V1Endpoint): string {
    const service = metadata?.labels?.["kubernetes.io/service-name"] ?? "";
    return `${service}: ${targetRef?.name ?? "no pod"} at ${addresses.join()}`;
}

/**
 * What changed from one snapshot to a later one, a sentence for each endpoint that was removed or added.
 */
export function churnBetween(before: Snapshot, after: Snapshot): string[] {
    const gone = before.endpoints.filter((each) => !after.endpoints.includes(each));
    const come = after.endpoints.filter((each) => !before.endpoints.includes(each));
    const sentences = [
        ...gone.map((each) => `Endpoint removed from ${each}.`),
        ...come.map((each) => `Endpoint added to ${each}.`),
    ];
    // A terminating pod changes its slice when it is gone, and no traffic was sent to it meanwhile.
    const isExplained = before.unready.join() !== after.unready.join();
    const isTouched = [...after.generations].some(([uid, generation]) => before.generations.get(uid) !== generation);
    const isFewer = [...before.generations.keys()].some((uid) => !after.generations.has(uid));
    return sentences.length === 0 && !isExplained && (isTouched || isFewer)
        ? ["Endpoints changed and changed back."]
        : sentences;
}

/**
 * The pods that a selector finds, without those that terminate or have ended: no Service sends traffic to them.
 */
export function backends(pods: readonly V1Pod[], { slices }: Snapshot): Backend[] {
    const zones = new Map(slices.flatMap(endpointsIn).map(({ targetRef, zone }) => [targetRef?.name, zone ?? ""]));
    return pods
        .filter(
            ({ metadata, status }) =>
                metadata?.deletionTimestamp === undefined && !["Failed", "Succeeded"].includes(status?.phase ?? ""),
        )
        .map((pod) => ({
            name: pod.metadata?.name ?? "",
            address: pod.status?.podIPs?.find(({ ip }) => isIPv4(ip))?.ip ?? null,
            node: pod.spec?.nodeName ?? null,
            zone: zones.get(pod.metadata?.name) ?? null,
            ready: pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
        }))
        .sort((a, b) => a.name.localeCompare(b.name));
}
