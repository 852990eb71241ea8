import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkDisruption, checkRequests } from "../../components/preflight/combinations";
import { checkedSettings } from "../../components/settings/checkedSettings";
import { settingNames, settings, type SettingName } from "../../components/settings/table";
import { meanings, settingsPage, shown, withConfig } from "../../docs/settingsPage";

interface Row {
    readonly allowed: string;
    /** What else the error says. */
    readonly hint?: string;
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
    allowed: `a DNS label of at most ${most} characters`,
    hint: 'a DNS label has lower-case letters, digits and "-", and begins with a letter',
    accepts: ["a", "nginx", "a-b", "a--b", "web2", "a".repeat(most)],
    refuses: ["", "-a", "a-", "2web", "Web", "Not_A_Label", "a.b", "a b", "a\n", "é", "a".repeat(most + 1)],
});

const oneOf = (...words: string[]): Row => ({
    allowed: words.length === 2 ? words.join(" or ") : `${words.slice(0, -1).join(", ")}, or ${words.at(-1)}`,
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

const truth: Row = { allowed: "true or false", accepts: [true, false], refuses: ["true", "", 0, null] };

const resources: Row = {
    allowed: 'requests and limits by resource, such as {"requests": {"memory": "64Mi"}}',
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

const clientNames = [
    ...["curl", "curl-kept-alive", "curl-musl", "curl-musl-kept-alive", "go", "go-kept-alive", "load", "node"],
    ...["node-kept-alive", "python", "python-kept-alive", "round-robin", "round-robin-kept-alive"],
];

const table: Record<SettingName, Row> = {
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
        allowed: 'the name of a node or ""',
        accepts: ["", "node-1", "ip-10-0-1-7.eu-west-1.compute.internal", "7"],
        refuses: [" ", "Node", "node_1", "-node", "node.", "n".repeat(254), ["node-1"]],
    },
    probeZone: {
        allowed: 'the name of a zone or ""',
        accepts: ["", "zone-a", "eu-west-1a", "Zone_1.b"],
        refuses: [" ", "-a", "a/b", "z".repeat(64), 1],
    },
    podNodes: {
        allowed: "a list of different names of nodes",
        accepts: [[], ["node-1"], ["node-2", "node-1"]],
        refuses: ["node-1", [""], ["node-1", "node-1"], ["Node"], { 0: "node-1" }, [1]],
    },
    podSpread: { ...oneOf("none", "nodes", "zones"), refuses: ["", "node", "Zones"] },
    readyTimeoutSeconds: wholeNumber(10, 3_600),
    internalTrafficPolicy: oneOf("Cluster", "Local"),
    trafficDistribution: {
        allowed: '"", PreferSameZone, PreferSameNode, or PreferClose',
        accepts: ["", "PreferSameZone", "PreferSameNode", "PreferClose"],
        refuses: ["none", "toString", "PreferSameZone "],
    },
    falseAlarmRate: {
        allowed: "a number above 0 and at most 0.01",
        accepts: [1e-9, 0.001, 0.01],
        refuses: [0, -0.001, 0.0101, 1, Number.NaN],
    },
    smallestEffect: {
        allowed: "a number above 1 and at most 2",
        accepts: [1.01, 1.5, 2],
        refuses: [1, 0.5, 2.01, Number.NaN],
    },
    imagePullSecrets: {
        allowed: "a list of different names of Secrets",
        accepts: [[], ["registry"], ["a.b-c", "d"]],
        refuses: ["registry", [""], ["a", "a"], ["A"], ["a_b"], [1], { 0: "a" }],
    },
    tolerations: {
        allowed: "a list of tolerations as in a pod's specification",
        hint:
            "a toleration has key, operator (Exists or Equal), value, effect (NoSchedule, PreferNoSchedule or NoExecute) and " +
            "tolerationSeconds",
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
        allowed: "labels of nodes with their values",
        accepts: [{}, { "kubernetes.io/arch": "arm64", disk: "" }],
        refuses: [[], "disk", { disk: true }, { "-disk": "ssd" }, { disk: "a b" }, { "A.io/b": "c" }, null],
    },
    labels: {
        allowed: "labels with their values, whose keys don't begin with traffic-split/ or pulumi.com/",
        accepts: [{}, { team: "shop", "app.kubernetes.io/part-of": "web" }],
        refuses: [[], { team: "a b" }, { "traffic-split/owner": "me" }, { team: "t".repeat(64) }, { team: 1 }],
    },
    annotations: {
        allowed: "annotations with their texts, whose keys don't begin with traffic-split/ or pulumi.com/",
        accepts: [{}, { contact: "Any text: of any length, such as this" }],
        refuses: [[], { contact: 1 }, { "pulumi.com/patchForce": "true" }, { "traffic-split/stack": "me" }],
    },
    resources,
    probeResources: resources,
    clientImages: {
        allowed: "image references by kind of client",
        hint: "the kinds are curl, curl-musl, go, load, node, python, round-robin",
        accepts: [{}, { go: "golang:1.25" }, { "curl-musl": `curl@${digest}`, "round-robin": "node:24" }],
        refuses: [{ go: "" }, { golang: "golang:1.25" }, { go: "golang:1.25", "curl-kept-alive": "curl" }, "golang", 5],
    },
    clients: {
        allowed: "a list of one or more different clients",
        hint: `the clients are ${clientNames.join(", ")}`,
        accepts: [["curl"], clientNames, ["go", "curl-musl-kept-alive"]],
        refuses: [
            ...[[], ["wget"], ["curl", "go", "curl"], [""], ["-kept-alive"], ["curl-kept-alive-kept-alive"], ["Curl"]],
            ...[["load-kept-alive"], "curl", { 0: "curl" }, [1]],
        ],
    },
    require: { allowed: "a list of texts", accepts: [[], ["even"]], refuses: ["even", [1], null] },
    runId: { allowed: "a text", accepts: ["", "again"], refuses: [1, null] },
    createNamespace: truth,
    imageAnswersHostname: truth,
    publishNotReadyAddresses: truth,
    tls: truth,
    installCertManager: truth,
    platformUser: truth,
    portSysctl: truth,
    mesh: truth,
};

for (const [name, { allowed, hint, accepts, refuses }] of Object.entries(table) as [SettingName, Row][]) {
    // A configuration, or another program in JavaScript, gives what the types don't allow.
    const given = (input: unknown) => pulumi.output(checkedSettings({ [name]: input }, [name])[name]);

    const { isPlain } = settings[name];
    const when = isPlain ? "now" : "now or later";

    describe(`the setting ${name}`, () => {
        for (const value of accepts) {
            it(`may be ${brief(value)}, ${when}`, async () => {
                expect(await outcomeOf(given(value))).to.deep.equal({ value });
                if (!isPlain) {
                    expect(await outcomeOf(given(pulumi.output(value)))).to.deep.equal({ value });
                }
            });
        }
        if (isPlain) {
            it("may not be known only later", () => {
                const message = `${name}: must be a plain value, got an output; it decides which resources there are`;
                for (const later of [pulumi.output(accepts[0]), Promise.resolve(accepts[0])]) {
                    expect(() => given(later))
                        .to.throw(pulumi.RunError)
                        .with.property("message", message);
                }
            });
        } else {
            it("is not shown by its error where it is secret", async () => {
                const outcome = await outcomeOf(given(pulumi.secret(refuses[0])));
                expect(outcome).to.have.property("message").that.includes("got [secret]");
            });
        }
        for (const value of refuses) {
            const message =
                `${name}: must be ${allowed}, got ${Object.is(value, NaN) || value === Infinity ? String(value) : JSON.stringify(value)}` +
                (hint === undefined ? "" : `; ${hint}`);
            it(`may not be ${brief(value)}, ${when}`, async () => {
                expect(() => given(value))
                    .to.throw(pulumi.RunError)
                    .with.property("message", message);
                const later = [pulumi.output(value), Promise.resolve(value), pulumi.output(Promise.resolve(value))];
                for (const each of isPlain ? [] : later) {
                    expect(await outcomeOf(given(each))).to.deep.equal({ message });
                }
            });
        }

        it("is its default where it is not given, or undefined", async () => {
            const value = settings[name].default;
            expect(await outcomeOf(given(undefined))).to.deep.equal({ value });
            expect(await outcomeOf(pulumi.output(checkedSettings({}, [name])[name] as unknown))).to.deep.equal({
                value,
            });
            expect(await outcomeOf(given(value))).to.deep.equal({ value });
        });
    });
}

describe("a setting with a key that JSON can have and an object can't", () => {
    for (const [name, text] of [
        ["labels", '{"__proto__": "bad value!"}'],
        ["clientImages", '{"__proto__": "x"}'],
        ["resources", '{"requests": {"__proto__": "x"}}'],
    ] as const) {
        it(`is refused: ${name}`, () => {
            expect(() => checkedSettings({ [name]: JSON.parse(text) as unknown }, [name])).to.throw(
                pulumi.RunError,
                `${name}: must be `,
            );
        });
    }
});

describe("the table of settings", () => {
    const folder = join(__dirname, "../..");
    const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");
    const advice = "run `npm run settings`";
    const all = meanings();

    it("says of each setting what it means, in a sentence that fits a table, and its default", () => {
        expect([...all.keys()]).to.deep.equal(settingNames);
        for (const [name, { sentence, details, default: tag }] of all) {
            expect(sentence, name).to.match(/^[A-Z].*\.$/);
            expect(sentence.length, name).to.be.at.most(100);
            expect(details, name).to.match(/^$|\.$/);
            expect(tag, `@default of ${name}`).to.equal(shown(settings[name as SettingName].default));
        }
    });

    it("is what docs/settings.md shows, with no cell over 100 characters", async () => {
        const page = textOf("docs/settings.md");
        expect(page, advice).to.equal(await settingsPage());
        const cells = page.split("\n").flatMap((line) => (line.startsWith("|") ? line.split(/(?<!\\)\|/) : []));
        expect(cells.map((cell) => cell.trim()).filter((cell) => cell.length > 100)).to.deep.equal([]);
    });

    it("is what Pulumi.yaml declares", async () => {
        const declared = textOf("Pulumi.yaml");
        expect(declared, advice).to.equal(await withConfig(declared));
    });
});

describe("the requests of a measurement", () => {
    const four = ["curl", "node", "go", "python"];
    interface Size {
        readonly replicas: number;
        readonly requests: number;
        readonly parallelism?: number;
        readonly clients: string[];
    }
    const sizes: [size: Size, message: string | null][] = [
        [{ replicas: 3, requests: 300, clients: four }, null],
        [{ replicas: 100, requests: 10_000, clients: ["curl"] }, null],
        [{ replicas: 25, requests: 10_000, clients: four }, null],
        [{ replicas: 100, requests: 300, clients: clientNames }, null],
        [{ replicas: 100, requests: 300, parallelism: 20, clients: clientNames }, null],
        [{ replicas: 100, requests: 1_000_000, clients: ["load"] }, null],
        [
            { replicas: 3, requests: 10_001, clients: ["load", "curl", "go"] },
            "requests: must be at most 10000 with curl and go, got 10001; raise parallelism, or let load alone call",
        ],
        [{ replicas: 3, requests: 40_000, parallelism: 4, clients: ["curl"] }, null],
        [
            { replicas: 3, requests: 40_001, parallelism: 4, clients: ["curl"] },
            "requests: must be at most 40000 with curl, got 40001; raise parallelism, or let load alone call",
        ],
        [
            { replicas: 100, requests: 6_251, clients: four },
            "requests: must be at most 6250 with 100 replicas and 4 clients that print, got 6251; raise parallelism, or lower " +
                "one of the others",
        ],
        [{ replicas: 100, requests: 6_250, clients: four }, null],
        [{ replicas: 100, requests: 12_500, parallelism: 2, clients: four }, null],
        [{ replicas: 100, requests: 20, parallelism: 20, clients: ["load"] }, null],
        [
            { replicas: 3, requests: 4, parallelism: 5, clients: ["curl"] },
            "parallelism: must be at most 4, the number of requests, got 5",
        ],
    ];
    for (const [size, message] of sizes) {
        it(`are ${message === null ? "allowed" : "refused"} with ${JSON.stringify(size)}`, () => {
            const check = () => {
                checkRequests({ parallelism: 1, ...size });
            };
            if (message === null) {
                expect(check).to.not.throw();
            } else {
                expect(check).to.throw(pulumi.RunError).with.property("message", message);
            }
        });
    }
});

describe("the pace of a disrupted measurement", () => {
    it("is of no use where pods come back by the same names", () => {
        const pace = { requests: 300, parallelism: 1, rate: 30, workload: "StatefulSet" } as const;
        const message = "disruption: must be none where workload is StatefulSet, got scale; ";
        expect(() => {
            checkDisruption({ ...pace, disruption: "scale" });
        }).to.throw(pulumi.RunError, message);
        expect(() => {
            checkDisruption({ ...pace, disruption: "none" });
        }).to.not.throw();
    });

    const paces: [pace: Omit<Parameters<typeof checkDisruption>[0], "parallelism" | "workload">, isAllowed: boolean][] =
        [
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
                checkDisruption({ ...pace, workload: "Deployment", parallelism: 1 });
                // Each of several pods keeps to the rate.
                checkDisruption({ ...pace, workload: "Deployment", requests: 3 * pace.requests, parallelism: 3 });
            };
            const { disruption, requests, rate } = pace;
            const message =
                `rate: must be such that ${requests} requests take 10 to 600 seconds with disruption ${disruption}, got ` +
                `${rate}; ${Math.floor(requests / 30)} is one`;
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

function brief(value: unknown): string {
    return typeof value === "number" ? String(value) : JSON.stringify(value).slice(0, 50);
}
