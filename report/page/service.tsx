import type { JSX } from "preact";
import type { AssessedService } from "../../split/verdict/assessment";
import type { Change } from "../../split/verdict/comparison";
import type { LetteredPod } from "../podLetters";
import { serviceAccess } from "../serviceAccess";
import { Changes } from "./changes";
import { DnsAnswers } from "./dns";
import { Latency, type Phase } from "./latency";
import { PodKey } from "./pods";
import { Shares, type SharesOfClient } from "./shares";

export interface ServiceSection {
    /** Id of its heading. */
    readonly id: string;
    readonly service: AssessedService;
    readonly pods: readonly LetteredPod[];
    readonly shares: readonly SharesOfClient[];
    readonly phases: readonly Phase[];
    /** Sentences on retransmitted SYNs. */
    readonly resent: readonly string[];
    /** How its splits changed since the run before; null for the first run. */
    readonly since: { readonly startedAt: string; readonly changes: Readonly<Record<string, Change>> } | null;
}

/** Everything that was measured of one Service. */
export function Service({ id, service, pods, shares, phases, resent, since }: ServiceSection): JSX.Element {
    const { name } = service;
    return (
        <section aria-labelledby={id}>
            <h2 id={id}>
                {name} <small>{serviceAccess(service)}</small>
            </h2>
            <p class="policies">{policies(service).join(" · ")}</p>
            <h3>Who answered</h3>
            <PodKey pods={pods} />
            <Shares service={name} all={shares} />
            {service.kind === "NodePort" ? null : (
                <>
                    <h3>DNS answers</h3>
                    <DnsAnswers service={service} pods={pods} />
                </>
            )}
            <h3>How long it took</h3>
            <Latency service={name} phases={phases} resent={resent} />
            {since === null ? null : (
                <>
                    <h3>Changes since the run before</h3>
                    <Changes since={since.startedAt} changes={since.changes} />
                </>
            )}
        </section>
    );
}

function policies(service: AssessedService): string[] {
    return [
        `sessionAffinity ${service.sessionAffinity}`,
        `internalTrafficPolicy ${service.internalTrafficPolicy}`,
        ...(service.trafficDistribution === null ? [] : [`trafficDistribution ${service.trafficDistribution}`]),
        ...(service.publishNotReadyAddresses ? ["publishNotReadyAddresses"] : []),
    ];
}
