import { serviceSelectsNoPods } from "../../review/policy/serviceSelectsNoPods";
import { deployment, object, service, statefulSet, template, unknown, workload } from "./policyObjects";
import { isSilent, speaks } from "./policyTables";

describe("policy service-selects-no-pods", () => {
    const wrong = { selector: { app: "wbe" } };
    const helmRelease = { ...object("helm.sh/v3:Release", "redis", {}), props: { namespace: "shop" } };
    const chart = object("helm.sh/v4:Chart", "redis", {});
    const ofTheChart = { ...object("core/v1:ConfigMap", "redis", {}), parent: chart };
    speaks(serviceSelectsNoPods, {
        "a selector that fits nothing": ["whose pods have another value of app.", deployment(), service("web", wrong)],
        "a selector of which one pair is wrong": [
            "selects by app and tier, and no pods",
            deployment(),
            service("web", { selector: { app: "web", tier: "back" } }),
        ],
        "a selector of which one label is missing": [
            "whose pods have another value of app and no label zone or track.",
            deployment(),
            service("web", { selector: { app: "wbe", tier: "front", zone: "a", track: "b" } }),
        ],
        "a label that pods may get while they run": [
            "unless something puts the labels on running pods, such as the leader",
            deployment(),
            service("web", { selector: { app: "web", leader: "yes" } }),
        ],
        "a patch of another Service": [
            "it will have no endpoints",
            deployment(),
            service("web", wrong),
            object("core/v1:ServicePatch", "api", { selector: { app: "web" } }),
        ],
        "a patch of its ports": [
            "it will have no endpoints",
            deployment(),
            service("web", wrong),
            object("core/v1:ServicePatch", "web", { ports: [] }),
        ],
        "a workload in the wrong namespace": [
            'Closest is Deployment "near"',
            deployment({}, {}, { namespace: "test" }),
            object("apps/v1:Deployment", "near", { template: template({}, { labels: { app: "near" } }) }),
            service("web"),
        ],
        "a Helm release in another namespace": [
            "no endpoints",
            deployment(),
            service("web", wrong),
            { ...helmRelease, props: { namespace: "test" } },
        ],
        "a chart that Pulumi rendered": ["no endpoints", deployment(), service("web", wrong), chart, ofTheChart],
        "one of Kubernetes' own kinds beside it": [
            "no endpoints",
            deployment(),
            service("web", wrong),
            object("networking.k8s.io/v1:Ingress", "web", {}),
        ],
    });
    isSilent(serviceSelectsNoPods, {
        "a selector of fewer labels than the pods have": [deployment(), service("web")],
        "a workload without replicas, which may be scaled up": [deployment({ replicas: 0 }), service("web")],
        "a Service without selector": [deployment(), service("web", { selector: undefined })],
        "an ExternalName": [deployment(), service("web", { ...wrong, type: "ExternalName" })],
        "a stack without workloads": [service("web", wrong)],
        "a stack with workloads in other namespaces only": [deployment({}, {}, { namespace: "test" }), service("web")],
        "a stack with a Job only": [workload("batch/v1:Job", {}), service("web", wrong)],
        "a Helm release in the namespace": [deployment(), service("web", wrong), helmRelease],
        "a custom resource in the namespace": [
            deployment(),
            service("web", wrong),
            object("argoproj.io/v1alpha1:Rollout", "web", {}),
        ],
        "a chart that a preview can't render yet": [deployment(), service("web", wrong), chart],
        "a patch of its selector": [
            deployment(),
            service("web", wrong),
            object("core/v1:ServicePatch", "web", { selector: { app: "web" } }),
        ],
        "a namespace that is empty, and one that is left out": [
            deployment({}, {}, { namespace: "" }),
            service("web", {}, { namespace: undefined }),
        ],
        "a patch of a workload in the namespace": [
            deployment(),
            service("web", wrong),
            object("apps/v1:DeploymentPatch", "old", {}),
        ],
        "one pod of a StatefulSet by the label that Kubernetes adds": [
            statefulSet(),
            service("web", { selector: { "statefulset.kubernetes.io/pod-name": "web-0" } }),
        ],
        "a namespace left out, which may be the same": [deployment({}, {}, { namespace: undefined }), service("web")],
        "a selector not known yet": [deployment(), service("web", { selector: unknown })],
        "a type not known yet": [deployment(), service("web", { ...wrong, type: unknown })],
        "labels not known yet": [
            deployment({ template: template({}, { labels: { app: unknown } }) }),
            service("web", wrong),
        ],
        "a namespace not known yet": [deployment(), service("web", wrong, { namespace: unknown })],
    });
});
