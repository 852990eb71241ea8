import { samePlace, type Place } from "./place";
import { podCount, type Autoscaler, type Count } from "./podCount";
import { at, elementsOf, entriesOf, equals, notYetKnown, valueOf, type Answer, type Value } from "./value";

/** A resource of a stack, as the policy SDK hands it over. */
export interface StackResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly provider?: { readonly urn: string };
    readonly parent?: { readonly urn: string };
    readonly props: unknown;
}

interface Declared {
    readonly urn: string;
    /** The resource's name in the stack, the same in every preview; the object's may have a random suffix. */
    readonly name: string;
    readonly objectName: Value;
    readonly place: Place;
}

/** A Service with a selector. */
export interface Service extends Declared {
    readonly spec: Value;
    readonly selector: Value;
    readonly headless: Answer;
}

/** Pods that one resource makes from one template, or one bare Pod. */
export interface PodSet extends Declared {
    readonly kind: string;
    readonly labels: Value;
    /** Spec of each pod. */
    readonly pod: Value;
    /** Spec of the object that makes them. */
    readonly spec: Value;
    readonly count: Count | undefined;
}

/** A ConfigMap that pods may read. */
export interface ConfigMap {
    readonly objectName: Value;
    readonly place: Place;
    /** Texts by key. */
    readonly data: Value;
}

/** The parts of a stack that shape traffic. */
export interface Stack {
    readonly services: readonly Service[];
    readonly podSets: readonly PodSet[];
    readonly configMaps: readonly ConfigMap[];
    /** Places where something may make pods that the stack doesn't show: a custom resource, a Helm release, a patch. */
    readonly hiddenPods: readonly Place[];
}

const templates: Readonly<Record<string, readonly string[]>> = {
    Deployment: ["spec", "template"],
    StatefulSet: ["spec", "template"],
    DaemonSet: ["spec", "template"],
    ReplicaSet: ["spec", "template"],
    ReplicationController: ["spec", "template"],
    Job: ["spec", "template"],
    CronJob: ["spec", "jobTemplate", "spec", "template"],
    Pod: [],
};
const workloadGroups = ["core", "apps", "extensions", "batch"];

/** API groups of Kubernetes itself that end in `.k8s.io`; every other group with a dot is of custom resources. */
const builtInGroups = [
    ...["admissionregistration", "apiextensions", "apiregistration", "authentication", "authorization", "certificates"],
    ...["coordination", "discovery", "events", "flowcontrol.apiserver", "internal.apiserver", "networking", "node"],
    ...["policy", "rbac.authorization", "resource", "scheduling", "storage", "storagemigration"],
];

const anywhere: Place = { provider: undefined, namespace: notYetKnown };

/**
 * Reads a stack's Services and pods, in the order of their URNs: the same stack gives the same advice. A Service without
 * a selector, or of type ExternalName, selects no pods and is left out.
 */
export function readStack(resources: readonly StackResource[]): Stack {
    const objects = resources
        .flatMap((resource) => kubernetesObject(resource))
        .sort((a, b) => (a.urn < b.urn ? -1 : 1));
    const parents = new Set(resources.map(({ parent }) => parent?.urn));
    const unopened = objects.filter((object) => isBundle(object) && !parents.has(object.urn));
    const autoscalers = objects.filter(({ kind }) => kind === "HorizontalPodAutoscaler").map(autoscaler);
    return {
        services: objects.flatMap((object) => service(object)).map((each) => patched(each, objects)),
        podSets: objects.flatMap((object) => podSet(object, autoscalers)),
        configMaps: objects.filter(({ group, kind }) => group === "core" && kind === "ConfigMap").map(configMap),
        hiddenPods: [
            ...objects.filter((object) => mayHidePods(object) && !isBundle(object)).map(({ place }) => place),
            ...unopened.map(() => anywhere),
        ],
    };
}

interface KubernetesObject extends Declared {
    readonly group: string;
    readonly kind: string;
    readonly props: Value;
}

function kubernetesObject({ urn, type, name, provider, props: source }: StackResource): KubernetesObject[] {
    const [, group, kind] = /^kubernetes:([^/:]+)(?:\/[^:]+)?:(\w+)$/.exec(type) ?? [];
    if (group === undefined || kind === undefined) {
        return [];
    }
    const props = valueOf(source);
    // A Helm release has no metadata; its namespace is its own property.
    const namespace = at(props, "metadata", "namespace") ?? at(props, "namespace");
    const place: Place = { provider: provider?.urn, namespace: namespace === "" ? undefined : namespace };
    return [{ urn, name, group, kind, props, place, objectName: at(props, "metadata", "name") }];
}

function service({ group, kind, props, ...declared }: KubernetesObject): Service[] {
    const spec = at(props, "spec");
    const type = at(spec, "type");
    // A Service whose type is not known may turn out to be an ExternalName, which selects nothing.
    const selector: Value = type === notYetKnown ? notYetKnown : at(spec, "selector");
    const selects = selector === notYetKnown || entriesOf(selector).size > 0;
    if (group !== "core" || kind !== "Service" || type === "ExternalName" || !selects) {
        return [];
    }
    const address = at(spec, "clusterIP") ?? elementsOf(at(spec, "clusterIPs"))[0];
    return [{ ...declared, spec, selector, headless: equals(address, "None") }];
}

/** A selector that a patch may change is not judged. */
function patched(declared: Service, objects: readonly KubernetesObject[]): Service {
    const isPatched = objects.some(
        ({ group, kind, place, objectName, props }) =>
            group === "core" &&
            kind === "ServicePatch" &&
            at(props, "spec", "selector") !== undefined &&
            samePlace(place, declared.place) !== "no" &&
            equals(objectName, declared.objectName) !== "no",
    );
    return isPatched ? { ...declared, selector: notYetKnown } : declared;
}

function podSet(object: KubernetesObject, autoscalers: readonly Autoscaler[]): PodSet[] {
    const { group, props, ...declared } = object;
    const template = templates[object.kind];
    if (template === undefined || !workloadGroups.includes(group)) {
        return [];
    }
    const labels = at(props, ...template, "metadata", "labels");
    const spec = at(props, "spec");
    return [{ ...declared, labels, spec, pod: at(props, ...template, "spec"), count: podCount(object, autoscalers) }];
}

function configMap({ objectName, place, props }: KubernetesObject): ConfigMap {
    return { objectName, place, data: at(props, "data") };
}

function autoscaler({ place, props }: KubernetesObject): Autoscaler {
    return { place, spec: at(props, "spec") };
}

function mayHidePods({ group, kind }: KubernetesObject): boolean {
    const [, workload] = /^(\w+?)(?:Patch|List)$/.exec(kind) ?? [];
    if (workload !== undefined && workloadGroups.includes(group)) {
        return workload in templates;
    }
    return group.includes(".") && !builtInGroups.includes(group.replace(/\.k8s\.io$/, ""));
}

/** Components that read manifests. Their objects are in the stack, unless the preview does not know what to read yet. */
function isBundle({ group, kind }: KubernetesObject): boolean {
    return ["helm.sh", "kustomize", "yaml"].includes(group) && kind !== "Release";
}
