import { get } from "node:http";

/** Where kube-proxy tells its node's load balancers how it is, by default. */
const healthPort = 10256;
const patienceMs = 1_000;

/**
 * Whether kube-proxy answers at this node: the only sign of life that reaches a pod, also where it runs beside the
 * cluster's pods. Who does not answer in a second, or in other words, is not known to be it.
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
