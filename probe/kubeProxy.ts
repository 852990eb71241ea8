import { get } from "node:http";

/** Default port of kube-proxy's health check for load balancers. */
const healthPort = 10256;
const patienceMs = 1_000;

/**
 * Whether kube-proxy answers its health check at this node. This is the only sign of kube-proxy that a pod can see
 * where kube-proxy runs outside of pods. No answer within a second, or another answer, counts as no.
 *
 * @param node IPv4 address of the pod's own node
 */
export function isKubeProxyAlive(node: string, port = healthPort): Promise<boolean> {
    return new Promise((resolve) => {
        const asked = get(
            { host: node, port, path: "/healthz", signal: AbortSignal.timeout(patienceMs) },
            (response) => {
                let body = "";
                response.setEncoding("utf8");
                response.on("data", (chunk: string) => (body += chunk.slice(0, 1_024 - body.length)));
                response.on("end", () => {
                    resolve(response.statusCode === 200 && /^\{"lastUpdated":\s*"/.test(body));
                });
                response.on("error", () => {
                    resolve(false);
                });
            },
        );
        asked.on("error", () => {
            resolve(false);
        });
    });
}
