import * as pulumi from "@pulumi/pulumi";
import { createConnection } from "node:net";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { packed } from "../../components/jobLogs/packed";
import { bundle } from "../../components/probe/bundle";
import { programOf } from "../../components/probe/clientPrograms";
import { clientKinds } from "../../components/settings/clients";
import { kubeconfigOf } from "../unit/kubernetesApi";
import { backend, client, clusterIP, headless, measurement as measurementOf } from "../unit/measurements";
import type { Measurement } from "../../split/measurement/measurement";
import type { Run } from "../../split/verdict/run";
import { watch, type Inputs, type Monitor, type Registered } from "./registrations";

export interface Recorded {
    readonly resources: readonly Registered[];
    /** Messages of the errors that the program ends with, each once, as Pulumi's own runner shows them. */
    readonly errors: readonly string[];
    /** Messages that the program logged as errors: Pulumi fails the update for them when the program has ended. */
    readonly logged: readonly string[];
    readonly warnings: readonly string[];
    /** What was handed over to who reads logs. */
    readonly kubeconfigs: readonly string[];
    /** Bytes that the stack's state takes for these resources, as JSON. */
    readonly stateBytes: number;
}

const pods = [backend("a", "10.244.0.5"), backend("b", "10.244.1.4")];
/** What every object of the component `split` is marked with. */
export const ownerOfSplit = "kept-by-split-owner";
export const stackOfSplit = "organization/traffic-split/test/split";
export const measured = measurementOf(pods, [headless(client({ a: 3 })), clusterIP(client({ a: 1, b: 2 }))]);

/** A kubeconfig of a cluster that nobody calls, so that a test sees the same on every machine. */
export const kubeconfig = kubeconfigOf({ nowhere: "https://nowhere.invalid" });

/** What a stack's state holds of a resource, by its URN. */
export type State = Readonly<Record<string, { readonly type: string; readonly outputs: object }>>;

/**
 * Runs a program as `pulumi preview` would, on a machine without any kubeconfig.
 *
 * @param state what earlier updates left; null where it can't be read
 */
export async function preview(
    program: () => unknown,
    config: Record<string, string> = {},
    state: State | null = {},
): Promise<Recorded> {
    const { KUBECONFIG, HOME } = process.env;
    Reflect.deleteProperty(process.env, "KUBECONFIG");
    process.env["HOME"] = "/nonexistent";
    try {
        return await record(program, true, config, null, state);
    } finally {
        Object.assign(process.env, { HOME, ...(KUBECONFIG === undefined ? {} : { KUBECONFIG }) });
    }
}

/**
 * Runs a program as `pulumi up` would. The resources come about at once; only the cluster's API has to be real.
 *
 * @param previous the run before that a reader of logs has seen
 * @param collected what it reads
 */
export function up(
    program: () => unknown,
    config: Record<string, string> = {},
    previous: Run | null = null,
    collected: Measurement = measured,
): Promise<Recorded> {
    return record(program, false, config, previous, {}, collected);
}

async function record(
    program: () => unknown,
    dryRun: boolean,
    config: Record<string, string>,
    previous: Run | null = null,
    state: State | null = {},
    measurement: Measurement = measured,
): Promise<Recorded> {
    const resources: Registered[] = [];
    const kubeconfigs: string[] = [];
    const states: object[] = [];
    await everyBundle();
    await pulumi.runtime.setMocks({ newResource, call: answer }, "traffic-split", "test", dryRun, "organization");
    pulumi.runtime.setAllConfig(config);
    watch(pulumi.runtime.getMonitor() as unknown as Monitor, resources);

    const logged: string[] = [];
    const warnings: string[] = [];
    const log = pulumi.log as { error: typeof pulumi.log.error; warn: typeof pulumi.log.warn };
    const { error: logError, warn: logWarning } = log;
    log.error = (message) => {
        logged.push(message);
        return Promise.resolve();
    };
    log.warn = (message) => {
        warnings.push(message);
        return Promise.resolve();
    };
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
        Object.assign(log, { error: logError, warn: logWarning });
        process.removeAllListeners("unhandledRejection");
        listeners.forEach((listener) => process.on("unhandledRejection", listener));
    }
    const stateBytes = bytesOf([states, resources.map(({ inputs, outputs }) => ({ inputs, outputs }))]);
    return { resources, errors: [...errors.values()], logged, warnings, kubeconfigs, stateBytes };

    function answer({ token, inputs }: pulumi.runtime.MockCallArgs): pulumi.runtime.MockCallResult {
        if (token !== "pulumi:pulumi:readStackResourceOutputs") {
            return inputs as Inputs;
        }
        if (state === null) {
            throw new Error("no backend client is available");
        }
        return { name: (inputs as Inputs)["stackName"], outputs: state };
    }

    /** What a provider answers: the inputs, and what a cluster adds to them. */
    async function newResource({
        type,
        name,
        inputs,
    }: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
        const given = inputs as Inputs;
        if (type.endsWith(":CollectedLogs") && !dryRun) {
            kubeconfigs.push(await text(createConnection(given["kubeconfigSocket"] as string)));
        }
        if (type === "pulumi:index:Stash") {
            return { id: dryRun ? undefined : `id-of-${name}`, state: { ...given, output: `kept-by-${name}` } };
        }
        const made = dryRun ? {} : { uid: `uid-of-${name}` };
        const metadata = { name: `${name}-4f2a`, ...made, ...(given["metadata"] as Inputs | undefined) };
        const collected =
            type.endsWith(":CollectedLogs") && !dryRun ? { measurement: packed(measurement), previous } : {};
        const state = type.startsWith("kubernetes:") ? { ...given, metadata } : { ...given, ...collected };
        states.push(state);
        return { id: dryRun ? undefined : `id-of-${name}`, state };
    }
}

/** Bytes of a value as JSON. */
export function bytesOf(value: unknown): number {
    return Buffer.byteLength(JSON.stringify(value));
}

/** Pulumi puts the way that an error took through the inputs before it, and again at each of them. */
function messageOf(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    return message.replace(/^(error serializing property "\w+": )+/, "");
}

/**
 * What waits for the compiler of bundles, another process, shows in no list of what this one waits for: what a failed
 * program still does would fail in the middle of the next one. So all of them are made before the first.
 */
async function everyBundle(): Promise<void> {
    await Promise.all([
        ...clientKinds.map(programOf),
        bundle("probe/wait.ts"),
        bundle("probe/resolver.ts"),
        bundle("components/jobLogs/provider.ts", "external"),
    ]);
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
