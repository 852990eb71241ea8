import * as pulumi from "@pulumi/pulumi";
import { container, cronJob, deployment, service, statefulSet, type Where } from "./declarations";

/** A small stack as people write them, and who should hear what about it. */
export interface ExampleStack {
    readonly program: (where: Where) => void;
    /** Name of the policy and of the resource, for each piece of advice. */
    readonly advice: readonly (readonly [policy: string, resource: string])[];
}

const redis = "docker.io/library/redis:7.4.1";
/** Marked as secret wherever a stack has it. */
export const secretValue = "hidden-from-reviewers";
const headless = { clusterIP: "None" };

/** Something that another resource will only know when it is made. */
class Later extends pulumi.dynamic.Resource {
    constructor(name: string) {
        super({ create: () => Promise.resolve({ id: name, outs: {} }) }, name, {});
    }
}

/** By the namespace that each is put into. */
export const exampleStacks: Readonly<Record<string, ExampleStack>> = {
    guestbook: {
        program: (where) => {
            deployment(where, "frontend", 3, { containers: [container("registry.example:5000/guestbook:v5")] });
            service(where, "frontend", "frontend", { type: "LoadBalancer" });
            deployment(where, "redis-leader", 1, { containers: [container(redis)] });
            service(where, "redis-leader", "redis-leader");
            deployment(where, "redis-replica", 2, { containers: [container(`redis@sha256:${"0".repeat(64)}`)] });
            service(where, "redis-replica", "redis-replica");
            service(where, "redis-peers", "redis-replica", headless);
        },
        advice: [],
    },
    "headless-cache": {
        program: (where) => {
            deployment(where, "cache", 3, { containers: [container(redis)] });
            service(where, "cache", "cache", headless);
        },
        advice: [["headless-service-only", "cache"]],
    },
    gossip: {
        program: (where) => {
            const ring = { ring: "loki" };
            const pod = { containers: [container("grafana/loki:3.2.1")] };
            deployment(where, "loki-read", 2, pod, ring);
            deployment(where, "loki-write", 2, pod, ring);
            service(where, "loki-read", "loki-read");
            service(where, "loki-write", "loki-write");
            service(where, "loki-memberlist", "", { ...headless, selector: ring, ports: [{ port: 7946 }] });
        },
        advice: [],
    },
    "wrong-selector": {
        program: (where) => {
            deployment(where, "shop", 2, { containers: [container(redis)] });
            service(where, "shop", "shop-web");
        },
        advice: [["service-selects-no-pods", "shop"]],
    },
    "secret-values": {
        program: (where) => {
            const secret = pulumi.secret(secretValue);
            deployment(where, "vault", 2, { containers: [container(pulumi.interpolate`${secret}:latest`)] });
            service(where, "vault", "vault", { selector: { app: secret } });
        },
        advice: [
            ["latest-image-tag", "vault"],
            ["service-selects-no-pods", "vault"],
        ],
    },
    "latest-tags": {
        program: (where) => {
            const initContainers = [{ name: "schema", image: "flyway" }];
            deployment(where, "api", 2, { initContainers, containers: [container(redis)] });
            service(where, "api", "api");
            cronJob(where, "backup", { containers: [{ name: "main", image: "registry.example:5000/backup:latest" }] });
        },
        advice: [
            ["latest-image-tag", "api"],
            ["latest-image-tag", "backup"],
        ],
    },
    "no-readiness-probe": {
        program: (where) => {
            statefulSet(where, "queue", 3, "queue", { containers: [{ name: "main", image: "rabbitmq:4.0.3" }] });
            service(where, "queue", "queue", headless);
        },
        advice: [["headless-without-readiness-probe", "queue"]],
    },
    "sticky-sessions": {
        program: (where) => {
            deployment(where, "login", 4, { containers: [container(redis)] });
            service(where, "login", "login", { sessionAffinity: "ClientIP" });
            deployment(where, "admin", 1, { containers: [container(redis)] });
            service(where, "admin", "admin", { sessionAffinity: "ClientIP" });
        },
        advice: [["client-ip-affinity", "login"]],
    },
    "not-ready-addresses": {
        program: (where) => {
            deployment(where, "web", 2, { containers: [container(redis)] });
            service(where, "web", "web", { publishNotReadyAddresses: true });
            statefulSet(where, "database", 3, "database", { containers: [container("postgres:17.2")] });
            service(where, "database", "database", { ...headless, publishNotReadyAddresses: true });
        },
        advice: [["publish-not-ready-addresses", "web"]],
    },
    "not-yet-known": {
        program: (where) => {
            const { id } = new Later("later");
            const replicas = id.apply((text) => text.length);
            const elsewhere = { ...where, namespace: id };
            deployment(where, "known", 1, { containers: [container(redis)] });
            deployment(where, "uncounted", replicas, { containers: [container(pulumi.interpolate`redis:${id}`)] });
            service(where, "uncounted", "uncounted", headless);
            service(where, "unselected", "", { selector: { app: id } });
            service(where, "unsettled", "uncounted", { clusterIP: id, sessionAffinity: "ClientIP" });
            deployment(elsewhere, "nowhere", 3, { containers: [{ name: "main", image: redis }] });
            service(elsewhere, "nowhere", "known", headless);
        },
        advice: [],
    },
};
