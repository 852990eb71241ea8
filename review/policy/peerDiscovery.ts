import { samePlace } from "./place";
import { isLongRunning, selectedPods } from "./selection";
import type { ConfigMap, PodSet, Service, Stack } from "./stack";
import { any, at, elementsOf, entriesOf, equals, notYetKnown, type Answer, type Value } from "./value";

/** Words that name a port between the members of a cluster. */
const portWords = new Set([
    "cluster",
    "discovery",
    "election",
    "gossip",
    "memberlist",
    "members",
    "mesh",
    "peer",
    "peers",
    "quorum",
    "raft",
    "replication",
    "ring",
    "serf",
    "swim",
]);

/** Words that name a Service for peers. Others, such as "cluster", are also part of what people call a whole product. */
const serviceWords = new Set(["gossip", "memberlist", "members", "peer", "peers", "quorum", "raft", "ring", "serf"]);

/**
 * Whether pods find their peers by a Service: then each has to see the addresses of all, ready or not, and a cluster IP
 * would be wrong. Any of these is evidence:
 *
 * - the Service's name, or the name of each of its ports, says so;
 * - pods behind the Service name it in their commands, arguments, environment or ConfigMaps;
 * - it is headless and joins several workloads, each of which clients reach by a cluster IP of its own.
 */
export function isForPeers(stack: Stack, service: Service): Answer {
    const podSets = selectedPods(stack, service);
    return any([
        isNamedForPeers(service) || hasPeerPortsOnly(service, podSets) ? "yes" : "no",
        ...podSets.map((pods) => namesService(stack, pods, service)),
        joinsOfferedWorkloads(stack, service) ? "yes" : "no",
    ]);
}

function isNamedForPeers({ name, objectName }: Service): boolean {
    return hasWord(name, serviceWords) || hasWord(objectName, serviceWords);
}

function hasPeerPortsOnly({ spec }: Service, podSets: readonly PodSet[]): boolean {
    const ports = elementsOf(at(spec, "ports"));
    const isForPeersAlone = (port: Value): boolean => {
        const target = at(port, "targetPort") ?? at(port, "port");
        const names: Value[] = [at(port, "name"), target, ...podSets.flatMap((pods) => portNames(pods, target))];
        return names.some((name) => hasWord(name, portWords));
    };
    return ports.length > 0 && ports.every(isForPeersAlone);
}

/** Names that the pods give to a port number. */
function portNames({ pod }: PodSet, number: Value): Value[] {
    return containersOf(pod)
        .flatMap((container) => elementsOf(at(container, "ports")))
        .filter((port) => at(port, "containerPort") === number)
        .map((port) => at(port, "name"));
}

function hasWord(name: Value, words: ReadonlySet<string>): boolean {
    // As in "loki-memberlist", "tcp_gossip" and "lokiMemberlist".
    return (
        typeof name === "string" &&
        name
            .replace(/([a-z])([A-Z])/g, "$1-$2")
            .toLowerCase()
            .split(/[^a-z]+/)
            .some((word) => words.has(word))
    );
}

/** Whether pods name the Service in what they are started with. */
function namesService(stack: Stack, pods: PodSet, service: Service): Answer {
    const pattern = addressPattern(pods, service);
    if (pattern === null) {
        return "no";
    }
    return any(
        textsOf(stack, pods).map((text) => {
            if (text === notYetKnown) {
                return "unknown";
            }
            return typeof text === "string" && pattern.test(text) ? "yes" : "no";
        }),
    );
}

/**
 * A name of several words, such as "shop-headless", needs nothing around it, unless the pods are called the same. Any
 * other may be a common word: then its namespace, "svc" or a port has to follow.
 */
function addressPattern(pods: PodSet, { objectName, place }: Service): RegExp | null {
    if (typeof objectName !== "string") {
        return null;
    }
    const own: Value[] = [
        pods.name,
        pods.objectName,
        ...entriesOf(pods.labels).values(),
        ...containersOf(pods.pod).map((container) => at(container, "name")),
    ];
    const isSpecific = objectName.includes("-") && !own.includes(objectName);
    const { namespace } = place;
    const domains = ["svc", ...(typeof namespace === "string" ? [escaped(namespace)] : [])].join("|");
    const rest = isSpecific ? "" : `(?:\\.(?:${domains})(?![\\w-])|:\\d{2,5}(?!\\w))`;
    // A single slash before it makes it a part of a path.
    return new RegExp(`(?<![\\w-]|(?<!/)/)${escaped(objectName)}(?![\\w-])${rest}`);
}

function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function textsOf(stack: Stack, { pod, place }: PodSet): Value[] {
    const names = configMapNames(pod);
    const texts: Value[] = [
        ...containersOf(pod).flatMap((container) => [
            ...elementsOf(at(container, "command")),
            ...elementsOf(at(container, "args")),
            ...elementsOf(at(container, "env")).map((variable) => at(variable, "value")),
        ]),
        ...stack.configMaps
            .filter((configMap) => samePlace(configMap.place, place) !== "no")
            .flatMap((configMap) => textsIn(configMap, names)),
    ];
    return texts.filter((text) => text !== undefined);
}

/** Texts of a ConfigMap that pods read by one of the names. */
function textsIn({ objectName, data }: ConfigMap, names: readonly Value[]): Value[] {
    const isRead = any(names.map((name) => equals(name, objectName)));
    if (isRead === "no") {
        return [];
    }
    return isRead === "unknown" || data === notYetKnown ? [notYetKnown] : [...entriesOf(data).values()];
}

/** ConfigMaps that a pod mounts or has in its environment. */
function configMapNames(pod: Value): Value[] {
    const volumes = elementsOf(at(pod, "volumes"));
    const containers = containersOf(pod);
    const names: Value[] = [
        ...volumes.map((volume) => at(volume, "configMap", "name")),
        ...volumes
            .flatMap((volume) => elementsOf(at(volume, "projected", "sources")))
            .map((source) => at(source, "configMap", "name")),
        ...containers
            .flatMap((container) => elementsOf(at(container, "envFrom")))
            .map((source) => at(source, "configMapRef", "name")),
        ...containers
            .flatMap((container) => elementsOf(at(container, "env")))
            .map((variable) => at(variable, "valueFrom", "configMapKeyRef", "name")),
    ];
    return names.filter((name) => name !== undefined);
}

function containersOf(pod: Value): Value[] {
    return [...elementsOf(at(pod, "containers")), ...elementsOf(at(pod, "initContainers"))];
}

/** Whether clients have a cluster IP for each of several workloads, and the headless Service joins them all. */
function joinsOfferedWorkloads(stack: Stack, service: Service): boolean {
    const podSets = selectedPods(stack, service).filter(isLongRunning);
    const isOfferedAlone = (pods: PodSet): boolean =>
        stack.services.some((other) => {
            const selected = selectedPods(stack, other);
            return (
                other.headless === "no" && selected.includes(pods) && !podSets.every((each) => selected.includes(each))
            );
        });
    return service.headless === "yes" && podSets.length > 1 && podSets.every(isOfferedAlone);
}
