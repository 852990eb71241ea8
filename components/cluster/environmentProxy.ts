import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";
import { hostOf } from "./urlHost";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

/**
 * The proxy that the environment names for requests to a server, chosen as Go programs choose it, such as client-go and
 * the Kubernetes provider: HTTPS_PROXY or HTTP_PROXY by the server's scheme, unless NO_PROXY excludes the server or the
 * server is this machine. Libraries for Node.js read NO_PROXY differently: they support no CIDR, or match `example.com` to
 * that one host only.
 *
 * @param server URL
 * @returns the URL as it is written, with `http://` where it has no scheme; null for no proxy
 */
export function environmentProxy(server: string, environment: NodeJS.ProcessEnv = process.env): string | null {
    const { protocol, port } = new URL(server);
    const name = protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
    const proxy = proxyUrlOf(valueOf(environment, name));
    const target = {
        host: hostOf(server),
        port: port === "" ? defaultPortOf(protocol) : port,
    };
    if (proxy === null || target.host === "localhost" || isIn(loopback, target.host)) {
        return null;
    }
    const exceptions = valueOf(environment, "NO_PROXY")
        .split(",")
        .map((entry) => entry.trim().toLowerCase())
        .filter((entry) => entry !== "");
    return exceptions.some((entry) => isExcepted(target, entry)) ? null : proxy;
}

interface Target {
    readonly host: string;
    readonly port: string;
}

/** In capitals before lower case; an empty value is none. */
function valueOf(environment: NodeJS.ProcessEnv, name: string): string {
    return [environment[name], environment[name.toLowerCase()]].find((value) => value) ?? "";
}

/** A text that is no URL with a host, with or without a scheme, counts as none. */
function proxyUrlOf(text: string): string | null {
    return [text, `http://${text}`].find((url) => URL.canParse(url) && new URL(url).host !== "") ?? null;
}

function defaultPortOf(protocol: string): string {
    return protocol === "https:" ? "443" : "80";
}

function isExcepted(target: Target, entry: string): boolean {
    if (entry === "*") {
        return true;
    }
    const network = networkOf(entry);
    if (network !== null) {
        return isIn(network, target.host);
    }
    const { host, port } = hostAndPortOf(entry);
    if (host === "" || (port !== "" && port !== target.port)) {
        return false;
    }
    if (isIP(host) !== 0 || isIP(target.host) !== 0) {
        return isIP(host) !== 0 && isIn(addressOf(host), target.host);
    }
    // `example.com` is that host and all below it; `.example.com` and `*.example.com` are only those below it.
    const suffix = asciiOf(host).replace(/^\*(?=\.)/, "");
    return suffix.startsWith(".") ? target.host.endsWith(suffix) : `.${target.host}`.endsWith(`.${suffix}`);
}

/** A domain as a URL has it. Labels in ASCII stay: one of digits alone would become an address. */
function asciiOf(domain: string): string {
    return domain.replace(/[^.]*\P{ASCII}[^.]*/gu, (label) => domainToASCII(label));
}

/** The network of an address with a prefix; null where it is none. */
function networkOf(entry: string): BlockList | null {
    const [, address = "", prefix = ""] = /^(.+)\/(\d{1,3})$/.exec(entry) ?? [];
    const family = isIP(address);
    if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) {
        return null;
    }
    const network = new BlockList();
    network.addSubnet(address, Number(prefix), family === 4 ? "ipv4" : "ipv6");
    return network;
}

/** An IPv6 address has brackets only where a port follows; the port is "" for any. */
function hostAndPortOf(entry: string): Target {
    const [, bracketed, plain, port = ""] = /^(?:\[(.*)\](?=:)|([^:]*))(?::([^:]*))?$/.exec(entry) ?? [];
    return { host: bracketed ?? plain ?? entry, port };
}

function addressOf(host: string): BlockList {
    const address = new BlockList();
    address.addAddress(host, isIP(host) === 4 ? "ipv4" : "ipv6");
    return address;
}

function isIn(list: BlockList, host: string): boolean {
    const family = isIP(host);
    return family !== 0 && list.check(host, family === 4 ? "ipv4" : "ipv6");
}
