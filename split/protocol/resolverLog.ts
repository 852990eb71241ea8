import { addressSet, lookup, resolverHeader, type AddressSet, type Lookup, type ResolverHeader } from "./line";
import { decode, decodeKind, frame, LogError, wholeRun, type RawLine } from "./decodeLine";

/** The DNS answers to all clients, read from one whole log. */
export interface ResolverLog {
    readonly header: ResolverHeader;
    /**
     * The answers that one client got for one Service, first look-up first: addresses in the order of the answer. An
     * empty answer is one too.
     *
     * @param client as the header names it
     * @param service its name without the namespace
     */
    answersTo(client: string, service: string): readonly (readonly string[])[];
    /** The different sets of addresses that DNS returned for one Service: several where its endpoints changed. */
    setsOf(service: string): readonly AddressSet[];
}

/**
 * Reads the log of the resolver that stands between the clients and the cluster's DNS.
 *
 * @throws LogError where the log is not exactly one whole run, or an answer has an address that the log does not define
 */
export function parseResolverLog(text: string): ResolverLog {
    const { first, between, end } = frame(wholeRun(text), "resolver", ["addresses", "lookup"]);
    const header = decode(first, resolverHeader);
    const sets = decodeKind(between, "addresses", addressSet);
    const lookups = between.filter(({ kind }) => kind === "lookup").map((line) => checkedLookup(line, header, sets));
    if (end.count !== lookups.length) {
        throw new LogError(`the last line counts ${end.count} look-ups, but the log has ${lookups.length}`);
    }
    const nameOf = (service: string): number => header.names.findIndex((name) => name.startsWith(`${service}.`));
    return {
        header,
        answersTo: (client, service) =>
            lookups
                .filter((each) => header.clients[each.client] === client && each.name === nameOf(service))
                .map(({ set, order }) => order.map((i) => sets[set]?.[i] ?? "")),
        setsOf: (service) => {
            const used = new Set(lookups.filter(({ name }) => name === nameOf(service)).map(({ set }) => set));
            return [...used].map((set) => sets[set] ?? []);
        },
    };
}

function checkedLookup(line: RawLine, { clients, names }: ResolverHeader, sets: readonly AddressSet[]): Lookup {
    const found = decode(line, lookup);
    const size = sets[found.set]?.length ?? -1;
    const isPermutation = found.order.length === size && new Set(found.order).size === size;
    const isInside = found.client < clients.length && found.name < names.length;
    if (!isPermutation || !isInside || found.order.some((i) => i >= size)) {
        throw new LogError(
            `line ${line.sequence} (lookup) refers to something that the log does not define: ${line.json}`,
        );
    }
    return found;
}
