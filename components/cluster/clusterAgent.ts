import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions, type RequestOptions } from "node:https";
import { checkServerIdentity, type PeerCertificate } from "node:tls";
import type { ProxyAgentRequestOptions } from "hpagent";
import type { ClientCertificate, ClusterAccess } from "./clusterAccess";
import { hostOf, withoutBrackets } from "./urlHost";

/** The agent for connections to a cluster's API, directly or through its proxy. Preflight and the collector use it. */
export async function clusterAgent(
    { server, proxyUrl, tlsServerName, skipTLSVerify, ca, timeoutSeconds }: ClusterAccess,
    certificate: ClientCertificate | null,
): Promise<HttpAgent> {
    const tls: AgentOptions = {
        ...(ca === null ? {} : { ca }),
        ...(tlsServerName === null ? {} : { servername: tlsServerName }),
        ...(certificate ?? {}),
        ...(skipTLSVerify ? { rejectUnauthorized: false } : {}),
    };
    const isSecure = server.startsWith("https:");
    if (proxyUrl === null) {
        return isSecure ? new HttpsAgent(tls) : new HttpAgent();
    }
    // Packages for proxies are loaded only where there is one.
    if (proxyUrl.startsWith("socks")) {
        const { SocksProxyAgent } = await import("socks-proxy-agent");
        const agent = new SocksProxyAgent(proxyUrl, tls);
        agent.proxy.host = hostOf(proxyUrl);
        return agent;
    }
    const { HttpProxyAgent, HttpsProxyAgent } = await import("hpagent");
    const { hostname } = new URL(server);
    const proxyRequestOptions: ProxyAgentRequestOptions & RequestOptions = {
        hostname: hostOf(proxyUrl),
        ...byAddress,
    };
    const through = {
        proxy: proxyUrl,
        timeout: timeoutSeconds * 1000,
        // A CONNECT has an IPv6 address in brackets, which the agent leaves to its caller.
        ...(hostname.startsWith("[") ? { host: hostname } : {}),
        proxyRequestOptions,
    };
    return isSecure ? new HttpsProxyAgent({ ...tls, ...through, ...byAddress }) : new HttpProxyAgent(through);
}

/** A certificate has its addresses without the brackets of a URL. */
const byAddress = {
    checkServerIdentity: (host: string, certificate: PeerCertificate): Error | undefined =>
        checkServerIdentity(withoutBrackets(host), certificate),
};
