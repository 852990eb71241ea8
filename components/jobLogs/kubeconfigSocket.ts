import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClusterAccess } from "../cluster/clusterAccess";
import { Refusal } from "../settings/refusal";

/** Bytes that the path of a Unix socket may have: 107 on Linux, 103 on macOS. */
const longestPath = 103;

/**
 * Passes the access to a cluster to a dynamic provider, which is another process on this machine, without writing it to
 * the stack's state or to disk. It uses a socket that only this user can connect to, once. The socket is gone when this
 * process ends.
 */
export class KubeconfigSocket {
    private withdraw: () => void = () => undefined;

    /**
     * @returns the socket's path; only the first client that connects gets the access, as JSON
     * @throws Refusal where no folder for it can be made
     */
    async open(access: ClusterAccess): Promise<string> {
        const folder = ownFolder();
        const path = join(folder, "kubeconfig");
        const server = createServer((connection) => {
            this.close();
            connection.end(JSON.stringify(access));
        }).listen(path);
        this.withdraw = () => {
            server.close();
            rmSync(folder, { recursive: true, force: true });
        };
        await once(server, "listening");
        // The socket alone must not keep the program running.
        server.unref();
        return path;
    }

    /**
     * Closes the socket if nobody connected. Pulumi's engine may end the program at any time, so nothing later does it.
     */
    close(): void {
        this.withdraw();
        this.withdraw = () => undefined;
    }
}

/** A new folder that only this user can read, below TMPDIR unless that is too long for a socket's path. */
function ownFolder(): string {
    const longest = longestPath - "/traffic-split-XXXXXX/kubeconfig".length;
    const parent = Buffer.byteLength(tmpdir()) <= longest ? tmpdir() : "/tmp";
    try {
        return mkdtempSync(join(parent, "traffic-split-"));
    } catch (error) {
        throw new Refusal(
            `TMPDIR: no folder can be made in ${parent}: ${(error as Error).message}; ` +
                `set it to a folder that can be written, whose path has at most ${longest} bytes`,
        );
    }
}
