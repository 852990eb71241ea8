import type { Probe } from "../split/measurement/measurement";
import { tcpCounters } from "../split/protocol/tcpCounters";
import type { AssessedService, Assessment } from "../split/verdict/assessment";

/**
 * SYNs that were retransmitted while a Service was called, as sentences: they explain a connection that took a second.
 * Empty where there were none, and where that is not known.
 */
export function retransmissions({ clients }: AssessedService, { probes }: Pick<Assessment, "probes">): string[] {
    const counts = clients.flatMap(({ client, retransmittedSyns: syns }) =>
        syns === null || syns === 0 ? [] : [`${syns} while ${client} called this Service`],
    );
    if (counts.length === 0) {
        return [];
    }
    const pods = probes.length === 1 ? "The probe's pod" : `The probe's ${probes.length} pods`;
    return [
        `${pods} retransmitted SYNs: ${counts.join(", ")}.`,
        "Each delays its connection, by 1 s or more where nothing answered the SYN.",
        // Their numbers differ, although they read one counter of one kernel.
        ...(clients.length === 1 ? [] : ["Clients that call at the same time share this counter."]),
    ];
}

/** What the kernel counted in a pod of the probe, from the first request to the last, e.g. "TCPSynRetrans 3". */
export function countersText({ tcp }: Probe): string {
    return tcpCounters.map((name) => `${name} ${tcp[name] ?? "not known"}`).join(", ");
}
