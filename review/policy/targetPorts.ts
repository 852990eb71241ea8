import type { PodSet, Service } from "./stack";
import { at, elementsOf, notYetKnown, type Value } from "./value";

/** Whether two Services may lead to the same port of the pods. A headless Service without ports leads to all. */
export function mayShareAPort(a: Service, b: Service, pods: PodSet): boolean {
    const [ports, others] = [targetPorts(a, pods), targetPorts(b, pods)];
    return ports === undefined || others === undefined || ports.some((port) => others.includes(port));
}

/** Numbers of the ports that a Service leads to in these pods; undefined if it names none, or if one is not known. */
function targetPorts({ spec }: Service, pods: PodSet): number[] | undefined {
    const ports = elementsOf(at(spec, "ports")).map((port) =>
        portNumber(at(port, "targetPort") ?? at(port, "port"), pods),
    );
    const numbers = ports.filter((port) => port !== undefined);
    return numbers.length === 0 || numbers.length < ports.length ? undefined : numbers;
}

function portNumber(target: Value, { pod }: PodSet): number | undefined {
    if (target === notYetKnown) {
        return undefined;
    }
    // In YAML, a port may be "80" as well as 80.
    const number = typeof target === "string" && !/^\d+$/.test(target) ? namedPort(target, pod) : Number(target);
    return Number.isInteger(number) ? number : undefined;
}

function namedPort(name: string, pod: Value): number | undefined {
    const ports = [...elementsOf(at(pod, "containers")), ...elementsOf(at(pod, "initContainers"))].flatMap(
        (container) => elementsOf(at(container, "ports")),
    );
    const number = at(
        ports.find((port) => at(port, "name") === name),
        "containerPort",
    );
    return typeof number === "number" ? number : undefined;
}
