import * as pulumi from "@pulumi/pulumi";
import { setImmediate as nextTurn } from "node:timers/promises";
import { kubeconfigOf } from "../unit/kubernetesApi";
import { client, clusterIP, headless, measurement } from "../unit/measurements";
import { watch, type Inputs, type Monitor, type Registered } from "./registrations";

export interface Recorded {
    readonly resources: readonly Registered[];
    /** Messages of the errors that the program ends with, each once, as Pulumi's own runner shows them. */
    readonly errors: readonly string[];
}

export const measured = measurement([], [headless(client({ a: 3 })), clusterIP(client({ a: 1, b: 2 }))]);

/** A kubeconfig of a cluster that nobody calls, so that a test sees the same on every machine. */
export const kubeconfig = kubeconfigOf({ nowhere: "https://nowhere.invalid" });

/** Runs a program as `pulumi preview` would, on a fresh stack, without calling a cluster. */
export function preview(program: () => unknown, config: Record<string, string> = {}): Promise<Recorded> {
    return record(program, true, { "kubernetes:kubeconfig": kubeconfig, ...config });
}

/** Runs a program as `pulumi up` would. The resources come about at once; only the cluster's API has to be real. */
export function up(program: () => unknown, config: Record<string, string> = {}): Promise<Recorded> {
    return record(program, false, config);
}

async function record(program: () => unknown, dryRun: boolean, config: Record<string, string>): Promise<Recorded> {
    const resources: Registered[] = [];
    await pulumi.runtime.setMocks(
        { newResource, call: ({ inputs }) => inputs as Inputs },
        "traffic-split",
        "test",
        dryRun,
    );
    pulumi.runtime.setAllConfig(config);
    watch(pulumi.runtime.getMonitor() as unknown as Monitor, resources);

    const errors = new Map<unknown, string>();
    let fail: (error: unknown) => void = () => undefined;
    const failed = new Promise<void>((resolve) => {
        fail = (error) => {
            errors.set(error, errors.get(error) ?? messageOf(error));
            resolve();
        };
    });
    // The test runner would take an output that nobody awaits for a failure of its own.
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", fail);
    try {
        try {
            program();
        } catch (error) {
            fail(error);
        }
        // A program that failed never ends its calls: as Pulumi's runner does, wait until it does nothing any more.
        await Promise.race([pulumi.runtime.disconnect(), failed]);
        await quiet();
    } finally {
        process.removeAllListeners("unhandledRejection");
        listeners.forEach((listener) => process.on("unhandledRejection", listener));
    }
    return { resources, errors: [...errors.values()] };

    /** What a provider answers: the inputs, and what a cluster adds to them. */
    function newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
        const given = inputs as Inputs;
        const made = dryRun ? {} : { uid: `uid-of-${name}` };
        const metadata = { name: `${name}-4f2a`, ...made, ...(given["metadata"] as Inputs | undefined) };
        const collected = type.endsWith(":CollectedLogs") && !dryRun ? { measurement: measured } : {};
        const state = type.startsWith("kubernetes:") ? { ...given, metadata } : { ...given, ...collected };
        return { id: dryRun ? undefined : `id-of-${name}`, state };
    }
}

/** Pulumi puts the way that an error took through the inputs before it, and again at each of them. */
function messageOf(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^(error serializing property "\w+": )+/, "");
}

/** Until this process has had nothing to do for many turns: no file to read, and no answer to wait for. */
async function quiet(): Promise<void> {
    for (let idleTurns = 0; idleTurns < 100; idleTurns++) {
        await nextTurn();
        if (process.getActiveResourcesInfo().some((each) => /^(FSReq|TCPSocket|TCPConnect|GetAddrInfo)/.test(each))) {
            idleTurns = 0;
        }
    }
}
