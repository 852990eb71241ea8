import { z } from "zod";
import { list, type Rule } from "./rule";

/** A toleration of a pod, as Kubernetes takes it. */
export interface Toleration {
    readonly key?: string;
    readonly operator?: "Exists" | "Equal";
    readonly value?: string;
    readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
    readonly tolerationSeconds?: number;
}

/** What a container asks for and may use at most, by resource, as Kubernetes takes it. */
export interface Resources {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
}

/** A name that a Service and a namespace can have: an RFC 1035 label of at most `maxLength` characters. */
export function dnsLabel(maxLength: number): Rule<string> {
    return {
        allowed: `a DNS label of at most ${maxLength} characters`,
        hint: 'a DNS label has lower-case letters, digits and "-", and begins with a letter',
        schema: z
            .string()
            .max(maxLength)
            .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/),
    };
}

const node = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);

/** A name that a node can have, or none. */
export const nodeName: Rule<string> = {
    allowed: 'the name of a node or ""',
    schema: z.literal("").or(node),
};

/** Names of different nodes. */
export const nodeNames = list("names of nodes", node);

/** A value that the label of a zone can have, or none. */
export const zoneName: Rule<string> = {
    allowed: 'the name of a zone or ""',
    schema: z.literal("").or(z.string().regex(/^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/)),
};

const subdomain = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const labelName = "[A-Za-z0-9]([-\\w.]{0,61}[A-Za-z0-9])?";
const labelKey = z.string().regex(new RegExp(`^(${subdomain}/)?${labelName}$`));
const labelValue = z.string().regex(new RegExp(`^(${labelName})?$`));
/** By keys of these prefixes the stack and Pulumi's provider recognize objects. */
const freeKey = labelKey.regex(/^(?!(traffic-split|pulumi\.com)\/)/);

/** Names of different Secrets. */
export const secretNames = list(
    "names of Secrets",
    z
        .string()
        .max(253)
        .regex(new RegExp(`^${subdomain}$`)),
);

/** Labels of nodes. */
export const nodeLabels: Rule<Readonly<Record<string, string>>> = {
    allowed: "labels of nodes with their values",
    schema: z.record(labelKey, labelValue).readonly(),
};

/** Labels of objects. */
export const objectLabels: Rule<Readonly<Record<string, string>>> = {
    allowed: "labels with their values, whose keys don't begin with traffic-split/ or pulumi.com/",
    schema: z.record(freeKey, labelValue).readonly(),
};

/** Annotations of objects. */
export const objectAnnotations: Rule<Readonly<Record<string, string>>> = {
    allowed: "annotations with their texts, whose keys don't begin with traffic-split/ or pulumi.com/",
    schema: z.record(freeKey, z.string()).readonly(),
};

const toleration = z
    .strictObject({
        key: labelKey.optional(),
        operator: z.enum(["Exists", "Equal"]).optional(),
        value: labelValue.optional(),
        effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
        tolerationSeconds: z.int().nonnegative().optional(),
    })
    // As the API server has it.
    .refine(({ key, operator }) => key !== undefined || operator === "Exists")
    .refine(({ operator, value }) => operator !== "Exists" || value === undefined)
    .refine(({ effect, tolerationSeconds }) => tolerationSeconds === undefined || effect === "NoExecute");

/** Tolerations as Kubernetes takes them. */
export const tolerations: Rule<readonly Toleration[]> = {
    allowed: "a list of tolerations as in a pod's specification",
    hint:
        "a toleration has key, operator (Exists or Equal), value, effect (NoSchedule, PreferNoSchedule or NoExecute) and " +
        "tolerationSeconds",
    schema: z.array(toleration).readonly() as z.ZodType<readonly Toleration[]>,
};

const quantities = z.record(labelKey, z.string().regex(/^\d+(\.\d+)?(m|[kMGTPE]|[KMGTPE]i)?$/)).optional();

/** What a container asks for. */
export const resources: Rule<Resources> = {
    allowed: 'requests and limits by resource, such as {"requests": {"memory": "64Mi"}}',
    schema: z.strictObject({ requests: quantities, limits: quantities }) as z.ZodType<Resources>,
};
