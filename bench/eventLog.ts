import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { StringDecoder } from "node:string_decoder";

interface Event {
    readonly resourcePreEvent?: { readonly metadata: { readonly urn: string } };
    readonly resOutputsEvent?: { readonly metadata: { readonly urn: string } };
}

/** When the engine began with a resource and when it was done, in milliseconds since 1970, by the resource's name. */
export interface Moments {
    readonly begun: Map<string, number>;
    readonly done: Map<string, number>;
}

/**
 * Reads the engine's event log while it is written: its own timestamps are whole seconds.
 *
 * @param file that `pulumi --event-log` writes
 * @param running ends when Pulumi has
 */
export async function follow(file: string, running: Promise<unknown>): Promise<Moments> {
    const moments: Moments = { begun: new Map(), done: new Map() };
    const [decoder, buffer] = [new StringDecoder(), Buffer.alloc(1 << 20)];
    const pulumi = { hasEnded: false };
    const end = running.finally(() => (pulumi.hasEnded = true));
    let descriptor: number | undefined;
    let rest = "";
    for (let last = false; !last; last = pulumi.hasEnded, await Promise.race([sleep(5), end])) {
        descriptor ??= existsSync(file) ? openSync(file, "r") : undefined;
        const length = descriptor === undefined ? 0 : readSync(descriptor, buffer);
        const lines = (rest + decoder.write(buffer.subarray(0, length))).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
            note(JSON.parse(line) as Event, moments);
        }
    }
    if (descriptor !== undefined) {
        closeSync(descriptor);
    }
    return moments;
}

function note({ resourcePreEvent, resOutputsEvent }: Event, { begun, done }: Moments): void {
    const name = (urn: string): string => urn.slice(urn.lastIndexOf("::") + 2);
    if (resourcePreEvent !== undefined) {
        begun.set(name(resourcePreEvent.metadata.urn), Date.now());
    }
    if (resOutputsEvent !== undefined) {
        done.set(name(resOutputsEvent.metadata.urn), Date.now());
    }
}
