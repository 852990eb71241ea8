import type { ServiceKind } from "../split/record";

/** Longest time of one request: the name look-up, whose resolver may try twice for 5 s, the connection and the answer. */
export const requestTimeoutSeconds = 10;

/** What one probe container is to do: the one argument of the program, as JSON. */
export interface ProbePlan {
    readonly client: "curl";
    readonly services: readonly { readonly name: string; readonly kind: ServiceKind }[];
    readonly namespace: string;
    /** TCP port of the Services and, for the headless one, of the pods. */
    readonly port: number;
    /** Requests to each Service, one connection each. */
    readonly requests: number;
    /** Ready endpoints to wait for before the first request. */
    readonly endpoints: number;
    /** Seconds to wait for them. */
    readonly readyTimeoutSeconds: number;
}
