import type { Client, Endpoint } from "./context";

/** The pods whose addresses a sorting resolver puts first. */
export interface Preference {
    readonly pods: readonly Endpoint[];
    /** Leading bits that their addresses have in common with the client's; 0 where none lies in its subnet. */
    readonly bits: number;
}

/**
 * RFC 6724 rule 9, use longest matching prefix, for IPv4 as glibc applies it (rfc3484_sort in getaddrinfo.c): an
 * address counts only in the subnet of the source address, because outside of it common bits make no sense; there the
 * longest common prefix comes first. Pods that tie keep the order of the DNS answer.
 *
 * @returns null where an address that decides is not known
 */
export function longestPrefix({ address, prefixLength }: Client, endpoints: readonly Endpoint[]): Preference | null {
    if (
        prefixLength === 32 &&
        !endpoints.some((endpoint) => endpoint.address !== null && endpoint.address === address)
    ) {
        return { pods: endpoints, bits: 0 };
    }
    if (address === null || prefixLength === null) {
        return null;
    }
    let best: Preference = { pods: [], bits: 0 };
    for (const endpoint of endpoints) {
        if (endpoint.address === null) {
            return null;
        }
        const common = commonPrefixLength(address, endpoint.address);
        const bits = common >= prefixLength ? common : 0;
        if (bits > best.bits || best.pods.length === 0) {
            best = { pods: [endpoint], bits };
        } else if (bits === best.bits) {
            best = { pods: [...best.pods, endpoint], bits };
        }
    }
    return best;
}

/** Leading bits that two dotted IPv4 addresses have in common, 0 to 32. */
export function commonPrefixLength(one: string, other: string): number {
    return Math.clz32(toInteger(one) ^ toInteger(other));
}

function toInteger(address: string): number {
    return address.split(".").reduce((bits, octet) => (bits << 8) | Number(octet), 0);
}
