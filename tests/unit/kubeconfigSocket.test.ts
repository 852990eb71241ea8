import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync, statSync } from "node:fs";
import { createConnection } from "node:net";
import { dirname } from "node:path";
import { text } from "node:stream/consumers";
import { loadKubeconfig } from "../../components/preflight/cluster";
import { KubeconfigSocket } from "../../components/jobLogs/kubeconfigSocket";
import { kubeconfigOf } from "./kubernetesApi";

const content = kubeconfigOf({ dev: "https://dev.example:6443", prod: "https://prod.example:6443" });

async function refusedAt(path: string): Promise<string | undefined> {
    const [error] = (await once(createConnection(path), "error")) as [NodeJS.ErrnoException];
    return error.code;
}

describe("a kubeconfig's socket", () => {
    it("hands it over whole, once, where only this user comes", async () => {
        const given = await loadKubeconfig({ kubeconfig: content, context: "prod", cluster: "dev-cluster" });
        const path = await new KubeconfigSocket().open(given);
        expect(statSync(dirname(path)).mode & 0o077).to.equal(0);
        const again = await loadKubeconfig({ kubeconfig: await text(createConnection(path)) });
        expect(again.getCurrentContext()).to.equal("prod");
        expect(again.getCurrentCluster()?.server).to.equal("https://dev.example:6443");
        expect(again.getCurrentUser()?.token).to.equal("t0ken");
        expect(existsSync(dirname(path))).to.be.false;
        expect(await refusedAt(path)).to.equal("ENOENT");
    });

    it("leaves nothing where the offer is taken back", async () => {
        const socket = new KubeconfigSocket();
        const path = await socket.open(await loadKubeconfig({ kubeconfig: content }));
        socket.close();
        socket.close();
        expect(existsSync(dirname(path))).to.be.false;
        expect(await refusedAt(path)).to.equal("ENOENT");
    });

    it("opens for nobody after its program was killed", async () => {
        const program = `
            const { loadKubeconfig } = require("./components/preflight/cluster");
            const { KubeconfigSocket } = require("./components/jobLogs/kubeconfigSocket");
            const open = (kubeconfig) => new KubeconfigSocket().open(kubeconfig);
            loadKubeconfig({ kubeconfig: ${JSON.stringify(content)} }).then(open).then(console.log);
            process.stdin.resume();`;
        const child = spawn(process.execPath, ["--require", "./typescript.cjs", "--eval", program]);
        const [printed] = (await once(child.stdout, "data")) as [Buffer];
        const path = printed.toString().trim();
        child.kill("SIGKILL");
        await once(child, "exit");
        expect(await refusedAt(path)).to.equal("ECONNREFUSED");
        rmSync(dirname(path), { recursive: true });
    }).timeout(20_000);
});
