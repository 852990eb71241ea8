import { expect } from "chai";
import type { TrafficPolicy } from "../../review/policy/advice";
import { headlessWithoutReadinessProbe } from "../../review/policy/headlessWithoutReadinessProbe";
import { latestImageTag } from "../../review/policy/latestImageTag";
import { publishNotReadyAddresses } from "../../review/policy/publishNotReadyAddresses";
import { serviceSelectsNoPods } from "../../review/policy/serviceSelectsNoPods";
import type { StackResource } from "../../review/policy/stack";
import { notYetKnown, valueOf } from "../../review/policy/value";
import {
    deployment,
    handedOver,
    headless,
    object,
    running,
    service,
    stackOf,
    statefulSet,
    template,
    unknown,
    workload,
} from "./policyObjects";

const advised = (policy: TrafficPolicy, resources: readonly StackResource[]): string[] =>
    policy.advise(stackOf(...resources), {}).map(({ urn }) => urn.split("::").at(-1) ?? "");

function hold(policy: TrafficPolicy, table: Readonly<Record<string, readonly [string[], ...StackResource[]]>>): void {
    for (const [name, [expected, ...resources]] of Object.entries(table)) {
        it(`${expected.length === 0 ? "is silent on" : "speaks of"} ${name}`, () => {
            expect(advised(policy, resources)).to.deep.equal(expected);
        });
    }
}

describe("policy latest-image-tag", () => {
    const images: Readonly<Record<string, boolean>> = {
        nginx: true,
        "nginx:latest": true,
        "nginx:1.28": false,
        "nginx:latest-alpine": false,
        "registry.example:5000/nginx": true,
        "registry.example:5000/nginx:1.28": false,
        [`nginx@sha256:${"0".repeat(64)}`]: false,
        [`nginx:latest@sha256:${"0".repeat(64)}`]: false,
        "": false,
    };
    for (const [image, open] of Object.entries(images)) {
        it(`${open ? "speaks of" : "is silent on"} the image "${image}"`, () => {
            expect(advised(latestImageTag, [deployment({}, running({ image }))])).to.deep.equal(open ? ["web"] : []);
        });
    }
    const open = { template: template(running({ image: "nginx" })) };
    hold(latestImageTag, {
        "an init container": [["web"], deployment({}, { initContainers: [{ image: "busybox" }] })],
        "a StatefulSet": [["web"], workload("apps/v1:StatefulSet", open)],
        "a DaemonSet": [["web"], workload("apps/v1:DaemonSet", open)],
        "a ReplicaSet": [["web"], workload("apps/v1:ReplicaSet", open)],
        "a Job": [["web"], workload("batch/v1:Job", open)],
        "a CronJob": [["web"], workload("batch/v1:CronJob", { jobTemplate: { spec: open } })],
        "a bare Pod": [["web"], object("core/v1:Pod", "web", running({ image: "nginx" }))],
        "a kind of the same name in another group": [[], workload("batch.volcano.sh/v1:Job", open)],
        "an image not known yet": [[], deployment({}, running({ image: unknown }))],
        "containers not known yet": [[], deployment({}, { containers: unknown })],
        "a pod not known yet": [[], deployment({ template: unknown })],
    });
    it("names the containers, and no image: it may be secret", () => {
        const containers = [{ name: "web", image: "shop" }, { image: "shop" }, { name: "db", image: "redis:7" }];
        const initContainers = [{ name: "schema", image: "shop:latest" }];
        const [advice] = latestImageTag.advise(stackOf(deployment({}, { initContainers, containers })), {});
        expect(advice?.message).to.include('in the containers "schema", "web" and containers[1]: its content');
        expect(advice?.message).to.not.include("shop");
    });
});

describe("policy headless-without-readiness-probe", () => {
    const bare = running({ readinessProbe: undefined });
    hold(headlessWithoutReadinessProbe, {
        "a Deployment": [["web"], deployment({}, bare), headless()],
        "a StatefulSet and its governing Service": [
            ["web"],
            statefulSet({ serviceName: "headless" }, bare),
            headless(),
        ],
        "a liveness and a startup probe alone": [
            ["web"],
            deployment({}, running({ readinessProbe: undefined, livenessProbe: {}, startupProbe: {} })),
            headless(),
        ],
        "a DaemonSet": [["web"], workload("apps/v1:DaemonSet", { template: template(bare) }), headless()],
        "a Deployment with a readiness probe": [[], deployment(), headless()],
        "a sidecar's readiness probe": [
            [],
            deployment({}, { ...bare, initContainers: [{ restartPolicy: "Always", readinessProbe: {} }] }),
            headless(),
        ],
        "a readiness gate": [[], deployment({}, { ...bare, readinessGates: [{ conditionType: "lb" }] }), headless()],
        "a Service with a cluster IP": [[], deployment({}, bare), service("web")],
        "no replicas": [[], deployment({ replicas: 0 }, bare), headless()],
        "a Job": [[], workload("batch/v1:Job", { template: template(bare) }), headless()],
        "not-ready addresses published": [[], deployment({}, bare), headless({ publishNotReadyAddresses: true })],
        "containers not known yet": [[], deployment({}, { containers: unknown }), headless()],
        "a readiness probe not known yet": [[], deployment({}, running({ readinessProbe: unknown })), headless()],
    });
});

describe("what headless-without-readiness-probe says", () => {
    const says = (probes: object): string | undefined => {
        const pods = deployment({}, running({ readinessProbe: undefined, ...probes }));
        return headlessWithoutReadinessProbe.advise(stackOf(pods, headless()), {})[0]?.message;
    };

    it("is that pods are called too early, but for those that are asked whether they have started", () => {
        expect(says({})).to.include("before it accepts connections, and keeps it while the pod can't answer");
        expect(says({ startupProbe: {} })).to.include("DNS gives a pod's address while the pod can't answer");
    });
});

describe("policy publish-not-ready-addresses", () => {
    const publishing = { publishNotReadyAddresses: true };
    hold(publishNotReadyAddresses, {
        "a Deployment": [["web"], deployment(), service("web", publishing)],
        "a headless Service of a Deployment": [["headless"], deployment(), headless(publishing)],
        "a DaemonSet": [["web"], workload("apps/v1:DaemonSet", {}), service("web", publishing)],
        "a headless Service beside another that does not": [[], deployment(), headless(publishing), service("web")],
        "a headless Service beside another that does, too": [
            ["headless", "web"],
            deployment(),
            headless(publishing),
            service("web", publishing),
        ],
        "a StatefulSet": [[], statefulSet(), service("web", publishing)],
        "a Job whose workers find each other": [[], workload("batch/v1:Job", {}), service("web", publishing)],
        "a Service that does not": [[], deployment(), service("web", { publishNotReadyAddresses: false })],
        "a Service of other pods": [[], deployment(), service("web", { ...publishing, selector: { app: "db" } })],
        "no replicas": [[], deployment({ replicas: 0 }), service("web", publishing)],
        "a value not known yet": [[], deployment(), service("web", { publishNotReadyAddresses: unknown })],
    });
});

describe("the properties of a resource", () => {
    it("are copied whole, but for what is not known yet", () => {
        const source = handedOver({ a: [1, null, { b: "c" }, unknown], d: { e: unknown } });
        expect(valueOf(source)).to.deep.equal({ a: [1, null, { b: "c" }, notYetKnown], d: { e: notYetKnown } });
    });

    it("are not known where Pulumi could not decrypt a secret", () => {
        const redacted = service("web", { selector: { app: "[secret]" } });
        expect(valueOf({ a: "[secret]", b: ["[secret]x"] })).to.deep.equal({ a: notYetKnown, b: ["[secret]x"] });
        expect(advised(serviceSelectsNoPods, [deployment(), redacted])).to.deep.equal([]);
    });
});
