import { CoreV1Api } from "@kubernetes/client-node";
import { expect } from "chai";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { checkReachable } from "../../components/cluster/clusterSettings";
import type { ClusterAccess } from "../../components/cluster/clusterAccess";
import { clusterApi } from "../../components/cluster/clusterApi";
import { connect } from "../../components/jobLogs/api";
import { loadKubeconfig } from "../../components/cluster/kubeconfig";
import { KubeconfigSocket } from "../../components/jobLogs/kubeconfigSocket";
import { Authority } from "./certificates";
import { ConnectProxy } from "./connectProxy";
import { withEnvironment } from "./environment";
import { KubernetesApi, type Caller } from "./kubernetesApi";
import { refusal } from "./refusals";
import { SocksProxy } from "./socksProxy";

const name = "api.shop.test";
const pod = { namespace: "shop", name: "probe" };
const podPath = "/api/v1/namespaces/shop/pods/probe";
const version = "client.authentication.k8s.io/v1";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Both who look before anything is made, and who reads the logs in another process, by what is handed to it. */
const readers: [who: string, read: (access: ClusterAccess) => Promise<unknown>][] = [
    ["preflight", async (access) => (await clusterApi(access)).makeApiClient(CoreV1Api).readNamespacedPodLog(pod)],
    [
        "the collector",
        async (access) => (await connect(await new KubeconfigSocket().open(access))).core.readNamespacedPodLog(pod),
    ],
];

describe("the API of a cluster", () => {
    const folder = mkdtempSync(join(tmpdir(), "api-"));
    let authority: Authority;
    let api: KubernetesApi;
    let server: string;

    before(async () => {
        authority = await Authority.make();
        const tls = { ...(await authority.issue(name, "fd00::1")), ca: authority.certificate };
        const answers = { [`${podPath}/log`]: "told\n", "/version": { major: "1", minor: "34" } };
        api = new KubernetesApi(answers, { ...tls, requestCert: true, rejectUnauthorized: false });
        await api.start();
        server = `https://${name}:${api.port}`;
    });
    after(async () => {
        await api.stop();
        rmSync(folder, { recursive: true });
    });
    withEnvironment(() => ({
        HTTPS_PROXY: undefined,
        https_proxy: undefined,
        NO_PROXY: undefined,
        no_proxy: undefined,
    }));
    beforeEach(() => {
        api.callers.length = 0;
    });

    /** The way to this API by the address that it has, unless something else is said of the cluster. */
    function accessWith(user: object, cluster: object = {}): Promise<ClusterAccess> {
        return loadKubeconfig({
            kubeconfig: stringify({
                "current-context": "dev",
                clusters: [
                    {
                        name: "dev",
                        cluster: {
                            server: api.url,
                            "tls-server-name": name,
                            "certificate-authority-data": base64(authority.certificate),
                            ...cluster,
                        },
                    },
                ],
                users: [{ name: "jane", user }],
                contexts: [{ name: "dev", context: { cluster: "dev", user: "jane" } }],
            }),
        });
    }
    const reached = async (user: object, cluster: object = {}): Promise<void> =>
        checkReachable(await clusterApi(await accessWith(user, cluster)));

    function plugin(name: string, script: string): string {
        const file = join(folder, name);
        writeFileSync(file, `#!/bin/sh\n${script}\n`);
        chmodSync(file, 0o755);
        return file;
    }
    const withPlugin = (command: string, more: object = {}) => ({
        exec: { apiVersion: version, interactiveMode: "IfAvailable", command, ...more },
    });
    const printing = (status: object, apiVersion = version): string =>
        `echo '${JSON.stringify({ apiVersion, kind: "ExecCredential", status })}'`;

    describe("is called by the identity of the kubeconfig", () => {
        const nobody: Caller = { certificate: undefined, authorization: undefined, impersonation: [] };
        const users: [what: string, user: () => object | Promise<object>, caller: Partial<Caller>][] = [
            ["nobody", () => ({}), {}],
            ["a token", () => ({ token: "abc" }), { authorization: "Bearer abc" }],
            [
                "a token's file, without the end of its line",
                () => {
                    writeFileSync(join(folder, "token"), "of-a-file\n");
                    return { tokenFile: join(folder, "token"), token: "abc" };
                },
                { authorization: "Bearer of-a-file" },
            ],
            [
                "the token where its file is not there",
                () => ({ tokenFile: join(folder, "none"), token: "abc" }),
                { authorization: "Bearer abc" },
            ],
            [
                "a password",
                () => ({ username: "jane", password: "a:b" }),
                { authorization: `Basic ${base64("jane:a:b")}` },
            ],
            [
                "a certificate",
                async () => {
                    const { cert, key } = await authority.issue("jane");
                    return { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
                },
                { certificate: "jane" },
            ],
            [
                "somebody else with groups, a line each",
                () => ({
                    token: "abc",
                    as: "deployer",
                    "as-uid": "1a2b",
                    "as-groups": ["ops", "dev, test", "system:masters"],
                    "as-user-extra": { scopes: ["view", "edit"] },
                }),
                {
                    authorization: "Bearer abc",
                    impersonation: [
                        ["impersonate-user", "deployer"],
                        ["impersonate-uid", "1a2b"],
                        ["impersonate-group", "ops"],
                        ["impersonate-group", "dev, test"],
                        ["impersonate-group", "system:masters"],
                        ["impersonate-extra-scopes", "view"],
                        ["impersonate-extra-scopes", "edit"],
                    ],
                },
            ],
            [
                "a plugin's token",
                () => withPlugin(plugin("token-plugin", printing({ token: "of-a-plugin" }))),
                { authorization: "Bearer of-a-plugin" },
            ],
            [
                "a plugin's certificate",
                async () => {
                    const { cert, key } = await authority.issue("plugged");
                    writeFileSync(
                        join(folder, "printed"),
                        JSON.stringify({
                            apiVersion: version,
                            kind: "ExecCredential",
                            status: { clientCertificateData: cert, clientKeyData: key },
                        }),
                    );
                    return withPlugin(plugin("certificate-plugin", `cat ${join(folder, "printed")}`));
                },
                { certificate: "plugged" },
            ],
        ];
        for (const [what, user, caller] of users) {
            for (const [who, read] of readers) {
                it(`${what}, by ${who}`, async () => {
                    expect(await read(await accessWith(await user()))).to.equal("told\n");
                    expect(api.callers).to.deep.equal([{ ...nobody, ...caller }]);
                });
            }
        }
    });

    describe("is called by an exec plugin", () => {
        const record = `cat; printf '%s\\n%s %s\\n' "$KUBERNETES_EXEC_INFO" "$(pwd)" "$REGION $1" >> ${folder}/seen`;
        const seen = (): string[] => readFileSync(join(folder, "seen"), "utf8").trim().split("\n");

        beforeEach(() => {
            rmSync(join(folder, "seen"), { force: true });
        });

        for (const [who, read] of readers) {
            it(`that finds its environment, folder and cluster, and nothing to read, from ${who}`, async () => {
                const command = plugin("telling", `${record}; ${printing({ token: "told" })}`);
                const env = [{ name: "REGION", value: "eu" }];
                const user = withPlugin(command, { args: ["login"], env, provideClusterInfo: true });
                await read(await accessWith(user));
                const [info, rest] = seen();
                expect(rest).to.equal(`${process.cwd()} eu login`);
                expect(JSON.parse(info ?? "")).to.deep.equal({
                    apiVersion: version,
                    kind: "ExecCredential",
                    spec: {
                        cluster: {
                            server: api.url,
                            "tls-server-name": name,
                            "certificate-authority-data": base64(authority.certificate),
                        },
                        interactive: false,
                    },
                });
            });
        }

        it("once for all calls until its credentials expire", async () => {
            const soon = new Date(Date.now() + 3_600_000).toISOString();
            for (const [expirationTimestamp, runs] of [
                [soon, 1],
                [undefined, 1],
                [new Date(0).toISOString(), 3],
            ] as const) {
                rmSync(join(folder, "seen"), { force: true });
                const command = plugin("expiring", `${record}; ${printing({ token: "told", expirationTimestamp })}`);
                const core = (await clusterApi(await accessWith(withPlugin(command)))).makeApiClient(CoreV1Api);
                await Promise.all([core.readNamespacedPodLog(pod), core.readNamespacedPodLog(pod)]);
                await core.readNamespacedPodLog(pod);
                await core.readNamespacedPodLog(pod);
                expect(seen().length / 2).to.equal(runs);
            }
        });

        const failing: [what: string, command: () => string, more: object, message: RegExp][] = [
            [
                "is not there",
                () => "no-such-plugin-anywhere",
                { installHint: "Install it from example.com" },
                /no credentials: the exec plugin no-such-plugin-anywhere is not found; Install it from example.com$/,
            ],
            [
                "fails",
                () => plugin("failing", "echo 'your session has expired' >&2; exit 3"),
                {},
                /no credentials: the exec plugin \S+ failed with exit status 3: your session has expired$/,
            ],
            [
                "may not be run",
                () => {
                    const file = plugin("closed", "");
                    chmodSync(file, 0o644);
                    return file;
                },
                {},
                /no credentials: the exec plugin \S+ can't be run: EACCES$/,
            ],
            [
                "is ended, without its arguments, which may be secret",
                () => plugin("ended", "kill -KILL $$"),
                { args: ["--password=hunter2"] },
                /no credentials: the exec plugin \S+ was ended by SIGKILL$/,
            ],
            [
                "has arguments that no program can have, without them",
                () => plugin("unfit", ""),
                { args: ["--password=hunter2\0"] },
                /no credentials: the exec plugin \S+ can't be run: ERR_INVALID_ARG_VALUE$/,
            ],
            [
                "says of no date that its credentials expire then",
                () => plugin("dateless", printing({ token: "a", expirationTimestamp: "soon" })),
                {},
                /no credentials: the exec plugin \S+ printed an expirationTimestamp that is no date$/,
            ],
            [
                "prints something else, which is not told",
                () => plugin("chatty", "echo hunter2"),
                {},
                /no credentials: the exec plugin \S+ printed no ExecCredential with a status$/,
            ],
            [
                "speaks another version",
                () => plugin("old", printing({ token: "a" }, "client.authentication.k8s.io/v1beta1")),
                {},
                /printed an ExecCredential of client.authentication.k8s.io\/v1beta1; the kubeconfig asks for \S+v1$/,
            ],
            [
                "has no credentials",
                () => plugin("empty", printing({})),
                {},
                /printed neither a token nor a certificate with its key$/,
            ],
        ];
        for (const [what, command, more, message] of failing) {
            it(`that is named where it ${what}`, async () => {
                expect(await refusal(reached(withPlugin(command(), more))))
                    .to.match(/^kubernetes:context: dev at https:\/\/127\.0\.0\.1:\d+ has /)
                    .and.match(message);
            });
        }

        it("again after it failed", async () => {
            const flag = join(folder, "logged-in");
            const command = plugin("later", `[ -e ${flag} ] || exit 1; ${printing({ token: "told" })}`);
            const cluster = await clusterApi(await accessWith(withPlugin(command)));
            expect(await refusal(checkReachable(cluster))).to.match(/exit status 1$/);
            writeFileSync(flag, "");
            await checkReachable(cluster);
            expect(api.callers.map(({ authorization }) => authorization)).to.deep.equal(["Bearer told"]);
        });
    });

    describe("is known by its certificate", () => {
        it("which must be of the name that the kubeconfig says", async () => {
            const message = await refusal(reached({}, { "tls-server-name": "other.test" }));
            expect(message).to.match(/can't be reached: .*other\.test/);
        });

        it("which must come from the authority of the kubeconfig, whoever calls", async () => {
            const other = await Authority.make();
            const cluster = { "certificate-authority-data": base64(other.certificate) };
            expect(await refusal(reached({}, cluster))).to.match(/can't be reached: .*certificate(?!.*NODE_EXTRA)/);
        });

        it("or else from one that Node.js knows; the error says how it comes to know", async () => {
            const message = await refusal(reached({}, { "certificate-authority-data": "" }));
            expect(message).to.match(
                /can't be reached: .*certificate.*; set certificate-authority .* NODE_EXTRA_CA_CERTS/,
            );
        });

        it("unless nothing is to be verified", async () => {
            const cluster = { "certificate-authority-data": "", "insecure-skip-tls-verify": true };
            await reached({}, cluster);
            expect(api.callers).to.have.length(1);
        });
    });

    describe("behind a proxy", () => {
        const proxy = new ConnectProxy(() => api.port);
        before(() => proxy.start());
        after(() => proxy.stop());
        beforeEach(() => {
            proxy.targets.length = 0;
            proxy.credentials.length = 0;
        });
        const byName = () => ({ server, "tls-server-name": "" });

        for (const [who, read] of readers) {
            for (const variable of ["HTTPS_PROXY", "https_proxy"]) {
                it(`of ${variable} is read through it by ${who}, by the same identity`, async () => {
                    process.env[variable] = `http://me:p%40ss@${proxy.address}`;
                    const { cert, key } = await authority.issue("jane");
                    const user = { "client-certificate-data": base64(cert), "client-key-data": base64(key), as: "ops" };
                    const access = await accessWith(user, byName());
                    // What is handed over counts, whatever the other process finds in its own environment.
                    Reflect.deleteProperty(process.env, variable);
                    expect(await read(access)).to.equal("told\n");
                    expect(proxy.targets).to.deep.equal([`${name}:${api.port}`]);
                    expect(proxy.credentials).to.deep.equal([`Basic ${base64("me:p@ss")}`]);
                    expect(api.callers).to.deep.equal([
                        { certificate: "jane", authorization: undefined, impersonation: [["impersonate-user", "ops"]] },
                    ]);
                });
            }

            it(`of the kubeconfig is read through it by ${who}, in spite of NO_PROXY`, async () => {
                process.env["NO_PROXY"] = "*";
                const cluster = { ...byName(), "proxy-url": `http://${proxy.address}` };
                expect(await read(await accessWith({}, cluster))).to.equal("told\n");
                expect(proxy.targets).to.deep.equal([`${name}:${api.port}`]);
            });

            it(`is read past it by ${who} where NO_PROXY says so`, async () => {
                process.env["HTTPS_PROXY"] = `http://${proxy.address}`;
                process.env["NO_PROXY"] = ".shop.test";
                const access = await accessWith({}, byName());
                await read(access).then(
                    () => expect.fail("nobody has that name"),
                    (error: unknown) => expect(String(error)).to.match(/ENOTFOUND|EAI_AGAIN/),
                );
                expect(proxy.targets).to.deep.equal([]);
            });
        }

        it("is asked for an IPv6 address in brackets, which the certificate has without them", async () => {
            const cluster = { "tls-server-name": "", "proxy-url": `http://${proxy.address}` };
            await reached({}, { ...cluster, server: `https://[fd00::1]:${api.port}` });
            expect(proxy.targets).to.deep.equal([`[fd00::1]:${api.port}`]);
            const message = await refusal(reached({}, { ...cluster, server: `https://[fd00::2]:${api.port}` }));
            expect(message).to.match(/can't be reached .*fd00::2 is not in the cert's list/);
        });

        for (const [scheme, another] of [
            ["http", new ConnectProxy(() => api.port)],
            ["socks5", new SocksProxy(() => api.port)],
        ] as const) {
            it(`of ${scheme} is found by an IPv6 address`, async () => {
                await another.start("::1");
                try {
                    await reached({}, { ...byName(), "proxy-url": `${scheme}://${another.address}` });
                    expect(another.targets).to.deep.equal([`${name}:${api.port}`]);
                } finally {
                    await another.stop();
                }
            });
        }

        it("of SOCKS is told the server's name, and the API is called by the same identity", async () => {
            const socks = new SocksProxy(() => api.port);
            await socks.start();
            try {
                const { cert, key } = await authority.issue("jane");
                const user = { "client-certificate-data": base64(cert), "client-key-data": base64(key) };
                await reached(user, { ...byName(), "proxy-url": `socks5://${socks.address}` });
                expect(socks.targets).to.deep.equal([`${name}:${api.port}`]);
                expect(api.callers.map(({ certificate }) => certificate)).to.deep.equal(["jane"]);
            } finally {
                await socks.stop();
            }
        });

        it("is not reached where that refuses: its answer is not taken for the API's", async () => {
            const closed = new ConnectProxy(() => api.port, 403);
            await closed.start();
            try {
                process.env["HTTPS_PROXY"] = `http://me:hunter2@${closed.address}`;
                const message = await refusal(reached({}, byName()));
                expect(message)
                    .to.match(
                        /^kubernetes:context: dev at \S+ can't be reached through the proxy 127\.0\.0\.1:\d+: .*403/,
                    )
                    .and.not.include("hunter2");
            } finally {
                await closed.stop();
            }
        });
    });

    it("is refused without the password that its URL has", async () => {
        const message = await refusal(reached({}, { server: "https://jane:hunter2@127.0.0.1:1" }));
        expect(message)
            .to.match(/^kubernetes:context: dev at https:\/\/127\.0\.0\.1:1 can't be reached: /)
            .and.not.include("hunter2");
    });

    it("is called many times at once without a warning", async () => {
        const warnings: string[] = [];
        const onWarning = ({ name: kind }: Error): void => void warnings.push(kind);
        process.on("warning", onWarning);
        try {
            const core = (await clusterApi(await accessWith({ token: "t" }))).makeApiClient(CoreV1Api);
            await Promise.all(Array.from({ length: 30 }, () => core.readNamespacedPodLog(pod)));
            // A warning comes in the next turn.
            await new Promise(setImmediate);
        } finally {
            process.off("warning", onWarning);
        }
        expect(warnings).to.deep.equal([]);
    });
});
