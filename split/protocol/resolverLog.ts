import { z } from "zod";
import { decode, frame, LogError, wholeRun, type RawLine } from "./rawLine";
import type { AddressSet, Lookup, ResolverHeader } from "./line";

/** What every client was answered when it looked a name up, read from one whole log. */
export interface ResolverLog {
    readonly header: ResolverHeader;
    /**
     * Addresses in the order of each answer that this client got for this Service, first look-up first; an empty answer
     * is one too.
     *
     * @param client as the header names it
     * @param service its name without namespace
     */
    answersTo(client: string, service: string): readonly (readonly string[])[];
    /** How many different sets of addresses DNS named for this Service; above 1, its endpoints changed meanwhile. */
    setsOf(service: string): readonly AddressSet[];
}

const position = z.int().nonnegative();
const words = z.array(z.string());

const header: z.ZodType<ResolverHeader> = z.strictObject({
    pod: z.string(),
    address: z.ipv4(),
    prefixLength: z.int().min(0).max(32),
    nameservers: z.array(z.string()).min(1),
    search: words,
    options: words,
    kubeProxy: z.boolean(),
    caCertificate: z.string().nullable(),
    clients: words,
    names: words,
});
const addressSet: z.ZodType<AddressSet> = z.array(z.ipv4());
const lookup = z
    .tuple([position, position, position, z.array(position)])
    .transform(([client, name, set, order]): Lookup => ({ client, name, set, order }));

/**
 * Reads the log of the resolver that stands between the clients and the cluster's DNS.
 *
 * @throws LogError where the log is not exactly one whole run, or an answer is none of the addresses that it names
 */
export function parseResolverLog(text: string): ResolverLog {
    const { first, between, end } = frame(wholeRun(text), "resolver", ["addresses", "lookup"]);
    const head = decode(first, header);
    const sets = between.filter(({ kind }) => kind === "addresses").map((line) => decode(line, addressSet));
    const lookups = between.filter(({ kind }) => kind === "lookup").map((line) => checked(line, head, sets));
    if (end.count !== lookups.length) {
        throw new LogError(`the trailer counts ${end.count} look-ups, the log has ${lookups.length}`);
    }
    const nameOf = (service: string): number => head.names.findIndex((name) => name.startsWith(`${service}.`));
    return {
        header: head,
        answersTo: (client, service) =>
            lookups
                .filter((each) => head.clients[each.client] === client && each.name === nameOf(service))
                .map(({ set, order }) => order.map((i) => sets[set]?.[i] ?? "")),
        setsOf: (service) => {
            const used = new Set(lookups.filter(({ name }) => name === nameOf(service)).map(({ set }) => set));
            return [...used].map((set) => sets[set] ?? []);
        },
    };
}

function checked(line: RawLine, { clients, names }: ResolverHeader, sets: readonly AddressSet[]): Lookup {
    const found = decode(line, lookup);
    const size = sets[found.set]?.length ?? -1;
    const isPermutation = found.order.length === size && new Set(found.order).size === size;
    const isInside = found.client < clients.length && found.name < names.length;
    if (!isPermutation || !isInside || found.order.some((i) => i >= size)) {
        throw new LogError(`line ${line.sequence} (lookup) names what the log does not hold: ${line.json}`);
    }
    return found;
}
