import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileOf, programOf } from "../../components/probe/clientPrograms";
import { clientKinds } from "../../components/settings/clients";
import type { CountedLog } from "../../split/protocol/countedLog";
import { parseClientLog } from "../../split/protocol/clientLog";
import type { RequestLog } from "../../split/protocol/requestLog";

/** Answers with a pod's name, as nginx does. */
export const answering: RequestListener = (_, response) => {
    response.end("nginx-7d9c5b-2kq8x\n");
};

/**
 * An HTTP server on loopback, as long as `use` takes.
 *
 * @param tls key and certificate, in PEM, of an HTTPS server
 */
export async function serving<T>(
    listener: RequestListener,
    use: (port: number) => Promise<T>,
    host = "127.0.0.1",
    tls?: { readonly key: string; readonly cert: string },
): Promise<T> {
    const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    try {
        return await use((server.address() as AddressInfo).port);
    } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
    }
}

// One for all runs: Go links a program anew wherever it has not been before.
const programs = mkdtempSync(join(tmpdir(), "client-"));
process.on("exit", () => {
    rmSync(programs, { recursive: true, force: true });
});

export interface ClientRun {
    readonly connection?: "new" | "kept-alive";
    /** Of one pod, or of each of several. */
    readonly requests: number | readonly number[];
    readonly port: number;
    readonly services?: readonly string[];
    readonly environment?: Record<string, string>;
}

/**
 * Runs a client's program as its container does, but with this machine's own curl, Python, Go or Node.
 *
 * @throws Error where it ends with another code than 0, LogError where its log is not whole
 */
export async function runClient(kind: string, run: ClientRun): Promise<RequestLog> {
    const log = await logOf(kind, run);
    if (log.kind === "counted") {
        throw new Error(`${kind} counts`);
    }
    return log;
}

/** As {@link runClient}, for one that counts its requests. */
export async function runCounting(kind: string, run: ClientRun): Promise<CountedLog> {
    const log = await logOf(kind, run);
    if (log.kind === "requests") {
        throw new Error(`${kind} prints a line for each request`);
    }
    return log;
}

async function logOf(kind: string, run: ClientRun): Promise<RequestLog | CountedLog> {
    const { code, log, errors } = await endOf(kind, run);
    if (code !== 0) {
        throw new Error(`${kind} ended with exit code ${code}: ${errors}`);
    }
    return parseClientLog(log);
}

async function endOf(kind: string, run: ClientRun): Promise<{ code: number | null; log: string; errors: string }> {
    const { connection = "new", requests, port, services = ["localhost"], environment } = run;
    const found = clientKinds.find((each) => each.kind === kind);
    if (found === undefined) {
        throw new Error(`there is no client ${kind}`);
    }
    const [command = "", ...options] = found.command;
    const program = join(programs, fileOf(found));
    if (!existsSync(program)) {
        writeFileSync(program, await programOf(found));
    }
    const args = [...options, program, "me", connection, String(requests), String(port), ...services];
    const env = { ...process.env, CGO_ENABLED: "0", ...environment };
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    const code = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
    const [log, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, log, errors };
}
