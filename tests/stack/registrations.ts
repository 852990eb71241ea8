import type * as k8s from "@pulumi/kubernetes";
import type { CollectInputs } from "../../components/jobLogs/inputs";

/** One resource as the program registered it with the engine. */
export interface Registered {
    readonly type: string;
    readonly name: string;
    readonly custom: boolean;
    /** Whether a plugin makes what is in it. */
    readonly remote: boolean;
    readonly urn: string;
    /** URN of the parent; empty for a resource of the program itself. */
    readonly parent: string;
    /** Reference to an explicit provider, or empty. */
    readonly provider: string;
    /** Inputs whose changes don't matter. */
    readonly ignoreChanges: readonly string[];
    /** URNs of what must be there first. */
    readonly dependencies: readonly string[];
    /** Plain values; what a preview does not know is `unknown`, and a secret is `{ secret: … }`. */
    readonly inputs: Inputs;
    /** Every byte of the registration, for what must not be among them. */
    readonly text: string;
    /** What `registerOutputs` was called with, once for each call. */
    readonly outputs: Inputs[];
}

export type Inputs = Record<string, unknown>;

export const unknown = "<unknown until it is made>";

interface Kinds {
    readonly "kubernetes:apps/v1:Deployment": k8s.types.output.apps.v1.Deployment;
    readonly "kubernetes:apps/v1:StatefulSet": k8s.types.output.apps.v1.StatefulSet;
    readonly "kubernetes:batch/v1:Job": k8s.types.output.batch.v1.Job;
    readonly "kubernetes:core/v1:ConfigMap": k8s.types.output.core.v1.ConfigMap;
    readonly "kubernetes:core/v1:Namespace": k8s.types.output.core.v1.Namespace;
    readonly "kubernetes:core/v1:Service": k8s.types.output.core.v1.Service;
    readonly "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs": CollectInputs & { readonly __provider: string };
}

export function allOf<K extends keyof Kinds>(resources: readonly Registered[], type: K): Kinds[K][] {
    return resources.filter((each) => each.type === type).map(({ inputs }) => inputs as unknown as Kinds[K]);
}

export function onlyOf<K extends keyof Kinds>(resources: readonly Registered[], type: K): Kinds[K] {
    const [found, ...more] = allOf(resources, type);
    if (found === undefined || more.length > 0) {
        throw new Error(`there are ${more.length === 0 ? "none" : "several"} of ${type}`);
    }
    return found;
}

interface Message {
    toJavaScript: () => Inputs;
}

interface Registration {
    getType: () => string;
    getName: () => string;
    getCustom: () => boolean;
    getRemote: () => boolean;
    getDependenciesList: () => string[];
    getIgnorechangesList: () => string[];
    getParent: () => string;
    getProvider: () => string;
    getObject: () => Message;
    serializeBinary: () => Uint8Array;
}

/** The engine's side of the program's calls, as far as a test looks at it. */
export interface Monitor {
    registerResource: (
        request: Registration,
        done: (error: unknown, made: { getUrn: () => string }) => void,
    ) => unknown;
    registerResourceOutputs: (request: { getUrn: () => string; getOutputs: () => Message }, done: unknown) => unknown;
}

/** Notes what a program registers, from here on. */
export function watch(monitor: Monitor, resources: Registered[]): void {
    const register = monitor.registerResource.bind(monitor);
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.registerResource = (request, done) =>
        register(request, (error, made) => {
            resources.push({
                type: request.getType(),
                name: request.getName(),
                custom: request.getCustom(),
                remote: request.getRemote(),
                dependencies: request.getDependenciesList(),
                ignoreChanges: request.getIgnorechangesList(),
                urn: made.getUrn(),
                parent: request.getParent(),
                provider: request.getProvider(),
                inputs: plain(request.getObject().toJavaScript()) as Inputs,
                text: Buffer.from(request.serializeBinary()).toString(),
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
