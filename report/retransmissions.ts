import type { AssessedService, Assessment } from "../split/verdict/assessment";
import { tcpCounters, type TcpCounts } from "../split/protocol/tcpCounters";
import type { Probe } from "../split/measurement/measurement";

/**
 * Which SYNs were sent again while a Service was called, for whoever wonders at a connection that took a second: empty
 * where none was, and where that is not known.
 */
export function retransmissions({ clients }: AssessedService, { probes }: Pick<Assessment, "probes">): string[] {
    const told = clients.flatMap(({ client, retransmittedSyns: syns }) =>
        syns === null || syns === 0 ? [] : [`${syns} while ${client} called it`],
    );
    if (told.length === 0) {
        return [];
    }
    const pods = probes.length === 1 ? "The probe's pod" : `The probe's ${probes.length} pods`;
    return [
        `${pods} retransmitted SYNs: ${told.join(", ")}.`,
        "Each delays its connection: by 1 s or more where nothing answered the SYN.",
        // Each has its own number, and all have one kernel.
        ...(clients.length === 1 ? [] : ["Clients that call at the same time share this counter."]),
    ];
}

/** What the kernel counted in a pod of the probe, from the first request to the last: e.g. "TCPSynRetrans 3". */
export function countedIn({ tcp }: Probe): string {
    return tcpCounters.map((name) => `${name} ${shown(tcp, name)}`).join(", ");
}

function shown(tcp: TcpCounts, name: (typeof tcpCounters)[number]): string {
    return String(tcp[name] ?? "not known");
}
