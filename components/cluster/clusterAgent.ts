import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions } from "node:https";
import type { ClientCertificate, ClusterAccess } from "./clusterAccess";

/** Makes the connection to a cluster's API, past or through its proxy: for preflight and the collector alike. */
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
    // Who has no proxy does not load what speaks to one.
    if (proxyUrl.startsWith("socks")) {
        const { SocksProxyAgent } = await import("socks-proxy-agent");
        return new SocksProxyAgent(proxyUrl, tls);
    }
    const { HttpProxyAgent, HttpsProxyAgent } = await import("hpagent");
    const through = { proxy: proxyUrl, timeout: timeoutSeconds * 1000 };
    return isSecure ? new HttpsProxyAgent({ ...tls, ...through }) : new HttpProxyAgent(through);
}
