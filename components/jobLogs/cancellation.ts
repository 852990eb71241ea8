import { Server } from "node:net";

/** How the engine asks a provider to end what it is doing. */
const cancelCall = "/pulumirpc.ResourceProvider/Cancel";
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

interface Http2Stream {
    readonly ":path"?: string;
}

/**
 * Does some work that can be cancelled by the engine, by a signal, and by the end of the process that reads this one's
 * output, which is the one that asked for the work.
 *
 * Signals to Pulumi do not reach a provider, whose process has a group of its own. The engine calls its `Cancel` instead,
 * and then waits for the work. Pulumi's Node provider answers that call without passing it on, so the call is noticed at
 * the server.
 *
 * @param work must end soon after its signal is aborted, and undo first what it changed
 */
export async function cancellable<T>(work: (cancelled: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const cancel = (why: string): void => {
        controller.abort(new Error(`the update was cancelled (${why}) while the probe ran`));
    };
    const onStream = (_stream: unknown, headers: Http2Stream): void => {
        if (headers[":path"] === cancelCall) {
            cancel("by Pulumi");
        }
    };
    const ends: string[] = [];
    const onEnd = (why: string) => (): void => {
        ends.push(why);
        cancel(why);
    };
    const onSignals = signals.map((signal) => [signal, onEnd(signal)] as const);
    const onBroken = onEnd("nobody reads its output");
    const servers = listeningServers();
    servers.forEach((server) => server.on("stream", onStream));
    onSignals.forEach(([signal, end]) => process.on(signal, end));
    for (const stream of [process.stdout, process.stderr]) {
        stream.on("error", onBroken);
    }
    try {
        return await work(controller.signal);
    } finally {
        servers.forEach((server) => server.off("stream", onStream));
        onSignals.forEach(([signal, end]) => process.off(signal, end));
        if (ends.length > 0) {
            // The answer may still be read. After that the signal ends this process, as it would have done by default.
            setTimeout(() => process.exit(1), 500);
        } else {
            for (const stream of [process.stdout, process.stderr]) {
                stream.off("error", onBroken);
            }
        }
    }
}

/**
 * What some work answers, unless it is cancelled first.
 *
 * @throws the signal's reason; the work itself goes on, and its result is ignored
 */
export async function unless<T>(cancelled: AbortSignal, work: Promise<T>): Promise<T> {
    let abort: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
        abort = () => {
            reject(cancelled.reason as Error);
        };
        cancelled.addEventListener("abort", abort);
    });
    if (cancelled.aborted) {
        abort();
    }
    try {
        return await Promise.race([work, aborted]);
    } finally {
        cancelled.removeEventListener("abort", abort);
    }
}

/** The servers of this process: Node.js has no other way to find a server that other code has made. */
function listeningServers(): Server[] {
    const { _getActiveHandles: handles = () => [] } = process as { _getActiveHandles?: () => unknown[] };
    return handles.call(process).filter((each) => each instanceof Server);
}
