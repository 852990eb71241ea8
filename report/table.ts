import Table from "cli-table3";
import type { ClientSummary, Measurement, MeasuredService } from "../split/measurement";

const barWidth = 20;

/**
 * A measurement as plain text for a terminal, at most 100 columns wide: for each Service and client, what DNS
 * answered, and how many connections each pod got.
 */
export function table(measurement: Measurement): string {
    return measurement.services
        .flatMap((service) => service.clients.map((client) => section(service, client, measurement)))
        .join("\n\n");
}

function section(service: MeasuredService, client: ClientSummary, measurement: Measurement): string {
    const where = service.clusterIP === null ? "headless" : `ClusterIP ${service.clusterIP}`;
    const title = `${service.name} (${where}): ${client.requested} requests by ${client.client}`;
    const lines = [title, ...client.dns.addresses.map((address) => `  ${client.dns.name} has address ${address}`)];
    return [...lines, rows(client, measurement), ...footer(client)].join("\n");
}

function rows(client: ClientSummary, measurement: Measurement): string {
    const text = new Table({
        head: ["pod", "address", "node", "answered", "share", ""],
        colAligns: ["left", "left", "left", "right", "right", "left"],
        style: { head: [], border: [], compact: true, "padding-left": 2, "padding-right": 0 },
        chars: Object.fromEntries(borders.map((each) => [each, ""])),
    });
    const known = new Map(measurement.pods.map((pod) => [pod.name, pod]));
    const counts = new Map(client.pods.map(({ pod, count }) => [pod, count]));
    const names = [...new Set([...known.keys(), ...counts.keys()])].sort();
    for (const name of names) {
        const pod = known.get(name);
        const count = counts.get(name) ?? 0;
        const share = client.answered === 0 ? 0 : count / client.answered;
        const bar = "█".repeat(Math.round(share * barWidth));
        text.push([name, pod?.address ?? "gone", pod?.node ?? "", count, `${(share * 100).toFixed(1)} %`, bar]);
    }
    return text
        .toString()
        .split("\n")
        .map((line) => line.trimEnd())
        .join("\n");
}

function footer({ errors, latencyMs }: ClientSummary): string[] {
    const failed = Object.entries(errors).map(([error, count]) => `  failed ${count} times: ${error}`);
    if (latencyMs === null) {
        return failed;
    }
    const { p50, p99, max } = latencyMs.total;
    return [...failed, `  total time of a request: median ${p50} ms, p99 ${p99} ms, longest ${max} ms`];
}

const borders = [
    ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
    ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
] as const;
