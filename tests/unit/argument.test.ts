import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { probeClients } from "../../components/settings/clients";
import { checked, rules } from "../../components/settings/argument";
import { checkedPace, checkedSize } from "../../components/preflight/combinations";

interface Row {
    readonly allowed: string;
    readonly accepts: readonly unknown[];
    readonly refuses: readonly unknown[];
}

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

const wholeNumber = (from: number, to: number): Row => ({
    allowed: `a whole number from ${from} to ${to}`,
    accepts: [from, from + 1, to - 1, to],
    refuses: [from - 1, to + 1, -1, 1e9, from + 0.5, Number.NaN, Number.POSITIVE_INFINITY],
});

const label = (most: number): Row => ({
    allowed: `a DNS label: lower-case letters, digits and "-", a letter first, at most ${most} characters`,
    accepts: ["a", "nginx", "a-b", "a--b", "web2", "a".repeat(most)],
    refuses: ["", "-a", "a-", "2web", "Web", "Not_A_Label", "a.b", "a b", "a\n", "é", "a".repeat(most + 1)],
});

const oneOf = (...words: string[]): Row => ({
    allowed: `one of ${words.join(", ")}`,
    accepts: words,
    refuses: ["", "none", "Sometimes", "toString", `${words[0]} `],
});

const image: Row = {
    allowed: "an image reference such as nginx:1.29",
    accepts: [
        ...["nginx", "nginx:1.28", "stenote/nginx-hostname", "registry.k8s.io/e2e-test-images/agnhost:2.45"],
        ...["localhost:5000/nginx:v1", `nginx@${digest}`, `nginx:1.28@${digest}`, "a/b__c:V1.0-rc_1"],
    ],
    refuses: [
        ...["", " ", "nginx:", "/nginx", "nginx/", "nginx latest", "nginx\n", "nginx@sha256:12", "https://nginx"],
        ...["a//b", "nginx:1:2", "NGINX", "library/NGINX", "-nginx", `nginx@${digest}0`],
    ],
};

const resources: Row = {
    allowed: 'requests and limits, each with quantities by resource, such as {"requests": {"memory": "64Mi"}}',
    accepts: [
        {},
        { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "1.5Gi" } },
        { limits: { "nvidia.com/gpu": "1", cpu: "0.5" } },
    ],
    refuses: [
        [],
        { memory: "32Mi" },
        { requests: { memory: 32 } },
        { requests: { memory: "32 Mi" } },
        { requests: { memory: "-1Mi" } },
        { requests: { memory: "much" } },
        { limits: [] },
    ],
};

const table: Record<keyof typeof rules, Row> = {
    namespace: label(63),
    name: label(40),
    replicas: wholeNumber(1, 100),
    requests: wholeNumber(1, 1_000_000),
    parallelism: wholeNumber(1, 20),
    concurrency: wholeNumber(1, 512),
    rate: wholeNumber(0, 100_000),
    image,
    probeImage: image,
    sessionAffinity: oneOf("None", "ClientIP"),
    serviceType: oneOf("ClusterIP", "NodePort"),
    workload: oneOf("Deployment", "StatefulSet"),
    disruption: {
        ...oneOf("none", "kill-one-pod", "rolling-restart", "scale"),
        refuses: ["", "kill", "Scale", "none "],
    },
    probeNode: {
        allowed: "the name of a node, or nothing",
        accepts: ["", "node-1", "ip-10-0-1-7.eu-west-1.compute.internal", "7"],
        refuses: [" ", "Node", "node_1", "-node", "node.", "n".repeat(254), ["node-1"]],
    },
    probeZone: {
        allowed: "the name of a zone, or nothing",
        accepts: ["", "zone-a", "eu-west-1a", "Zone_1.b"],
        refuses: [" ", "-a", "a/b", "z".repeat(64), 1],
    },
    podNodes: {
        allowed: "names of nodes, each once",
        accepts: [[], ["node-1"], ["node-2", "node-1"]],
        refuses: ["node-1", [""], ["node-1", "node-1"], ["Node"], { 0: "node-1" }, [1]],
    },
    podSpread: { ...oneOf("none", "nodes", "zones"), refuses: ["", "node", "Zones"] },
    readyTimeoutSeconds: wholeNumber(10, 3_600),
    internalTrafficPolicy: oneOf("Cluster", "Local"),
    trafficDistribution: {
        ...oneOf("", "PreferSameZone", "PreferSameNode", "PreferClose"),
        refuses: ["none", "toString", "PreferSameZone "],
    },
    falseAlarmRate: {
        allowed: "a number above 0, 0.01 at most",
        accepts: [1e-9, 0.001, 0.01],
        refuses: [0, -0.001, 0.0101, 1, Number.NaN],
    },
    smallestEffect: {
        allowed: "a number above 1, 2 at most",
        accepts: [1.01, 1.5, 2],
        refuses: [1, 0.5, 2.01, Number.NaN],
    },
    imagePullSecrets: {
        allowed: "names of Secrets, each once",
        accepts: [[], ["registry"], ["a.b-c", "d"]],
        refuses: ["registry", [""], ["a", "a"], ["A"], ["a_b"], [1], { 0: "a" }],
    },
    tolerations: {
        allowed:
            "a list of tolerations, each with key, operator (Exists or Equal), value, effect (NoSchedule, PreferNoSchedule " +
            "or NoExecute) and tolerationSeconds, as Kubernetes takes them",
        accepts: [
            [],
            [{ operator: "Exists" }],
            [{ key: "spot" }, { key: "a.io/b", operator: "Equal", value: "yes", effect: "NoSchedule" }],
            [{ key: "spot", operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 }],
        ],
        refuses: [
            {},
            [{}],
            [{ operator: "Equal" }],
            [{ key: "spot", operator: "Exists", value: "yes" }],
            [{ key: "spot", operator: "In" }],
            [{ key: "spot", effect: "Never" }],
            [{ key: "spot", effect: "NoSchedule", tolerationSeconds: 30 }],
            [{ key: "spot", taint: true }],
            ["spot"],
        ],
    },
    nodeSelector: {
        allowed: "labels of nodes, each with its value",
        accepts: [{}, { "kubernetes.io/arch": "arm64", disk: "" }],
        refuses: [[], "disk", { disk: true }, { "-disk": "ssd" }, { disk: "a b" }, { "A.io/b": "c" }, null],
    },
    labels: {
        allowed: "labels with their values, none of which begins with traffic-split/ or pulumi.com/",
        accepts: [{}, { team: "shop", "app.kubernetes.io/part-of": "web" }],
        refuses: [[], { team: "a b" }, { "traffic-split/owner": "me" }, { team: "t".repeat(64) }, { team: 1 }],
    },
    annotations: {
        allowed: "annotations with their texts, none of which begins with traffic-split/ or pulumi.com/",
        accepts: [{}, { contact: "Any text: of any length, such as this" }],
        refuses: [[], { contact: 1 }, { "pulumi.com/patchForce": "true" }, { "traffic-split/stack": "me" }],
    },
    resources,
    probeResources: resources,
    clientImages: {
        allowed:
            "image references by kind of client, which is one of curl, curl-musl, go, load, node, python, round-robin",
        accepts: [{}, { go: "golang:1.25" }, { "curl-musl": `curl@${digest}`, "round-robin": "node:24" }],
        refuses: [{ go: "" }, { golang: "golang:1.25" }, { go: "golang:1.25", "curl-kept-alive": "curl" }, "golang", 5],
    },
};

for (const [name, { allowed, accepts, refuses }] of Object.entries(table)) {
    // A configuration, or another program in JavaScript, gives what the types don't allow.
    const given = (input: unknown) => checked(name as keyof typeof rules, input as never) as pulumi.Output<unknown>;

    describe(`the argument ${name}`, () => {
        for (const value of accepts) {
            it(`may be ${shown(value)}, now or later`, async () => {
                expect(await outcomeOf(given(value))).to.deep.equal({ value });
                expect(await outcomeOf(given(pulumi.output(value)))).to.deep.equal({ value });
            });
        }
        for (const value of refuses) {
            const message = `${name}: ${JSON.stringify(value)} was given; allowed is ${allowed}`;
            it(`may not be ${shown(value)}, now or later`, async () => {
                expect(() => given(value))
                    .to.throw(pulumi.RunError)
                    .with.property("message", message);
                for (const later of [
                    pulumi.output(value),
                    Promise.resolve(value),
                    pulumi.output(Promise.resolve(value)),
                ]) {
                    expect(await outcomeOf(given(later))).to.deep.equal({ message });
                }
            });
        }
    });
}

describe("the size of a measurement", () => {
    const four = ["curl", "node", "go", "python"];
    interface Size {
        readonly replicas: number;
        readonly requests: number;
        readonly parallelism?: number;
        readonly clients: string[];
        readonly services?: number;
    }
    const sizes: [size: Size, message: string | null][] = [
        [{ replicas: 3, requests: 300, clients: four }, null],
        [{ replicas: 100, requests: 10_000, clients: ["curl"] }, null],
        [{ replicas: 25, requests: 10_000, clients: four }, null],
        [{ replicas: 100, requests: 1_000_000, clients: ["load"] }, null],
        [
            { replicas: 3, requests: 10_001, clients: ["load", "curl"] },
            "requests: 10001 was given; allowed with curl are 10000, and more with load alone",
        ],
        [
            { replicas: 28, requests: 1, clients: four },
            "replicas: 28 was given; allowed with 4 clients at 2 Services are 27",
        ],
        [{ replicas: 101, requests: 1, clients: ["curl"] }, "allowed with 1 clients at 2 Services are 100"],
        [{ replicas: 61, requests: 1, clients: ["curl", "go"] }, null],
        [{ replicas: 66, requests: 1, clients: ["curl"], services: 3 }, null],
        [{ replicas: 66, requests: 1, clients: ["curl"], services: 4 }, "allowed with 1 clients at 4 Services are 61"],
        [{ replicas: 3, requests: 40_000, parallelism: 4, clients: ["curl"] }, null],
        [
            { replicas: 3, requests: 40_001, parallelism: 4, clients: ["curl"] },
            "requests: 40001 was given; allowed with curl are 40000, and more with load alone",
        ],
        [{ replicas: 22, requests: 20, parallelism: 20, clients: ["load"] }, null],
        [{ replicas: 100, requests: 20, parallelism: 1, clients: ["load"] }, null],
        [
            { replicas: 3, requests: 4, parallelism: 5, clients: ["curl"] },
            "parallelism: 5 was given; allowed with 4 requests, 3 replicas, 1 clients and 2 Services are 4",
        ],
        [{ replicas: 23, requests: 20, parallelism: 20, clients: ["load"] }, "1 clients and 2 Services are 19"],
        [{ replicas: 17, requests: 20, parallelism: 3, clients: four }, "17 replicas, 4 clients and 2 Services are 2"],
        [
            { replicas: 100, requests: 20, parallelism: 4, clients: ["curl"] },
            "100 replicas, 1 clients and 2 Services are 1",
        ],
    ];
    for (const [size, message] of sizes) {
        it(`is ${message === null ? "allowed" : "refused"} with ${JSON.stringify(size)}`, () => {
            const check = () => {
                checkedSize({ parallelism: 1, ...size, clients: probeClients(size.clients) });
            };
            if (message === null) {
                expect(check).to.not.throw();
            } else {
                expect(check).to.throw(pulumi.RunError, message);
            }
        });
    }
});

describe("the pace of a disrupted measurement", () => {
    it("is of no use where pods come back by the same names", () => {
        const pace = { requests: 300, parallelism: 1, rate: 30, workload: "StatefulSet" } as const;
        const message = "disruption: scale was given; allowed with workload StatefulSet is none";
        expect(() => {
            checkedPace({ ...pace, disruption: "scale" });
        }).to.throw(pulumi.RunError, message);
        expect(() => {
            checkedPace({ ...pace, disruption: "none" });
        }).to.not.throw();
    });

    const paces: [pace: Omit<Parameters<typeof checkedPace>[0], "parallelism">, isAllowed: boolean][] = [
        [{ disruption: "none", requests: 10_000, rate: 0 }, true],
        [{ disruption: "kill-one-pod", requests: 300, rate: 30 }, true],
        [{ disruption: "scale", requests: 300, rate: 1 }, true],
        [{ disruption: "scale", requests: 300, rate: 31 }, false],
        [{ disruption: "rolling-restart", requests: 601, rate: 1 }, false],
        [{ disruption: "kill-one-pod", requests: 300, rate: 0 }, false],
    ];
    for (const [pace, isAllowed] of paces) {
        it(`is ${isAllowed ? "allowed" : "refused"} with ${JSON.stringify(pace)}`, () => {
            const check = () => {
                checkedPace({ ...pace, parallelism: 1 });
                // Each of several pods keeps to the rate.
                checkedPace({ ...pace, requests: 3 * pace.requests, parallelism: 3 });
            };
            const { disruption, requests, rate } = pace;
            const message =
                `rate: ${rate} was given, with ${requests} requests; allowed with disruption ${disruption} is a rate at ` +
                `which they take 10 to 600 seconds, such as ${Math.floor(requests / 30)}`;
            if (isAllowed) {
                expect(check).to.not.throw();
            } else {
                expect(check).to.throw(pulumi.RunError, message);
            }
        });
    }
});

/** The value of an output, or why it has none. */
async function outcomeOf(output: pulumi.Output<unknown>): Promise<{ value: unknown } | { message: string }> {
    try {
        return { value: await (output as unknown as { promise: () => Promise<unknown> }).promise() };
    } catch (error) {
        return { message: error instanceof Error ? error.message : String(error) };
    }
}

function shown(value: unknown): string {
    return typeof value === "number" ? String(value) : JSON.stringify(value).slice(0, 50);
}
