import type { ServiceKind } from "../split/record";

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
