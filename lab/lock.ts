import { createHash } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Runs some work while no other process on this machine runs work under the same name, and waits for that. The lock is an
 * abstract socket, which the kernel releases when its holder ends.
 *
 * @param name what is locked, such as a folder
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    const path = `\0traffic-split-${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
    let release = await acquire(path);
    for (let tries = 0; release === undefined; release = await acquire(path)) {
        if (tries++ === 0) {
            console.error("waiting for another run of the lab to finish");
        }
        await sleep(1_000);
    }
    try {
        return await work();
    } finally {
        release();
    }
}

function acquire(path: string): Promise<(() => void) | undefined> {
    return new Promise((resolve, reject) => {
        const server = createServer();
        server.once("error", (error: NodeJS.ErrnoException) => {
            if (error.code === "EADDRINUSE") {
                resolve(undefined);
            } else {
                reject(error);
            }
        });
        server.listen({ path }, () => {
            resolve(() => server.close());
        });
    });
}
