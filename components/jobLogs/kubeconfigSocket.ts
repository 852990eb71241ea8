import type { KubeConfig } from "@kubernetes/client-node";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Hands a kubeconfig to a dynamic provider, which is another process on this machine, past the stack's state and past
 * the disk: by a socket that only this user can connect to, once, and that ends with this process, however that ends.
 */
export class KubeconfigSocket {
    private withdraw: () => void = () => undefined;

    /** @returns the socket's path; who connects there first gets the kubeconfig as YAML, and nobody else does */
    async open(kubeconfig: KubeConfig): Promise<string> {
        const folder = mkdtempSync(join(tmpdir(), "traffic-split-"));
        const path = join(folder, "kubeconfig");
        const server = createServer((connection) => {
            this.close();
            connection.end(kubeconfig.exportConfig());
        }).listen(path);
        this.withdraw = () => {
            server.close();
            rmSync(folder, { recursive: true, force: true });
        };
        await once(server, "listening");
        // A program that has nothing else to do has nobody to wait for.
        server.unref();
        return path;
    }

    /**
     * Takes the offer back where nobody came for it. A program that waits for Pulumi's engine is ended without notice.
     */
    close(): void {
        this.withdraw();
        this.withdraw = () => undefined;
    }
}
