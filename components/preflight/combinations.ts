import type * as pulumi from "@pulumi/pulumi";
import { calledNames } from "../probe/calledServices";
import { checkOnceKnown, some, type Checked } from "../settings/checkedSettings";
import { clientKinds, probeClients } from "../settings/clients";
import { Refusal } from "../settings/refusal";
import type { SettingName, Settings } from "../settings/table";
import { pairServices, pairSettings } from "../workload/pairServices";
import { checkedRequirements } from "./requirements";

/** Settings that have to fit each other. */
const combined = [
    ...pairSettings,
    "imageAnswersHostname",
    "replicas",
    "clients",
    "requests",
    "parallelism",
    "rate",
    "disruption",
    "require",
] as const satisfies SettingName[];

/**
 * Checks settings that are allowed each, but perhaps not together.
 *
 * @returns known when they are checked
 * @throws Refusal with those that do not fit, and what to do
 */
export function checkCombinations(settings: Checked<(typeof combined)[number]>): pulumi.Output<void> {
    return checkOnceKnown(some(settings, combined), checkTogether);
}

function checkTogether(settings: Pick<Settings, (typeof combined)[number]>): void {
    checkTls(settings);
    checkRequests(settings);
    checkDisruption(settings);
    checkedRequirements(settings, calledNames(pairServices(settings)));
}

/** @throws Refusal where an image that runs as it is would have to answer by HTTPS */
export function checkTls({ tls, imageAnswersHostname }: Pick<Settings, "tls" | "imageAnswersHostname">): void {
    if (tls && imageAnswersHostname) {
        throw new Refusal("tls: must be false where imageAnswersHostname is true, got true");
    }
}

/** More pods than these, named at every look-up of a pod of the probe, would not fit into the log of its resolver. */
const mostNamings = 2_500_000;
/** More would not fit into the log of a client that prints a line for each. */
const mostPrinted = 10_000;

/** @throws Refusal where a pod of the probe would have no request, or more than its logs can hold */
export function checkRequests({
    replicas,
    clients: names,
    requests,
    parallelism,
}: Pick<Settings, "replicas" | "clients" | "requests" | "parallelism">): void {
    if (parallelism > requests) {
        throw new Refusal(`parallelism: must be at most ${requests}, the number of requests, got ${parallelism}`);
    }
    const printing = probeClients(names).filter(({ kind }) => !kind.counts);
    if (printing.length === 0) {
        return;
    }
    if (requests > mostPrinted * parallelism) {
        const counting = clientKinds.filter(({ counts }) => counts).map(({ kind }) => kind);
        throw new Refusal(
            `requests: must be at most ${mostPrinted * parallelism} with ${and.format(printing.map(({ name }) => name))}, got ` +
                `${requests}; raise parallelism, or let ${and.format(counting)} alone call`,
        );
    }
    const most = Math.floor(mostNamings / (replicas * printing.length)) * parallelism;
    if (requests > most) {
        throw new Refusal(
            `requests: must be at most ${most} with ${replicas} replicas and ${printing.length} clients that print, got ` +
                `${requests}; raise parallelism, or lower one of the others`,
        );
    }
}

const and = new Intl.ListFormat("en");

/** Seconds that a pod's requests to one Service take at least, and at most, where pods are disrupted in their middle. */
const [shortest, longest] = [10, 600];

/**
 * @throws Refusal where the requests to one Service are too few or too many seconds for a disruption in their middle, or
 *     where new pods have the names of old ones
 */
export function checkDisruption({
    disruption,
    workload,
    requests,
    parallelism,
    rate,
}: Pick<Settings, "disruption" | "workload" | "requests" | "parallelism" | "rate">): void {
    if (disruption === "none") {
        return;
    }
    if (workload === "StatefulSet") {
        throw new Refusal(
            `disruption: must be none where workload is StatefulSet, got ${disruption}; its pods come back with the ` +
                "same names, so new and old ones look alike",
        );
    }
    const seconds = rate === 0 ? 0 : requests / parallelism / rate;
    if (seconds < shortest || seconds > longest) {
        const example = Math.max(1, Math.floor(requests / parallelism / 30));
        throw new Refusal(
            `rate: must be such that ${requests} requests take ${shortest} to ${longest} seconds with disruption ` +
                `${disruption}, got ${rate}; ${example} is one`,
        );
    }
}
