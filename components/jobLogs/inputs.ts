import type { Client } from "../../split/theory/context";
import type { DisruptionKind } from "../../split/measurement/disruption";
import type { Run } from "../../split/verdict/run";
import type { CalledService } from "../probe/calledServices";

/** What theory has to know of a client, beside what its log says. */
export interface ClientTraits extends Pick<Client, "engine" | "connection"> {
    readonly name: string;
    /** That of this image; a client that runs in another one has to tell itself. */
    readonly resolver: Client["resolver"];
    readonly image: string;
}

/** What to do to the pods in the middle of the requests to each Service; none only undoes what an earlier run left. */
export interface DisruptionInputs {
    readonly kind: "none" | DisruptionKind;
    /** Name and uid of the Deployment whose pods they are, and how many it declares. */
    readonly deployment: string;
    readonly uid: string;
    readonly replicas: number;
}

/** What the dynamic provider gets, all of it resolved. */
export interface CollectInputs {
    readonly namespace: string;
    readonly job: string;
    /** Identifies the run: a Job of the same name that was made anew has another. */
    readonly jobUid: string;
    /** Requests of each client to each Service, by the index of the Job's pod that sends them. */
    readonly shards: readonly number[];
    /** What the Job called, in this order. */
    readonly services: readonly CalledService[];
    /** Clients that called them, each in the container of its name. */
    readonly clients: readonly ClientTraits[];
    /** Labels of the pods behind them. */
    readonly selector: Readonly<Record<string, string>>;
    /** Id of the Services' owner: EndpointSlices get the label from their Service. */
    readonly owner: string;
    /** Seconds that the Job may take, from now. */
    readonly timeoutSeconds: number;
    /** Seconds for which the pull of an image may fail. */
    readonly pullTimeoutSeconds: number;
    /** Seconds for which a probe may get no further: no step of its start or end, and no request. */
    readonly standstillSeconds: number;
    /** null where the pods are of no Deployment. */
    readonly disruption: DisruptionInputs | null;
    /** Path of the socket at which the program hands over its kubeconfig. */
    readonly kubeconfigSocket: string;
}

/** What it holds afterwards. */
export interface Collected extends CollectInputs {
    /** The {@link Measurement}, packed. */
    readonly measurement: string;
    /** The run before, where this resource has seen one. */
    readonly previous: Run | null;
}

/** What finds the pods behind the Services, as the API takes it. */
export function selectorOf({ selector }: CollectInputs): string {
    return Object.entries(selector)
        .map(([key, value]) => `${key}=${value}`)
        .join(",");
}
