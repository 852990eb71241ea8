import * as pulumi from "@pulumi/pulumi";
import { setImmediate as nextTurn } from "node:timers/promises";
import { kubeconfigOf } from "../unit/kubernetesApi";
import { client, clusterIP, headless, measurement } from "../unit/measurements";

/** One resource as the program registered it with the engine. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly custom: boolean;
    readonly urn: string;
    /** URN of the parent; empty for a resource of the program itself. */
    readonly parent: string;
    /** Reference to an explicit provider, or empty. */
    readonly provider: string;
    /** Plain values; what a preview does not know is `unknown`, and a secret is `{ secret: … }`. */
    readonly inputs: Inputs;
    /** Every byte of the registration, for what must not be among them. */
    readonly text: string;
    readonly createTimeout: string;
    /** What `registerOutputs` was called with, once for each call. */
    readonly outputs: Inputs[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- inputs are of whatever shape each resource has
export type Inputs = Record<string, any>;

export interface Recorded {
    readonly resources: readonly Registered[];
    /** Messages of the errors that the program ends with, each once, as Pulumi's own runner shows them. */
    readonly errors: readonly string[];
}

export const unknown = "<unknown until it is made>";

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

interface Message {
    toJavaScript: () => Inputs;
}

interface Registration {
    getType: () => string;
    getName: () => string;
    getCustom: () => boolean;
    getParent: () => string;
    getProvider: () => string;
    getObject: () => Message;
    getCustomtimeouts: () => { getCreate: () => string };
    serializeBinary: () => Uint8Array;
}

/** The engine's side of the program's calls, as far as a test looks at it. */
interface Monitor {
    registerResource: (
        request: Registration,
        done: (error: unknown, made: { getUrn: () => string }) => void,
    ) => unknown;
    registerResourceOutputs: (request: { getUrn: () => string; getOutputs: () => Message }, done: unknown) => unknown;
}

function watch(monitor: Monitor, resources: Registered[]): void {
    const register = monitor.registerResource.bind(monitor);
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResource = (request, done) =>
        register(request, (error, made) => {
            resources.push({
                type: request.getType(),
                name: request.getName(),
                custom: request.getCustom(),
                urn: made.getUrn(),
                parent: request.getParent(),
                provider: request.getProvider(),
                inputs: plain(request.getObject().toJavaScript()) as Inputs,
                text: Buffer.from(request.serializeBinary()).toString(),
                createTimeout: request.getCustomtimeouts().getCreate(),
                outputs: [],
            });
            done(error, made);
        });
    monitor.registerResourceOutputs = (request, done) => {
        const outputs = plain(request.getOutputs().toJavaScript()) as Inputs;
        resources.find(({ urn }) => urn === request.getUrn())?.outputs.push(outputs);
        return registerOutputs(request, done);
    };
}

// How Pulumi's protocol marks a value that a preview does not know, and a special value with its kind.
const unknownMark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const kindMark = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";

function plain(value: unknown): unknown {
    if (value === unknownMark) {
        return unknown;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    const entries = Object.entries(value);
    return (value as Inputs)[kindMark] === secretKind
        ? { secret: plain((value as Inputs)["value"]) }
        : Object.fromEntries(entries.map(([key, each]) => [key, plain(each)]));
}
