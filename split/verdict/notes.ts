import type { ClientSummary, MeasuredService, Measurement } from "../measurement/measurement";
import type { Prediction } from "../theory/prediction";
import { resolverTraits, type ResolverTraits } from "../theory/resolvers";
import { isReopened } from "./measuredContext";

const list = new Intl.ListFormat("en-GB", { type: "conjunction" });

/**
 * What there is to say of one client at a Service beside the verdict, a sentence each.
 *
 * @param shards what it saw from each of the probe's pods
 */
export function notesOn(
    client: ClientSummary,
    shards: readonly ClientSummary[],
    { pods }: Measurement,
    service: MeasuredService,
): string[] {
    const { prediction, requested, answered } = client;
    const traits = resolverTraits[client.resolver];
    const notes = prediction === null ? [] : [predictionNote(prediction, traits)];
    const reopened = shards.filter((shard) => isReopened(shard, service));
    if (reopened.length > 0) {
        const connections = reopened.reduce((sum, shard) => sum + shard.connections, 0);
        const where = shards.length === 1 ? "" : ` in ${reopened.length} of ${shards.length} probe pods`;
        notes.push(`The kept connection broke${where}: ${connections} connections were opened, and each counts once.`);
    }
    if (answered < requested) {
        const unready = pods.filter(({ ready }) => !ready).map(({ name }) => name);
        const isOffered = service.publishNotReadyAddresses && unready.length > 0;
        const [are, them] = unready.length > 1 ? ["are", "them"] : ["is", "it"];
        const why = isOffered
            ? `; ${list.format(unready)} ${are} not ready, and publishNotReadyAddresses offers ${them} to clients anyway`
            : "";
        notes.push(`${requested - answered} of ${requested} requests failed${why}.`);
        if (traits.takesTurns && service.kind === "headless") {
            notes.push("After a failure this client looks the name up again and takes turns in another order.");
        }
    }
    return notes;
}

function predictionNote({ compared, agreed, fallbacks }: Prediction, traits: ResolverTraits): string {
    const first = `the first address of its own DNS answer${traits.sortsByPrefix === true ? `, as ${traits.name} sorts it` : ""}`;
    const address = traits.takesTurns ? "the next address of the client's DNS answer" : first;
    if (compared === agreed) {
        return `${compared === 1 ? "The connection" : `Each of ${compared} connections`} went to ${address}.`;
    }
    const fallen = Object.values(fallbacks).reduce((sum, each) => sum + each, 0);
    const others = compared - agreed - fallen;
    const elsewhere = [
        ...(fallen === 0 ? [] : [`${fallen} went to a later address of ${fallen === 1 ? "its" : "their"} own answer`]),
        ...(others === 0 ? [] : [`${others} went elsewhere`]),
    ];
    return `${agreed} of ${compared} connections went to ${address}; ${elsewhere.join(", ")}.`;
}
