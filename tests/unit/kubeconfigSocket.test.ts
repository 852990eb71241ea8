import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { loadKubeconfig } from "../../components/cluster/kubeconfig";
import { KubeconfigSocket } from "../../components/jobLogs/kubeconfigSocket";
import { withEnvironment } from "./environment";
import { kubeconfigOf } from "./kubernetesApi";
import { refusal } from "./refusals";

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
        expect(JSON.parse(await text(createConnection(path)))).to.deep.equal(given);
        expect(given).to.deep.include({ context: "prod", server: "https://dev.example:6443" });
        expect(existsSync(dirname(path))).to.be.false;
        expect(await refusedAt(path)).to.equal("ENOENT");
    });

    describe("with a TMPDIR", () => {
        const root = mkdtempSync(join(tmpdir(), "sockets-"));
        after(() => {
            rmSync(root, { recursive: true });
        });
        withEnvironment(() => ({ TMPDIR: undefined }));

        /** A folder whose path has so many bytes. */
        function folderOf(bytes: number): string {
            const folder = join(root, "x".repeat(bytes - root.length - 1));
            mkdirSync(folder, { recursive: true });
            return folder;
        }

        for (const [bytes, isUsed] of [
            [71, true],
            [72, false],
            [200, false],
        ] as const) {
            it(`of ${bytes} bytes, is ${isUsed ? "" : "not "}below it, and hands all over`, async () => {
                process.env["TMPDIR"] = folderOf(bytes);
                const path = await new KubeconfigSocket().open(await loadKubeconfig({ kubeconfig: content }));
                expect(path.startsWith(`${process.env["TMPDIR"]}/`)).to.equal(isUsed);
                expect(statSync(dirname(path)).mode & 0o077).to.equal(0);
                expect(JSON.parse(await text(createConnection(path)))).to.have.property("context", "dev");
            });
        }

        it("that is not there, is refused by its name", async () => {
            process.env["TMPDIR"] = join(root, "none");
            const opened = new KubeconfigSocket().open(await loadKubeconfig({ kubeconfig: content }));
            expect(await refusal(opened)).to.match(
                /^TMPDIR: no folder can be made in \S+none: ENOENT.*; set it to a folder/,
            );
        });
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
            const { loadKubeconfig } = require("./components/cluster/kubeconfig");
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
