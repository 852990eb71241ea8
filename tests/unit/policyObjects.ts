import * as policySdk from "@pulumi/policy";
import { readStack, type Stack, type StackResource } from "../../review/policy/stack";

/** A part of an object that a test sets. */
export type Part = Readonly<Record<string, unknown>>;

/** An object of a stack, in the namespace "shop" of the default provider unless its metadata say otherwise. */
export function object(
    type: string,
    name: string,
    spec: Part,
    metadata: Part = {},
    provider = "default",
): StackResource {
    return {
        urn: `urn:pulumi:test::test::kubernetes:${type}::${name}`,
        type: `kubernetes:${type}`,
        name,
        provider: { urn: provider },
        props: { metadata: { name, namespace: "shop", ...metadata }, spec },
    };
}

export const labels = { app: "web", tier: "front" };
const container = {
    name: "main",
    image: "nginx:1.28",
    readinessProbe: {},
    ports: [{ name: "http", containerPort: 80 }],
};

/** Pods as a template describes them, with nothing to be advised on but for what is given. */
export function template(pod: Part = {}, metadata: Part = { labels }): Part {
    return { metadata, spec: { containers: [container], ...pod } };
}

/** Pods of the one container that is given. */
export function running(given: Part): Part {
    return { containers: [{ ...container, ...given }] };
}

export function deployment(spec: Part = {}, pod: Part = {}, metadata: Part = {}): StackResource {
    return object("apps/v1:Deployment", "web", { replicas: 3, template: template(pod), ...spec }, metadata);
}

export function statefulSet(spec: Part = {}, pod: Part = {}): StackResource {
    return object("apps/v1:StatefulSet", "web", { replicas: 3, template: template(pod), ...spec });
}

export function workload(type: string, spec: Part): StackResource {
    return object(type, "web", { template: template(), ...spec });
}

export function service(name: string, spec: Part = {}, metadata: Part = {}): StackResource {
    return object("core/v1:Service", name, { selector: { app: "web" }, ports: [{ port: 80 }], ...spec }, metadata);
}

export function headless(spec: Part = {}, metadata: Part = {}): StackResource {
    return service("headless", { clusterIP: "None", ...spec }, metadata);
}

export function autoscaler(spec: Part): StackResource {
    const scaleTargetRef = { kind: "Deployment", name: "web" };
    return object("autoscaling/v2:HorizontalPodAutoscaler", "web", { scaleTargetRef, ...spec });
}

/** How the engine says in a preview that a value is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Properties as the SDK hands them to a policy: reading what is not known yet throws. The SDK hides its type. */
export const { unknownCheckingProxy: handedOver } = policySdk as unknown as {
    unknownCheckingProxy: (props: unknown) => unknown;
};

export function stackOf(...resources: readonly StackResource[]): Stack {
    return readStack(resources.map((each) => ({ ...each, props: handedOver(each.props) })));
}
