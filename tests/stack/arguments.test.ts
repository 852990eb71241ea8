import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { withEnvironment } from "../unit/environment";
import { kubeconfigOf, KubernetesApi } from "../unit/kubernetesApi";
import { preview, up, type Recorded } from "./recordedStack";

const label = (most: number): string => `a DNS label of at most ${most} characters`;
const ofLabel = '; a DNS label has lower-case letters, digits and "-", and begins with a letter';
const image = "an image reference such as nginx:1.29";

// A configuration, or another program in JavaScript, gives what the types don't allow.
const refused: [argument: keyof TrafficSplitArgs, value: unknown, allowed: string, hint?: string][] = [
    ["requests", 0, "a whole number from 1 to 1000000"],
    ["requests", 1e9, "a whole number from 1 to 1000000"],
    ["requests", 1.5, "a whole number from 1 to 1000000"],
    ["replicas", 0, "a whole number from 1 to 100"],
    ["replicas", 101, "a whole number from 1 to 100"],
    ["readyTimeoutSeconds", 9, "a whole number from 10 to 3600"],
    ["namespace", "Not_A_Label", label(63), ofLabel],
    ["namespace", "", label(63), ofLabel],
    ["name", "n".repeat(41), label(40), ofLabel],
    ["image", "", image],
    ["probeImage", "", image],
    ["sessionAffinity", "Sometimes", "None or ClientIP"],
    ["serviceType", "LoadBalancer", "ClusterIP or NodePort"],
    ["internalTrafficPolicy", "Nowhere", "Cluster or Local"],
    ["trafficDistribution", "PreferMoon", '"", PreferSameZone, PreferSameNode, or PreferClose'],
    ["falseAlarmRate", 0.5, "a number above 0 and at most 0.01"],
    [
        "clientImages",
        { golang: "golang:1.25" },
        "image references by kind of client",
        "; the kinds are curl, curl-musl, go, load, node, python, round-robin",
    ],
];

const known = ["curl", "curl-musl", "go", "load", "node", "python", "round-robin"].flatMap((kind) =>
    // What sends many requests at once keeps no one connection.
    kind === "load" ? [kind] : [kind, `${kind}-kept-alive`],
);
const oneOrMore = (got: string): string =>
    `clients: must be a list of one or more different clients, got ${got}; the clients are ${known.join(", ")}`;
const forms =
    '"[<service>[.<client>]: ]<condition>", where the condition is one of as expected, even, skewed, pinned to one pod, ' +
    "more even than random, or maxShare, podsReached or failedRequests, one of < <= = >= > and a number";
const refusedTogether: [args: object, message: string][] = [
    [{ clients: [] }, oneOrMore("[]")],
    [{ clients: ["wget"] }, oneOrMore('["wget"]')],
    [{ clients: ["curl", "go", "curl"] }, oneOrMore('["curl","go","curl"]')],
    [{ require: ["fair"] }, `require: must be ${forms}, got "fair"`],
    [
        { require: ["nginxclusterip.go: even"], clients: ["curl", "node"] },
        'require: must name one of the clients curl, node, got "nginxclusterip.go: even"',
    ],
    [
        { require: ["nginx-0: even"] },
        'require: must name one of the Services nginxheadless, nginxclusterip, got "nginx-0: even"',
    ],
    [
        { require: ["nginxclusterip-nodeport: even"], serviceType: "NodePort", workload: "StatefulSet", tls: true },
        "require: must name one of the Services nginxheadless, nginxclusterip, nginx-0, got " +
            '"nginxclusterip-nodeport: even"',
    ],
    [{ tls: true, imageAnswersHostname: true }, "tls: must be false where imageAnswersHostname is true, got true"],
    [{ requests: 3, parallelism: 4 }, "parallelism: must be at most 3, the number of requests, got 4"],
];

// These two shape the program's own steps, so that they are plain values.
const plainOnly: (keyof TrafficSplitArgs)[] = ["requests", "readyTimeoutSeconds"];

const makeWith = (argument: string, value: unknown) => () => new TrafficSplit("web", { [argument]: value });

const made = ({ resources }: Recorded): string[] =>
    // The owner is kept in the state alone.
    resources.filter(({ type, custom }) => custom && type !== "pulumi:index:Stash").map(({ name }) => name);

const namesAndOutputs = (resources: Recorded["resources"]): object[] =>
    resources.map(({ name, outputs }) => ({ name, outputs }));

describe("a bad argument is one clear error, and nothing is made", () => {
    const api = new KubernetesApi({ "/version": { major: "1", minor: "34" } });
    before(() => api.start());
    after(() => api.stop());

    for (const [argument, value, allowed, hint = ""] of refused) {
        const message = `${argument}: must be ${allowed}, got ${JSON.stringify(value)}${hint}`;

        it(message, async () => {
            const recorded = await preview(makeWith(argument, value));
            expect(recorded.errors).to.deep.equal([message]);
            // At most what the program itself makes, with nothing in it.
            expect(["web"]).to.include.members(recorded.resources.map(({ name }) => name));
        });

        if (!plainOnly.includes(argument)) {
            it(`${message}, where it is known only later`, async () => {
                const later = makeWith(argument, pulumi.output(Promise.resolve(value)));
                expect((await preview(later)).errors).to.deep.equal([message]);
                const recorded = await up(later, { "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }) });
                expect(recorded.errors).to.deep.equal([message]);
                expect(made(recorded)).to.deep.equal([]);
            });
        }
    }

    for (const [args, message] of refusedTogether) {
        it(message, async () => {
            const recorded = await preview(() => new TrafficSplit("web", args));
            expect(recorded.errors).to.deep.equal([message]);
            expect(recorded.resources).to.deep.equal([]);
        });
    }

    it("that are too much together, though known only later, too", async () => {
        const later = { requests: pulumi.output(Promise.resolve(3)), parallelism: 4 };
        const config = { "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }) };
        const recorded = await up(() => new TrafficSplit("web", later), config);
        expect(recorded.errors).to.have.length(1);
        expect(recorded.errors[0]).to.match(/^parallelism: must be at most 3, /);
        expect(made(recorded)).to.deep.equal([]);
    });

    it("while good ones make everything", async () => {
        const good = await up(() => new TrafficSplit("web", {}), {
            "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }),
        });
        expect(good.errors).to.deep.equal([]);
        expect(made(good)).to.have.length(8);
    });
});

describe("a cluster that is not there is one clear error, and nothing is made", () => {
    // Nothing listens on port 1.
    const closed = { "kubernetes:kubeconfig": kubeconfigOf({ gone: "http://127.0.0.1:1" }) };
    const staleContext = { ...closed, "kubernetes:context": "prod" };
    const withAuthProvider = JSON.stringify({
        "current-context": "dev",
        clusters: [{ name: "dev", cluster: { server: "https://127.0.0.1:1" } }],
        users: [{ name: "me", user: { "auth-provider": { name: "gcp" } } }],
        contexts: [{ name: "dev", context: { cluster: "dev", user: "me" } }],
    });
    const refusal = /^kubernetes:context: gone at http:\/\/127\.0\.0\.1:1 can't be reached: .*ECONNREFUSED/;

    for (const createNamespace of [true, false]) {
        it(`with createNamespace ${createNamespace}`, async () => {
            const recorded = await up(() => new TrafficSplit("web", { createNamespace }), closed);
            expect(recorded.errors).to.have.length(1);
            expect(recorded.errors[0]).to.match(refusal);
            expect(made(recorded)).to.deep.equal([]);
        });
    }

    const limits: [what: string, config: Record<string, string>, variable: string | undefined][] = [
        ["the provider's setting", { "kubernetes:kubeClientSettings": '{"timeout":1}' }, "30"],
        ["the provider's variable", {}, "1"],
    ];
    for (const [what, config, variable] of limits) {
        describe(`by ${what}`, () => {
            withEnvironment(() => ({ PULUMI_K8S_CLIENT_TIMEOUT: variable }));

            it("and the program ends, where it accepts connections and says nothing", async () => {
                const silent = createServer((socket) => socket.on("error", () => undefined).resume());
                await once(silent.listen(0, "127.0.0.1"), "listening");
                const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
                try {
                    // It waits until no connection is open.
                    const recorded = await up(() => new TrafficSplit("web", {}), {
                        "kubernetes:kubeconfig": kubeconfigOf({ silent: url }),
                        ...config,
                    });
                    expect(recorded.errors).to.deep.equal([
                        `kubernetes:context: silent at ${url} can't be reached: no answer within 1 s`,
                    ]);
                } finally {
                    silent.close();
                }
            });
        });
    }

    it("nor with a context that does not exist", async () => {
        const { errors } = await up(() => new TrafficSplit("web", {}), staleContext);
        expect(errors).to.deep.equal(['kubernetes:context: must be one of gone, got "prod"']);
    });

    const stale: [what: string, config: Record<string, string>, warning: RegExp][] = [
        ["a cluster that is not there", closed, refusal],
        [
            "a context that is not there",
            staleContext,
            /^kubernetes:context: must be one of gone, got "prod"\. The preview shows what config decides/,
        ],
        [
            "a kubeconfig that is not there",
            { "kubernetes:kubeconfig": "/no/such/config" },
            /^kubeconfig: can't be read: there is no file \/no\/such\/config\. The preview shows/,
        ],
        [
            "a kubeconfig that asks for what is not supported",
            { "kubernetes:kubeconfig": withAuthProvider },
            /^kubeconfig: user me: auth-provider: must be absent, got "gcp".*\. The preview shows/,
        ],
    ];
    for (const [what, config, warning] of stale) {
        it(`while a preview with ${what} warns once, and tells all that it tells without a kubeconfig`, async () => {
            const program = () => new TrafficSplit("web", { replicas: 2, sessionAffinity: "ClientIP" });
            const { errors, warnings, resources } = await preview(program, config);
            expect(errors).to.deep.equal([]);
            expect(warnings).to.have.length(1);
            expect(warnings[0]).to.match(warning);
            const without = await preview(program);
            expect(without.warnings).to.deep.equal([]);
            expect(namesAndOutputs(resources)).to.have.deep.members(namesAndOutputs(without.resources));
            expect(resources.find(({ name }) => name === "web")?.outputs[0]?.["expected"]).to.have.property(
                "nginxclusterip",
            );
        });
    }

    it("while a preview does without any kubeconfig, whatever context the config names", async () => {
        const { errors, resources } = await preview(() => new TrafficSplit("web", {}), {
            "kubernetes:context": "prod",
        });
        expect(errors).to.deep.equal([]);
        expect(resources.filter(({ type }) => type === "kubernetes:batch/v1:Job")).to.have.length(1);
    });
});
