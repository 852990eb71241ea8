import { readFileSync } from "node:fs";

/** Content of a pod's resolv.conf(5). */
export interface ResolvConf {
    readonly nameservers: readonly string[];
    readonly search: readonly string[];
    readonly options: readonly string[];
}

/** @param path of the file. @default the pod's own */
export function readResolvConf(path = "/etc/resolv.conf"): ResolvConf {
    const words = (keyword: string): string[] =>
        readFileSync(path, "utf8")
            .split("\n")
            .map((line) => line.trim().split(/\s+/))
            .filter(([first]) => first === keyword)
            .flatMap(([, ...rest]) => rest);
    return {
        nameservers: words("nameserver"),
        search: words("search"),
        options: words("options"),
    };
}

/** The text of such a file. */
export function resolvConfText({ nameservers, search, options }: ResolvConf): string {
    const lines = nameservers.map((each) => `nameserver ${each}`);
    return [`search ${search.join(" ")}`, ...lines, `options ${options.join(" ")}`, ""].join("\n");
}

/**
 * The fully qualified name of a Service in the pod's own namespace, by the search domains that kubelet wrote for this
 * pod.
 *
 * @throws Error where there is no search domain for Services, as in a pod with a `dnsPolicy` other than ClusterFirst
 */
export function serviceName(service: string, { search }: Pick<ResolvConf, "search">): string {
    const domain = search.find((each) => /^[^.]+\.svc\./.test(each));
    if (domain === undefined) {
        throw new Error(
            `resolv.conf: must have a search domain <namespace>.svc.<cluster domain>, got ${search.join(" ") || "none"}`,
        );
    }
    return `${service}.${domain.replace(/\.$/, "")}`;
}

/**
 * The loopback address that one client has in place of one of the cluster's nameservers, so that the resolver knows who
 * asks.
 *
 * @param client position of the client, below 200
 * @param nameserver position of the nameserver, below 200
 */
export function loopbackOf(client: number, nameserver: number): string {
    return `127.0.${nameserver + 1}.${client + 10}`;
}
