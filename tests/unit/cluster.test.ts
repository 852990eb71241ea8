import { expect } from "chai";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { checkReachable } from "../../components/cluster/clusterSettings";
import { clusterApi, type ClusterApi } from "../../components/cluster/clusterApi";
import { loadKubeconfig } from "../../components/cluster/kubeconfig";
import { withEnvironment } from "./environment";
import { kubeconfigOf, KubernetesApi } from "./kubernetesApi";
import { refusal } from "./refusals";

async function clusterAt(url: string): Promise<ClusterApi> {
    return clusterApi(await loadKubeconfig({ kubeconfig: kubeconfigOf({ dev: url }) }));
}

describe("a cluster's API", () => {
    it("is reachable when it tells its version", async () => {
        const api = new KubernetesApi({ "/version": { major: "1", minor: "34" } });
        await api.start();
        try {
            await checkReachable(await clusterAt(api.url));
            expect(api.seen).to.deep.equal(["/version"]);
        } finally {
            await api.stop();
        }
    });

    it("is out of reach where nobody listens: the error names context, address and cause", async () => {
        const api = new KubernetesApi({});
        await api.start();
        const { url } = api;
        await api.stop();
        const message = await refusal(checkReachable(await clusterAt(url)));
        expect(message).to.match(
            /^kubernetes:context: dev at http:\/\/127\.0\.0\.1:\d+ can't be reached: .*ECONNREFUSED/,
        );
    });

    withEnvironment(() => ({ PULUMI_K8S_CLIENT_TIMEOUT: "1" }));

    it("is out of reach where it, or the proxy to it, accepts connections and says nothing; both are closed then", async () => {
        const silent = createServer().listen(0, "127.0.0.1");
        await once(silent, "listening");
        const open = new Set<Socket>();
        silent.on("connection", (socket) => {
            open.add(socket);
            socket.on("close", () => open.delete(socket)).resume();
        });
        const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
        const ways = [
            { server: url, proxyUrl: null },
            { server: "https://api.shop.test", proxyUrl: url },
        ];
        const access = await loadKubeconfig({ kubeconfig: kubeconfigOf({ dev: url }) });
        try {
            const messages = ways.map(async (way) => {
                const cluster = await clusterApi({ ...access, ...way });
                const message = await refusal(checkReachable(cluster));
                cluster.close();
                return message;
            });
            for (const message of await Promise.all(messages)) {
                expect(message).to.match(
                    /can't be reached( through the proxy \S+)?: (no answer within 1 s|.*Proxy timeout)$/,
                );
            }
            await sleep(200);
            expect(open.size).to.equal(0);
        } finally {
            open.forEach((socket) => socket.destroy());
            silent.close();
        }
    });

    it("says so where it refuses the credentials, in one line", async () => {
        const api = new KubernetesApi({ "/version": 401 });
        await api.start();
        try {
            expect(await refusal(checkReachable(await clusterAt(api.url)))).to.match(
                /^kubernetes:context: dev at \S+ refuses these credentials: .*401.*$/,
            );
        } finally {
            await api.stop();
        }
    });
});
