import type { TrafficSplitArgs } from "../components/settings/table";
import type { ServiceProxy } from "../split/theory/context";
import type { ReasonTag } from "../split/theory/choice";
import type { DnsService } from "../split/theory/dnsOrder";
import type { ServiceKind } from "../split/protocol/line";
import type { ScenarioLab } from "./scenarioLab";

/** What is done to the cluster before a measurement, and undone after it. */
export interface ClusterChange {
    /** A sentence for the page. */
    readonly sentence: string;
    readonly make: (lab: ScenarioLab) => Promise<void>;
    readonly undo: (lab: ScenarioLab) => Promise<void>;
}

/** Reasons that theory may give, by client; any other one is not what the scenario is about. */
export type Reasons = Readonly<Record<string, readonly ReasonTag[]>>;

/** What the measurement must have learned of the cluster, by itself. */
export type Facts = { readonly proxy: ServiceProxy } & Pick<DnsService, "loadbalance" | "nodeLocalCache">;

/** One configuration of the stack on one state of the cluster, and what must come of it. */
export interface Scenario {
    /** Lower-case words, with hyphens. */
    readonly name: string;
    /** What it shows, in a sentence. */
    readonly sentence: string;
    /** Config of the stack, over what all scenarios share. */
    readonly config: TrafficSplitArgs;
    readonly change?: ClusterChange;
    /** By kind of Service; there are Services of these kinds, and no others. */
    readonly reasons: Partial<Record<ServiceKind, Reasons>>;
    readonly facts: Facts;
    /** Name of the node on which the pod is foretold that gets all of curl's requests, before they are sent. */
    readonly foretoldOn?: string;
}
