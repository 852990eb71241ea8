import { expect } from "chai";
import { clientIPAffinity, type ClientIPAffinitySettings } from "../../review/policy/clientIPAffinity";
import { headlessServiceOnly } from "../../review/policy/headlessServiceOnly";
import { serviceSelectsNoPods } from "../../review/policy/serviceSelectsNoPods";
import type { StackResource } from "../../review/policy/stack";
import {
    autoscaler,
    deployment,
    headless,
    labels,
    object,
    running,
    service,
    stackOf,
    statefulSet,
    template,
    unknown,
    workload,
} from "./policyObjects";

type Table = Readonly<Record<string, readonly StackResource[]>>;

function messages(
    policy: typeof headlessServiceOnly,
    resources: readonly StackResource[],
    settings: ClientIPAffinitySettings = {},
): string[] {
    return policy.advise(stackOf(...resources), settings).map(({ message }) => message);
}

function speaks(
    policy: typeof headlessServiceOnly,
    table: Readonly<Record<string, readonly [string, ...StackResource[]]>>,
) {
    for (const [name, [text, ...resources]] of Object.entries(table)) {
        it(`speaks of ${name}`, () => {
            const [message = "", ...more] = messages(policy, resources);
            expect(message).to.include(text);
            expect(message.match(/[.](?= [A-Z]|$)/g)).to.have.lengthOf.within(2, 3);
            expect(more).to.deep.equal([]);
        });
    }
}

function isSilent(policy: typeof headlessServiceOnly, table: Table) {
    for (const [name, resources] of Object.entries(table)) {
        it(`is silent on ${name}`, () => {
            expect(messages(policy, resources)).to.deep.equal([]);
        });
    }
}

const other = (spec = {}, metadata = {}) => service("other", spec, metadata);
const named = (name: string, type: string, spec: object) => object(type, name, { ...spec });

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

describe("policy service-selects-no-pods", () => {
    const wrong = { selector: { app: "wbe" } };
    const helmRelease = { ...named("redis", "helm.sh/v3:Release", {}), props: { namespace: "shop" } };
    speaks(serviceSelectsNoPods, {
        "a selector that fits nothing": ["whose pods have app=web,tier=front", deployment(), service("web", wrong)],
        "a selector of which one pair is wrong": [
            "selects app=web,tier=back",
            deployment(),
            service("web", { selector: { app: "web", tier: "back" } }),
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

describe("policy client-ip-affinity", () => {
    const sticky = (spec = {}) => service("web", { sessionAffinity: "ClientIP", ...spec });
    const hour = { clientIP: { timeoutSeconds: 3600 } };
    speaks(clientIPAffinity, {
        "three replicas": ["fewer than 3 client addresses", deployment(), sticky()],
        "the time that it lasts by default": ["for 10800 s", deployment(), sticky()],
        "the time that it lasts": ["for 3600 s", deployment(), sticky({ sessionAffinityConfig: hour })],
        "what an autoscaler allows": ["1 to 4 pods", deployment(), autoscaler({ maxReplicas: 4 }), sticky()],
    });
    isSilent(clientIPAffinity, {
        "no affinity": [deployment(), service("web")],
        "one replica": [deployment({ replicas: 1 }), sticky()],
        "no replicas": [deployment({ replicas: 0 }), sticky()],
        "a headless Service, where it does nothing": [deployment(), headless({ sessionAffinity: "ClientIP" })],
        "a DaemonSet, whose pods a stack does not count": [workload("apps/v1:DaemonSet", {}), sticky()],
        "affinity not known yet": [deployment(), sticky({ sessionAffinity: unknown })],
        "an address not known yet": [deployment(), sticky({ clusterIP: unknown })],
        "replicas not known yet": [deployment({ replicas: unknown }), sticky()],
    });
    for (const [expectedClients, text] of [
        [1, "With 1 expected, at least 2 of 3 pods stay idle."],
        [2, "With 2 expected, at least 1 of 3 pods stays idle."],
        [3, undefined],
    ] as const) {
        it(`says "${text ?? "nothing"}" where ${expectedClients} clients are expected`, () => {
            const [message] = messages(clientIPAffinity, [deployment(), sticky()], { expectedClients });
            expect(message?.match(/With .*idle\./)?.[0]).to.equal(text);
        });
    }
});
