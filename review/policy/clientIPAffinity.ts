import { podsCounted, quoted, type TrafficPolicy } from "./advice";
import { totalCount, type Count } from "./podCount";
import { selectedPods } from "./selection";
import type { Service } from "./stack";
import { at } from "./value";

/** Settings in the policy pack's configuration. */
export interface ClientIPAffinitySettings {
    /** Client addresses that a Service is expected to see at a time; all clients behind one proxy or NAT share one. */
    readonly expectedClients?: number;
}

/**
 * A Service with sessionAffinity ClientIP over more pods than it has clients. A stack doesn't say how many clients there
 * are: without `expectedClients` the advice says how many are needed. That number is a minimum, and does not make the
 * split even: each client is given a pod independently. On a headless Service affinity does nothing.
 */
export const clientIPAffinity: TrafficPolicy<ClientIPAffinitySettings> = {
    name: "client-ip-affinity",
    description: "A Service with sessionAffinity ClientIP should have at least as many clients as pods.",
    severity: "low",
    remediationSteps: "Run at most as many pods as there are client addresses, or set sessionAffinity to None.",
    configSchema: {
        properties: {
            expectedClients: {
                type: "integer",
                minimum: 1,
                description: "Client addresses that a Service is expected to see at a time.",
            },
        },
    },
    advise: (stack, { expectedClients }) =>
        stack.services
            .filter(({ headless, spec }) => headless === "no" && at(spec, "sessionAffinity") === "ClientIP")
            .flatMap((service) => {
                const count = totalCount(selectedPods(stack, service).map((pods) => pods.count));
                const enough = count.most < 2 || (expectedClients ?? 0) >= count.most;
                return enough ? [] : [{ urn: service.urn, message: message(service, count, expectedClients) }];
            }),
};

function message(service: Service, count: Count, expectedClients: number | undefined): string {
    const what = `Service ${quoted(service)} has sessionAffinity ClientIP over ${podsCounted(count)}: each client address keeps to one pod${duration(service)}.`;
    const remedy = "or set sessionAffinity to None and keep sessions outside the pods.";
    if (expectedClients === undefined) {
        const why = `With fewer than ${count.most} client addresses, pods stay idle, and all clients behind one proxy or NAT share one address.`;
        return `${what} ${why} If there are enough clients, set expectedClients in the policy's configuration; otherwise run fewer pods, ${remedy}`;
    }
    const idle = count.most - expectedClients;
    const why = `With ${expectedClients} expected, at least ${idle} of ${count.most} pods ${idle === 1 ? "stays" : "stay"} idle${count.least < count.most ? " where all run" : ""}.`;
    return `${what} ${why} Run no more pods than there are clients, ${remedy}`;
}

/** Each new connection restarts the time. */
function duration({ spec }: Service): string {
    const seconds = at(spec, "sessionAffinityConfig", "clientIP", "timeoutSeconds") ?? 10_800;
    return typeof seconds === "number" ? ` until it makes no connection for ${seconds} s` : "";
}
