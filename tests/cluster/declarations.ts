import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Where an example stack's objects go. */
export interface Where {
    readonly namespace: pulumi.Input<string>;
    readonly options: pulumi.CustomResourceOptions;
}

type PodSpec = k8s.types.input.core.v1.PodSpec;
type ServiceSpec = k8s.types.input.core.v1.ServiceSpec;

/** A container that a reviewer has nothing to say about, but for what is given. */
export function container(
    image: pulumi.Input<string>,
    given: Partial<k8s.types.input.core.v1.Container> = {},
): k8s.types.input.core.v1.Container {
    return { name: "main", image, readinessProbe: { tcpSocket: { port: 6379 } }, ...given };
}

/** @param labels of its pods, beside `app` */
export function deployment(
    where: Where,
    name: string,
    replicas: pulumi.Input<number>,
    pod: PodSpec,
    labels: Readonly<Record<string, string>> = {},
): void {
    const template = { metadata: { labels: { app: name, ...labels } }, spec: pod };
    const spec = { replicas, selector: { matchLabels: { app: name } }, template };
    new k8s.apps.v1.Deployment(name, { metadata: { namespace: where.namespace }, spec }, where.options);
}

export function statefulSet(where: Where, name: string, replicas: number, serviceName: string, pod: PodSpec): void {
    const template = { metadata: { labels: { app: name } }, spec: pod };
    const spec = { replicas, serviceName, selector: { matchLabels: { app: name } }, template };
    new k8s.apps.v1.StatefulSet(name, { metadata: { namespace: where.namespace }, spec }, where.options);
}

export function cronJob(where: Where, name: string, pod: PodSpec): void {
    const template = { metadata: { labels: { app: name } }, spec: { restartPolicy: "Never", ...pod } };
    const spec = { schedule: "0 4 * * *", jobTemplate: { spec: { template } } };
    new k8s.batch.v1.CronJob(name, { metadata: { namespace: where.namespace }, spec }, where.options);
}

/** A Service of the same name as in the cluster, over the pods of one workload unless a selector is given. */
export function service(where: Where, name: string, workload: string, given: ServiceSpec = {}): void {
    const spec = { selector: { app: workload }, ports: [{ port: 6379 }], ...given };
    new k8s.core.v1.Service(name, { metadata: { name, namespace: where.namespace }, spec }, where.options);
}
