import { readFileSync } from "node:fs";

/** What resolv.conf(5) holds, as far as a pod's does. */
export interface ResolvConf {
    readonly nameservers: readonly string[];
    readonly search: readonly string[];
    readonly options: readonly string[];
}

export function readResolvConf(path = "/etc/resolv.conf"): ResolvConf {
    const words = (keyword: string): string[] =>
        readFileSync(path, "utf8")
            .split("\n")
            .map((line) => line.trim().split(/\s+/))
            .filter(([first]) => first === keyword)
            .flatMap(([, ...rest]) => rest);
    return { nameservers: words("nameserver"), search: words("search"), options: words("options") };
}

export function resolvConfText({ nameservers, search, options }: ResolvConf): string {
    const lines = nameservers.map((each) => `nameserver ${each}`);
    return [`search ${search.join(" ")}`, ...lines, `options ${options.join(" ")}`, ""].join("\n");
}

/**
 * Fully qualified name of a Service of the pod's own namespace, by the search list that kubelet wrote for this pod.
 *
 * @throws Error where no search domain is that of a namespace's Services (a pod with `dnsPolicy` other than
 *     ClusterFirst)
 */
export function serviceName(service: string, { search }: Pick<ResolvConf, "search">): string {
    const domain = search.find((each) => /^[^.]+\.svc\./.test(each));
    if (domain === undefined) {
        throw new Error("resolv.conf has no search domain <namespace>.svc.<cluster domain>");
    }
    return `${service}.${domain.replace(/\.$/, "")}`;
}

/**
 * The loopback address that stands for one of the cluster's nameservers for one client, so that the resolver knows who
 * asks.
 *
 * @param client and nameserver: positions, below 200
 */
export function loopbackOf(client: number, nameserver: number): string {
    return `127.0.${nameserver + 1}.${client + 10}`;
}
