import type { Backend, Client } from "./context";

/** The pods whose addresses a sorting resolver puts first. */
export interface Preference {
    readonly pods: readonly Backend[];
    /** Leading bits that their addresses share with the client's; 0 where no address is in its subnet. */
    readonly bits: number;
}

/**
 * RFC 6724 rule 9, use longest matching prefix, for IPv4 as glibc applies it (rfc3484_sort in getaddrinfo.c): shared
 * bits count only for an address in the subnet of the client's own; there the longest common prefix comes first. Pods
 * that tie keep the order of the DNS answer.
 *
 * @returns null where an address that decides is not known
 */
export function longestPrefix(
    { address, prefixLength }: Pick<Client, "address" | "prefixLength">,
    backends: readonly Backend[],
): Preference | null {
    if (prefixLength === 32 && !backends.some((backend) => backend.address !== null && backend.address === address)) {
        return { pods: backends, bits: 0 };
    }
    if (address === null || prefixLength === null) {
        return null;
    }
    let best: Preference = { pods: [], bits: 0 };
    for (const backend of backends) {
        if (backend.address === null) {
            return null;
        }
        const common = commonPrefixLength(address, backend.address);
        const bits = common >= prefixLength ? common : 0;
        if (bits > best.bits || best.pods.length === 0) {
            best = { pods: [backend], bits };
        } else if (bits === best.bits) {
            best = { pods: [...best.pods, backend], bits };
        }
    }
    return best;
}

/** Leading bits that two dotted IPv4 addresses share, 0 to 32. */
export function commonPrefixLength(one: string, other: string): number {
    return Math.clz32(toInteger(one) ^ toInteger(other));
}

function toInteger(address: string): number {
    return address.split(".").reduce((bits, octet) => (bits << 8) | Number(octet), 0);
}
