import { headlessServiceOnly } from "../../review/policy/headlessServiceOnly";
import {
    autoscaler,
    deployment,
    headless,
    labels,
    object,
    running,
    service,
    statefulSet,
    template,
    unknown,
    workload,
} from "./policyObjects";
import { isSilent, speaks } from "./policyTables";

const other = (spec = {}, metadata = {}) => service("other", spec, metadata);

describe("policy headless-service-only", () => {
    speaks(headlessServiceOnly, {
        "three replicas": ["3 pods (Deployment", deployment(), headless()],
        "clusterIPs instead of clusterIP": [
            "3 pods",
            deployment(),
            headless({ clusterIP: undefined, clusterIPs: ["None"] }),
        ],
        "matchExpressions, which a Service does not see": [
            "3 pods",
            deployment({ selector: { matchExpressions: [{ key: "app", operator: "Exists" }] } }),
            headless(),
        ],
        "two workloads of one pod each": [
            '2 pods (Deployment "web" and Pod "single")',
            deployment({ replicas: 1 }),
            object("core/v1:Pod", "single", running({}), {
                labels,
            }),
            headless(),
        ],
        "an autoscaled workload": [
            "2 to 10 pods",
            deployment({ replicas: undefined }),
            autoscaler({ minReplicas: 2, maxReplicas: 10 }),
            headless(),
        ],
        "a Service with a cluster IP for another port": [
            "3 pods",
            deployment(),
            headless(),
            other({ ports: [{ port: 9090 }] }),
        ],
        "a Service with a cluster IP for other pods": [
            "3 pods",
            deployment(),
            headless(),
            other({ selector: { app: "web", tier: "back" } }),
        ],
        "a Service with a cluster IP in another namespace": [
            "3 pods",
            deployment(),
            headless(),
            other({}, { namespace: "test" }),
        ],
        "an ExternalName with the same selector": ["3 pods", deployment(), headless(), other({ type: "ExternalName" })],
        "a Service without selector": ["3 pods", deployment(), headless(), other({ selector: undefined })],
        "a StatefulSet that another Service governs": [
            "StatefulSet",
            statefulSet({ serviceName: "peers" }),
            headless(),
        ],
        "the default namespace of a provider": [
            "3 pods",
            deployment({}, {}, { namespace: undefined }),
            headless({}, { namespace: undefined }),
        ],
    });
    isSilent(headlessServiceOnly, {
        "one replica": [deployment({ replicas: 1 }), headless()],
        "replicas left out, which is one": [deployment({ replicas: undefined }), headless()],
        "no replicas": [deployment({ replicas: 0 }), headless(), autoscaler({ maxReplicas: 5 })],
        "a Service with a cluster IP over the same pods": [deployment(), headless(), other()],
        "a LoadBalancer over fewer labels": [
            deployment(),
            headless({ selector: labels }),
            other({ type: "LoadBalancer" }),
        ],
        "a Service with a cluster IP to the same port by name": [
            deployment(),
            headless(),
            other({ ports: [{ port: 8080, targetPort: "http" }] }),
        ],
        "a Service of another provider, maybe of the same cluster": [
            deployment(),
            headless(),
            object("core/v1:Service", "other", { selector: labels }, {}, "another"),
        ],
        "pods of another provider, maybe of another cluster": [
            deployment(),
            object("core/v1:Service", "headless", { clusterIP: "None", selector: labels }, {}, "another"),
        ],
        "the governing Service of a StatefulSet": [statefulSet({ serviceName: "headless" }), headless()],
        "a DaemonSet, whose pods a stack does not count": [workload("apps/v1:DaemonSet", {}), headless()],
        "the workers of a Job": [workload("batch/v1:Job", { parallelism: 5 }), headless()],
        "replicas not known yet": [deployment({ replicas: unknown }), headless()],
        "a selector not known yet": [deployment(), headless({ selector: { app: unknown } })],
        "a namespace not known yet": [deployment({}, {}, { namespace: unknown }), headless({}, { namespace: unknown })],
        "an address not known yet": [deployment(), headless(), other({ clusterIP: unknown })],
        "labels not known yet": [deployment({ template: template({}, { labels: unknown }) }), headless()],
        "a whole spec not known yet": [deployment(), { ...headless(), props: { spec: unknown } }],
        "an autoscaler of a name not known yet": [
            deployment(),
            headless(),
            autoscaler({ scaleTargetRef: { kind: "Deployment", name: unknown }, maxReplicas: 5 }),
        ],
    });
});
