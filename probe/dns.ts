import { readFileSync } from "node:fs";
import { Resolver } from "node:dns/promises";
import { networkInterfaces } from "node:os";

/**
 * Fully qualified name of a Service, by the search list that kubelet wrote for this pod.
 *
 * @throws Error where no search domain is that of the namespace's Services (a pod with `dnsPolicy` other than ClusterFirst)
 */
export function serviceName(service: string, namespace: string, resolvConf = "/etc/resolv.conf"): string {
    const domain = readFileSync(resolvConf, "utf8")
        .split("\n")
        .filter((line) => /^search\s/.test(line))
        .flatMap((line) => line.split(/\s+/).slice(1))
        .find((each) => each.startsWith(`${namespace}.svc.`));
    if (domain === undefined) {
        throw new Error(`${resolvConf} has no search domain ${namespace}.svc.<cluster domain>`);
    }
    return `${service}.${domain.replace(/\.$/, "")}`;
}

/**
 * A records in the order of the DNS answer: asked by a resolver of its own, because getaddrinfo would sort them.
 * An unknown name has no addresses; any other failure is thrown.
 */
export async function addressRecords(name: string): Promise<string[]> {
    try {
        return await new Resolver({ timeout: 2_000, tries: 2 }).resolve4(name);
    } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "ENOTFOUND" || code === "ENODATA") {
            return [];
        }
        throw error;
    }
}

/** The pod's own IPv4 address and its interface's prefix length: with the answers, what RFC 6724 rule 9 looks at. */
export function ownAddress(): { address: string; prefixLength: number } {
    const external = Object.values(networkInterfaces())
        .flatMap((addresses) => addresses ?? [])
        .find(({ family, internal }) => family === "IPv4" && !internal);
    if (external?.cidr == null) {
        throw new Error("this pod has no IPv4 address besides loopback");
    }
    return { address: external.address, prefixLength: Number(external.cidr.split("/")[1]) };
}
