import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { clientKinds } from "./clients";
import { disruptions } from "../../split/measurement/disruption";
import type { Resources, Toleration } from "../pods/podSettings";
import { Refusal } from "./refusal";

/** What is allowed for an argument, for the test and for the person who reads the error. */
export interface Rule<T> {
    readonly allowed: string;
    readonly test: (value: T) => boolean;
}

/** A whole number in a range, both ends included. */
export function wholeNumber(from: number, to: number): Rule<number> {
    return {
        allowed: `a whole number from ${from} to ${to}`,
        test: (value) => Number.isInteger(value) && value >= from && value <= to,
    };
}

/** A name that a Service and a namespace can have: an RFC 1035 label of at most `maxLength` characters. */
export function dnsLabel(maxLength: number): Rule<string> {
    return {
        allowed: `a DNS label: lower-case letters, digits and "-", a letter first, at most ${maxLength} characters`,
        test: (value) => value.length <= maxLength && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(value),
    };
}

/** One of a few words. */
export function oneOf<T extends string>(...values: readonly T[]): Rule<T> {
    return { allowed: `one of ${values.join(", ")}`, test: (value) => values.includes(value) };
}

const imageHost = "[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:\\d+)?";
const imageName = "[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*";
const imagePattern = new RegExp(
    `^(${imageHost}/)?${imageName}(/${imageName})*(:\\w[\\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$`,
);

/** A reference that a container runtime can parse, with or without registry, tag and digest. */
export const imageReference: Rule<string> = {
    allowed: "an image reference such as nginx:1.29",
    test: (value) => imagePattern.test(value),
};

const kinds = clientKinds().map(({ kind }) => kind);

/** Image references by kind of client. */
const imagesByKind: Rule<Record<string, string>> = {
    allowed: `image references by kind of client, which is one of ${kinds.join(", ")}`,
    test: (value) =>
        typeof value === "object" &&
        Object.entries(value).every(([kind, image]) => kinds.includes(kind) && imageReference.test(image)),
};

const isNodeName = (value: unknown): boolean =>
    typeof value === "string" && /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(value);

/** A name that a node can have, or none. */
const nodeName: Rule<string> = {
    allowed: "the name of a node, or nothing",
    test: (value) => value === "" || isNodeName(value),
};

/** A value that the label of a zone can have, or none. */
const zoneName: Rule<string> = {
    allowed: "the name of a zone, or nothing",
    test: (value) =>
        typeof value === "string" && (value === "" || /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/.test(value)),
};

/** Names of different nodes. */
const nodeNames: Rule<readonly string[]> = {
    allowed: "names of nodes, each once",
    test: (value) => Array.isArray(value) && value.every((name, i) => isNodeName(name) && value.indexOf(name) === i),
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === "object" && value !== null && !Array.isArray(value);

const isEach = (value: unknown, test: (key: string, each: unknown) => boolean): boolean =>
    isRecord(value) && Object.entries(value).every(([key, each]) => test(key, each));

const dnsSubdomain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const labelName = "[A-Za-z0-9]([-\\w.]{0,61}[A-Za-z0-9])?";
const keyPattern = new RegExp(`^(${dnsSubdomain}/)?${labelName}$`);
const isLabelValue = (value: unknown): boolean =>
    typeof value === "string" && new RegExp(`^(${labelName})?$`).test(value);
/** What the stack, and Pulumi's provider, tell objects by. */
const isReserved = (key: string): boolean => /^(traffic-split|pulumi\.com)\//.test(key);

/** Labels of nodes. */
const nodeLabels: Rule<Readonly<Record<string, string>>> = {
    allowed: "labels of nodes, each with its value",
    test: (value) => isEach(value, (key, each) => keyPattern.test(key) && isLabelValue(each)),
};

/** Labels of objects. */
const objectLabels: Rule<Readonly<Record<string, string>>> = {
    allowed: "labels with their values, none of which begins with traffic-split/ or pulumi.com/",
    test: (value) => isEach(value, (key, each) => keyPattern.test(key) && !isReserved(key) && isLabelValue(each)),
};

/** Annotations of objects. */
const objectAnnotations: Rule<Readonly<Record<string, string>>> = {
    allowed: "annotations with their texts, none of which begins with traffic-split/ or pulumi.com/",
    test: (value) => isEach(value, (key, each) => keyPattern.test(key) && !isReserved(key) && typeof each === "string"),
};

const secretName = new RegExp(`^${dnsSubdomain}$`);

/** Names of different Secrets. */
const secretNames: Rule<readonly string[]> = {
    allowed: "names of Secrets, each once",
    test: (value) =>
        Array.isArray(value) &&
        value.every((name: unknown, i) => {
            const isName = typeof name === "string" && name.length <= 253 && secretName.test(name);
            return isName && value.indexOf(name) === i;
        }),
};

const toleration = z.strictObject({
    key: z.string().regex(keyPattern).optional(),
    operator: z.enum(["Exists", "Equal"]).optional(),
    value: z.string().refine(isLabelValue).optional(),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
    tolerationSeconds: z.int().nonnegative().optional(),
});

/** Tolerations as Kubernetes takes them. */
const tolerations: Rule<readonly Toleration[]> = {
    allowed:
        "a list of tolerations, each with key, operator (Exists or Equal), value, effect (NoSchedule, PreferNoSchedule or " +
        "NoExecute) and tolerationSeconds, as Kubernetes takes them",
    test: (value) =>
        Array.isArray(value) &&
        value.every((each) => {
            const { success, data } = toleration.safeParse(each);
            // As the API server has it.
            return (
                success &&
                (data.key !== undefined || data.operator === "Exists") &&
                (data.operator !== "Exists" || data.value === undefined) &&
                (data.tolerationSeconds === undefined || data.effect === "NoExecute")
            );
        }),
};

const quantity = /^\d+(\.\d+)?(m|[kMGTPE]|[KMGTPE]i)?$/;
const isQuantities = (value: unknown): boolean =>
    isEach(value, (key, each) => keyPattern.test(key) && typeof each === "string" && quantity.test(each));

/** What a container asks for. */
const resources: Rule<Resources> = {
    allowed: 'requests and limits, each with quantities by resource, such as {"requests": {"memory": "64Mi"}}',
    test: (value) => isEach(value, (key, each) => ["requests", "limits"].includes(key) && isQuantities(each)),
};

/** What is allowed for each argument, wherever it is given; its config key is the same. */
export const rules = {
    namespace: dnsLabel(63),
    name: dnsLabel(40),
    replicas: wholeNumber(1, 100),
    requests: wholeNumber(1, 1_000_000),
    parallelism: wholeNumber(1, 20),
    concurrency: wholeNumber(1, 512),
    rate: wholeNumber(0, 100_000),
    image: imageReference,
    probeImage: imageReference,
    clientImages: imagesByKind,
    internalTrafficPolicy: oneOf("Cluster", "Local"),
    trafficDistribution: oneOf("", "PreferSameZone", "PreferSameNode", "PreferClose"),
    smallestEffect: { allowed: "a number above 1, 2 at most", test: (value: number) => value > 1 && value <= 2 },
    falseAlarmRate: { allowed: "a number above 0, 0.01 at most", test: (value: number) => value > 0 && value <= 0.01 },
    sessionAffinity: oneOf("None", "ClientIP"),
    disruption: oneOf("none", ...disruptions),
    serviceType: oneOf("ClusterIP", "NodePort"),
    workload: oneOf("Deployment", "StatefulSet"),
    probeNode: nodeName,
    probeZone: zoneName,
    podNodes: nodeNames,
    podSpread: oneOf("none", "nodes", "zones"),
    readyTimeoutSeconds: wholeNumber(10, 3_600),
    imagePullSecrets: secretNames,
    tolerations,
    nodeSelector: nodeLabels,
    labels: objectLabels,
    annotations: objectAnnotations,
    resources,
    probeResources: resources,
} as const satisfies Record<string, unknown>;

type Argument = keyof typeof rules;
type ValueOf<A extends Argument> = (typeof rules)[A] extends Rule<infer T> ? T : never;

/**
 * Checks one argument of a component before anything that needs it is registered.
 * A value that is known already is checked at once, an output when it resolves.
 *
 * @throws Refusal with the argument, the value given and what is allowed
 */
export function checked<A extends Argument>(name: A, input: pulumi.Input<ValueOf<A>>): pulumi.Output<ValueOf<A>> {
    const { test, allowed } = rules[name] as Rule<unknown>;
    const check = <T>(value: T): T => {
        if (!test(value)) {
            throw new Refusal(`${name}: ${JSON.stringify(value)} was given; allowed is ${allowed}`);
        }
        return value;
    };
    if (!pulumi.Output.isInstance(input) && !(input instanceof Promise)) {
        check(input);
    }
    return (pulumi.output(input) as pulumi.Output<ValueOf<A>>).apply(check);
}

type Given = { readonly [A in Argument]?: pulumi.Input<ValueOf<A>> };

/**
 * Checks these arguments, as {@link checked} does one.
 *
 * @returns the same arguments; whoever gets one that is bad gets the one error, however often it is passed on
 */
export function allChecked<T extends Given>(
    args: T,
): { readonly [A in keyof T & Argument]: pulumi.Output<ValueOf<A>> } {
    const entries = Object.entries(args).map(([name, input]) => [name, checked(name as Argument, input as never)]);
    return Object.fromEntries(entries) as ReturnType<typeof allChecked<T>>;
}
