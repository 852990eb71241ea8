const namespace = "shop";
const labels = { app: "web" };
const containers = [{ name: "main", image: "nginx:1.28", readinessProbe: { httpGet: { path: "/", port: 80 } } }];

function resource(type: string, name: string, outputs: object): object {
    return {
        urn: `urn:pulumi:dev::shop::${type}::${name}`,
        type,
        custom: true,
        id: `${namespace}/${name}`,
        inputs: outputs,
        outputs,
    };
}

function service(name: string, spec: object): object {
    return resource("kubernetes:core/v1:Service", name, {
        metadata: { name, namespace },
        spec: { selector: labels, ports: [{ port: 80 }], ...spec },
    });
}

/** What `pulumi stack export` prints of a stack with three pods and two Services, one of which has session affinity. */
export const deployedState = {
    version: 3,
    deployment: {
        manifest: { time: "2024-05-01T10:00:00Z", magic: "", version: "" },
        resources: [
            resource("kubernetes:apps/v1:Deployment", "web", {
                metadata: { name: "web", namespace },
                spec: {
                    replicas: 3,
                    selector: { matchLabels: labels },
                    template: { metadata: { labels }, spec: { containers } },
                },
            }),
            service("sticky", { clusterIP: "10.96.0.7", sessionAffinity: "ClientIP" }),
            service("plain", { clusterIP: "None" }),
        ],
    },
};
