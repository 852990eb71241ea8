import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { loadKubeconfig, type ClusterSettings } from "../../components/cluster/kubeconfig";
import { withEnvironment } from "./environment";
import { kubeconfigOf } from "./kubernetesApi";
import { refusal } from "./refusals";

const content = kubeconfigOf({ dev: "https://dev.example:6443", prod: "https://prod.example:6443" });
const server = "https://dev.example:6443";

/** A kubeconfig of one context whose cluster and user are these. */
function kubeconfigWith(cluster: object, user: object = {}): string {
    return stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": "dev",
        clusters: [{ name: "dev", cluster: { server, ...cluster } }],
        users: [{ name: "jane", user }],
        contexts: [{ name: "dev", context: { cluster: "dev", user: "jane" } }],
    });
}

const accessWith = (cluster: object, user: object = {}) =>
    loadKubeconfig({ kubeconfig: kubeconfigWith(cluster, user) });

describe("the cluster of a provider", () => {
    const root = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    const file = join(root, "config");
    const homeFile = join(root, "home", ".kube", "config");
    const serviceAccount = join(root, "serviceaccount");

    before(() => {
        writeFileSync(file, content);
        mkdirSync(join(root, "home", ".kube"), { recursive: true });
        writeFileSync(homeFile, kubeconfigOf({ home: "https://home.example" }, "you"));
        mkdirSync(serviceAccount);
        writeFileSync(join(serviceAccount, "token"), "of-the-pod\n");
        writeFileSync(join(serviceAccount, "ca.crt"), "authority");
    });
    after(() => {
        rmSync(root, { recursive: true });
    });
    withEnvironment(() => ({
        HOME: join(root, "home"),
        KUBECONFIG: undefined,
        KUBERNETES_SERVICE_HOST: undefined,
        KUBERNETES_SERVICE_PORT: undefined,
        HTTPS_PROXY: undefined,
        https_proxy: undefined,
        PULUMI_K8S_CLIENT_TIMEOUT: undefined,
    }));

    const found: [what: string, settings: ClusterSettings, context: string, server: string][] = [
        ["content", { kubeconfig: content }, "dev", "https://dev.example:6443"],
        ["a path", { kubeconfig: file }, "dev", "https://dev.example:6443"],
        ["nothing", {}, "home", "https://home.example"],
        ["an empty text", { kubeconfig: "", context: "", cluster: "" }, "home", "https://home.example"],
        ["a context", { kubeconfig: content, context: "prod" }, "prod", "https://prod.example:6443"],
        ["a cluster", { kubeconfig: content, cluster: "prod-cluster" }, "dev", "https://prod.example:6443"],
    ];
    for (const [what, settings, context, url] of found) {
        it(`is ${url}, given ${what}`, async () => {
            const access = await loadKubeconfig(settings);
            expect(access).to.deep.include({ context, server: url, authorization: { kind: "token", token: "t0ken" } });
        });
    }

    it("is that of KUBECONFIG, of several files there as kubectl merges them: the first that says something counts", async () => {
        const other = join(root, "other");
        writeFileSync(other, kubeconfigOf({ home: "https://elsewhere.example", dev: "https://not.example" }));
        process.env["KUBECONFIG"] = ["/no/such/config", file, homeFile, other].join(":");
        expect(await loadKubeconfig({})).to.have.property("server", "https://dev.example:6443");
        expect(await loadKubeconfig({ context: "home" })).to.have.property("server", "https://home.example");
    });

    it("does not mind what is wrong with entries that it does not use", async () => {
        const kubeconfig = stringify({
            "current-context": "dev",
            clusters: [{ name: "broken" }, { name: "dev", cluster: { server } }],
            contexts: [
                { name: "broken", context: null },
                { name: "dev", context: { cluster: "dev" } },
            ],
            users: null,
        });
        const access = await loadKubeconfig({ kubeconfig });
        expect(access).to.deep.include({
            server,
            certificate: null,
            authorization: { kind: "none" },
            impersonation: [],
        });
    });

    it("is the pod's own with its service account, where there is no kubeconfig", async () => {
        process.env["HOME"] = root;
        process.env["KUBERNETES_SERVICE_PORT"] = "443";
        for (const [host, url] of [
            ["10.96.0.1", "https://10.96.0.1:443"],
            ["fd00::1", "https://[fd00::1]:443"],
        ]) {
            process.env["KUBERNETES_SERVICE_HOST"] = host;
            expect(await loadKubeconfig({}, serviceAccount)).to.deep.include({
                context: "in-cluster",
                server: url,
                ca: "authority",
                authorization: { kind: "tokenFile", file: join(serviceAccount, "token"), token: "" },
            });
        }
        process.env["KUBECONFIG"] = file;
        expect(await loadKubeconfig({}, serviceAccount)).to.have.property("context", "dev");
    });

    const refused: [what: string, settings: ClusterSettings, message: RegExp][] = [
        [
            "an unknown context",
            { kubeconfig: content, context: "qa" },
            /^kubernetes:context: must be one of dev, prod, got "qa"$/,
        ],
        [
            "an unknown cluster",
            { kubeconfig: content, cluster: "qa" },
            /^kubernetes:cluster: must be one of dev-cluster, prod-cluster, got "qa"$/,
        ],
        [
            "a kubeconfig without contexts",
            { kubeconfig: "{}" },
            /^kubernetes:context: must be in the kubeconfig, which has none, got /,
        ],
        [
            "a context whose cluster is not there",
            { kubeconfig: stringify({ contexts: [{ name: "a", context: { cluster: "b" } }], "current-context": "a" }) },
            /^kubeconfig: context a: cluster: must be in the kubeconfig, which has none, got "b"$/,
        ],
        [
            "a context of a kubeconfig that is not there",
            { context: "qa" },
            /^kubernetes:context: must be one of home, got "qa"$/,
        ],
        ["a path that does not exist", { kubeconfig: "/no/such/config" }, /^kubeconfig: .*\/no\/such\/config$/],
        [
            "a path below ~, which is the home of the user database as it is to the provider",
            { kubeconfig: "~/no/such/config" },
            new RegExp(`^kubeconfig: .* ${userInfo().homedir}/no/such/config$`),
        ],
        ["a folder", { kubeconfig: tmpdir() }, /^kubeconfig: \/\S+: can't be read: EISDIR/],
        [
            "text where a list belongs",
            { kubeconfig: "clusters: hunter2\nusers: []" },
            /^kubeconfig: clusters: not valid in a kubeconfig: (?!.*hunter2)/,
        ],
    ];
    for (const [what, settings, message] of refused) {
        it(`is refused, given ${what}`, async () => {
            expect(await refusal(loadKubeconfig(settings))).to.match(message);
        });
    }

    it("is refused where KUBECONFIG names no file", async () => {
        process.env["KUBECONFIG"] = "/no/such/config";
        expect(await refusal(loadKubeconfig({}))).to.match(
            /^kubeconfig: none found; KUBECONFIG names .*\/no\/such\/config/,
        );
    });

    it("is refused where there is no kubeconfig at all, in words for a newcomer", async () => {
        process.env["HOME"] = root;
        expect(await refusal(loadKubeconfig({})))
            .to.match(/^kubeconfig: none found; /)
            .and.include("KUBECONFIG");
    });

    it("is refused where a provider of the program's own takes several files of KUBECONFIG for one", async () => {
        const kubeconfig = [file, homeFile].join(":");
        process.env["KUBECONFIG"] = kubeconfig;
        expect(await refusal(loadKubeconfig({ kubeconfig }))).to.match(
            /^kubeconfig: must be one file, .* takes KUBECONFIG for one path/,
        );
    });

    const notYaml: [what: string, kubeconfig: string, message: RegExp][] = [
        ["a map within a line", "token: hunter2\n  users: : [", /\(BLOCK_AS_IMPLICIT_KEY\) at line 1$/],
        [
            "an alias without its anchor",
            "users:\npassword: *hunter2\n",
            /\(UNRESOLVED_ALIAS\) at line 2; quote a value/,
        ],
        ["a block that starts on its first line", "a: 1\ntoken: >hunter2\n", /\(UNEXPECTED_TOKEN\) at line 2$/],
        [
            "aliases that stand for too much",
            [
                "a: &a [hunter2]",
                ...["ab", "bc", "cd"].map(([from, to]) => `${to}: &${to} [${`*${from},`.repeat(9)}]`),
            ].join("\n"),
            /\(EXCESSIVE_ALIASES\); write out/,
        ],
    ];
    for (const [what, kubeconfig, message] of notYaml) {
        it(`is refused without quoting a kubeconfig with ${what}: it may be secret`, async () => {
            expect(await refusal(loadKubeconfig({ kubeconfig })))
                .to.match(/^kubeconfig: it is not YAML /)
                .and.match(message)
                .and.not.include("hunter2");
        });
    }

    it("is read without a warning that quotes the kubeconfig", async () => {
        const warnings: string[] = [];
        const onWarning = ({ message }: Error): void => void warnings.push(message);
        process.on("warning", onWarning);
        try {
            await loadKubeconfig({ kubeconfig: `${kubeconfigWith({})}preferences: { ? [hunter2] : !hunter2 x }\n` });
            // A warning comes in the next turn.
            await new Promise(setImmediate);
        } finally {
            process.off("warning", onWarning);
        }
        expect(warnings).to.deep.equal([]);
    });

    it("is refused by the name of the file that is broken, where KUBECONFIG names several", async () => {
        const broken = join(root, "broken");
        process.env["KUBECONFIG"] = [file, broken].join(":");
        for (const [text, message] of [
            ["users: [", "it is not YAML (BAD_INDENT) at line 1"],
            ["users: hunter2", "users: not valid in a kubeconfig: "],
            ["users: [{ name: [] }]", "users: 0: name: not valid in a kubeconfig: "],
        ] as const) {
            writeFileSync(broken, text);
            expect(await refusal(loadKubeconfig({}))).to.include(`kubeconfig: ${broken}: ${message}`);
        }
    });

    describe("with relative paths", () => {
        const paths = kubeconfigWith(
            { "certificate-authority": "authority.crt" },
            { "client-certificate": "jane.crt", "client-key": "jane.key", tokenFile: "jane.token" },
        );
        const withPlugin = (command: string) =>
            kubeconfigWith({}, { exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command } });
        const away = join(root, "away");
        const here = process.cwd();

        before(() => {
            mkdirSync(away);
            for (const folder of [root, away]) {
                for (const name of ["authority.crt", "jane.crt", "jane.key"]) {
                    writeFileSync(join(folder, name), `${name} in ${folder}`);
                }
            }
        });
        afterEach(() => {
            process.chdir(here);
        });

        it("finds files by the folder of the kubeconfig, in the files of KUBECONFIG", async () => {
            const relative = join(root, "relative");
            writeFileSync(relative, paths);
            process.chdir(away);
            for (const each of [relative, "../relative", `/no/such/config:${relative}`]) {
                process.env["KUBECONFIG"] = each;
                expect(await loadKubeconfig({})).to.deep.include({
                    ca: `authority.crt in ${root}`,
                    certificate: { cert: `jane.crt in ${root}`, key: `jane.key in ${root}` },
                    authorization: { kind: "tokenFile", file: join(root, "jane.token"), token: "" },
                });
            }
        });

        it("finds files by the working folder, as the provider does, in a kubeconfig that is given", async () => {
            const relative = join(root, "relative");
            writeFileSync(relative, paths);
            process.chdir(away);
            for (const kubeconfig of [relative, paths]) {
                expect(await loadKubeconfig({ kubeconfig })).to.deep.include({
                    ca: `authority.crt in ${away}`,
                    certificate: { cert: `jane.crt in ${away}`, key: `jane.key in ${away}` },
                    authorization: { kind: "tokenFile", file: join(away, "jane.token"), token: "" },
                });
            }
        });

        it("finds exec plugins the same way, but for a bare name", async () => {
            process.chdir(away);
            for (const [command, ofKubeconfig] of [
                ["./plugin", join(root, "plugin")],
                ["bin/plugin", join(root, "bin/plugin")],
                ["plugin", "plugin"],
            ] as const) {
                process.env["KUBECONFIG"] = join(root, "with-plugin");
                writeFileSync(process.env["KUBECONFIG"], withPlugin(command));
                expect((await loadKubeconfig({})).authorization).to.deep.include({
                    command: ofKubeconfig,
                    folder: away,
                });
                const given = await loadKubeconfig({ kubeconfig: withPlugin(command) });
                expect(given.authorization).to.deep.include({ command, folder: away });
            }
        });

        it("is refused by the name of a file that is not there", async () => {
            const missing: [cluster: object, user: object, message: RegExp][] = [
                [
                    { "certificate-authority": "none.crt" },
                    {},
                    /^kubeconfig: cluster dev: certificate-authority: .*'none.crt'$/,
                ],
                [{}, { "client-certificate": "no.crt" }, /^kubeconfig: user jane: client-certificate: .*'no.crt'$/],
            ];
            for (const [cluster, user, message] of missing) {
                expect(await refusal(accessWith(cluster, user))).to.match(message);
            }
        });
    });

    describe("with an identity", () => {
        const base64 = (text: string): string => Buffer.from(text).toString("base64");
        const plugin = { apiVersion: "client.authentication.k8s.io/v1", command: "login", interactiveMode: "Never" };
        const certificate = { "client-certificate-data": base64("jane"), "client-key-data": base64("key") };

        const identities: [what: string, user: object, expected: object][] = [
            ["a token", { token: "abc" }, { authorization: { kind: "token", token: "abc" } }],
            [
                "a token's file, before a token",
                { token: "abc", tokenFile: "/run/token" },
                { authorization: { kind: "tokenFile", file: "/run/token", token: "abc" } },
            ],
            [
                "a password",
                { username: "jane", password: "abc" },
                { authorization: { kind: "basic", username: "jane", password: "abc" } },
            ],
            [
                "a certificate",
                certificate,
                { certificate: { cert: "jane", key: "key" }, authorization: { kind: "none" } },
            ],
            [
                "a certificate beside a token",
                { ...certificate, token: "abc" },
                { certificate: { cert: "jane", key: "key" }, authorization: { kind: "token", token: "abc" } },
            ],
            [
                "data of a certificate, before its file",
                { ...certificate, "client-certificate": "/no/such.crt", "client-key": "/no/such.key" },
                { certificate: { cert: "jane", key: "key" } },
            ],
            [
                "no plugin beside a token",
                { token: "abc", exec: plugin },
                { authorization: { kind: "token", token: "abc" } },
            ],
            ["no plugin beside a certificate", { ...certificate, exec: plugin }, { authorization: { kind: "none" } }],
            [
                "a plugin alone",
                { exec: { ...plugin, args: ["-v"], env: [{ name: "REGION", value: "eu" }], installHint: "buy it" } },
                {
                    authorization: {
                        kind: "exec",
                        apiVersion: plugin.apiVersion,
                        command: "login",
                        args: ["-v"],
                        env: { REGION: "eu" },
                        folder: process.cwd(),
                        installHint: "buy it",
                        cluster: null,
                    },
                },
            ],
            [
                "somebody else's rights",
                {
                    as: "system:serviceaccount:shop:deployer",
                    "as-uid": "1a2b",
                    "as-groups": ["ops", "system:masters"],
                    "as-user-extra": { scopes: ["view", "edit"], "acme.com/project (old)": ["web"] },
                },
                {
                    impersonation: [
                        ["Impersonate-User", "system:serviceaccount:shop:deployer"],
                        ["Impersonate-Uid", "1a2b"],
                        ["Impersonate-Group", "ops"],
                        ["Impersonate-Group", "system:masters"],
                        ["Impersonate-Extra-scopes", "view"],
                        ["Impersonate-Extra-scopes", "edit"],
                        ["Impersonate-Extra-acme.com%2Fproject%20%28old%29", "web"],
                    ],
                },
            ],
        ];
        for (const [what, user, expected] of identities) {
            it(`has ${what}`, async () => {
                expect(await accessWith({}, user)).to.deep.include(expected);
            });
        }

        it("gives no credentials away by plain HTTP", async () => {
            const user = { ...certificate, token: "abc", as: "jane" };
            expect(await accessWith({ server: "http://127.0.0.1:8001" }, user)).to.deep.include({
                certificate: null,
                authorization: { kind: "none" },
                impersonation: [["Impersonate-User", "jane"]],
            });
        });

        it("tells a plugin of the cluster where it wants to know", async () => {
            const cluster = {
                "certificate-authority-data": base64("authority"),
                "tls-server-name": "api.example",
                "proxy-url": "http://proxy.example",
                extensions: [
                    { name: "client.authentication.k8s.io/exec", extension: { audience: "dev" } },
                    { name: "acme", extension: { audience: "acme" } },
                ],
            };
            const { authorization } = await accessWith(cluster, { exec: { ...plugin, provideClusterInfo: true } });
            expect(JSON.parse(JSON.stringify(authorization))).to.deep.include({
                cluster: {
                    server,
                    "certificate-authority-data": base64("authority"),
                    "tls-server-name": "api.example",
                    "proxy-url": "http://proxy.example",
                    config: { audience: "dev" },
                },
            });
        });

        const notSupported: [what: string, user: object, message: RegExp][] = [
            [
                "an auth-provider",
                { "auth-provider": { name: "oidc", config: { "id-token": "hunter2" } } },
                /^kubeconfig: user jane: auth-provider: must be absent, got "oidc", .* not supported; use an exec plugin/,
            ],
            [
                "a plugin that wants somebody to type",
                { exec: { ...plugin, interactiveMode: "Always" } },
                /^kubeconfig: user jane: exec: interactiveMode: must be Never or IfAvailable, got "Always"; nobody can type/,
            ],
            [
                "a plugin of a version that is gone",
                { exec: { ...plugin, apiVersion: "client.authentication.k8s.io/v1alpha1" } },
                /^kubeconfig: user jane: exec: apiVersion: must be one of .*v1, .*v1beta1, got .*v1alpha1"$/,
            ],
            [
                "a plugin without a command",
                { exec: { ...plugin, command: "" } },
                /^kubeconfig: user jane: exec: .*command/,
            ],
            [
                "groups of nobody",
                { "as-groups": ["ops"] },
                /^kubeconfig: user jane: as-uid, as-groups and as-user-extra: need as; set it/,
            ],
            ...[{ token: "hunter2" }, { tokenFile: "/run/token" }].flatMap((bearer) =>
                [{ username: "jane" }, { password: "hunter2" }].map((basic): [string, object, RegExp] => [
                    `${Object.keys(bearer).join()} beside ${Object.keys(basic).join()}`,
                    { ...bearer, ...basic },
                    /^kubeconfig: user jane: must have one authentication method, got token(File)? with username or password/,
                ]),
            ),
            [
                "a certificate without its key",
                { "client-certificate-data": "YQ==" },
                /client-certificate: .* client-key/,
            ],
        ];
        for (const [what, user, message] of notSupported) {
            it(`is refused by name with ${what}`, async () => {
                expect(await refusal(accessWith({}, user)))
                    .to.match(message)
                    .and.not.include("hunter2");
            });
        }
    });

    describe("behind a proxy", () => {
        it("is reached by the proxy of the environment, and past it where NO_PROXY says so", async () => {
            process.env["HTTPS_PROXY"] = "http://proxy.example:3128";
            expect(await accessWith({})).to.have.property("proxyUrl", "http://proxy.example:3128");
            expect(await accessWith({ server: "https://localhost:6443" })).to.have.property("proxyUrl", null);
        });

        it("is reached by the kubeconfig's own proxy, wherever it is", async () => {
            process.env["HTTPS_PROXY"] = "http://proxy.example:3128";
            const cluster = { server: "https://localhost:6443", "proxy-url": "https://other.example" };
            expect(await accessWith(cluster)).to.have.property("proxyUrl", "https://other.example");
        });

        it("has a SOCKS proxy look its name up, as programs in Go have", async () => {
            const cluster = { "proxy-url": "socks5://127.0.0.1:1080" };
            expect(await accessWith(cluster)).to.have.property("proxyUrl", "socks5h://127.0.0.1:1080");
        });

        it("is refused by the scheme of another proxy, without the rest, which may be secret", async () => {
            for (const url of ["socks4://me:hunter2@proxy.example", "ftp://me:hunter2@proxy.example"]) {
                const message = await refusal(accessWith({ "proxy-url": url }));
                expect(message)
                    .to.match(
                        /^kubeconfig: cluster dev: proxy-url: must be a URL with .*, got the scheme "(socks4|ftp)"$/,
                    )
                    .and.not.include("hunter2");
            }
        });
    });

    const limits: [kubeClientSettings: string | undefined, variable: string | undefined, seconds: number][] = [
        [undefined, undefined, 10],
        [undefined, "3", 3],
        [undefined, "0", 10],
        ["{}", "3", 3],
        ['{"timeout":45,"burst":7}', "3", 45],
        ['{"timeout":0}', "3", 10],
        ['{"timeout":2160000}', undefined, 2_000_000],
        [undefined, "2160000", 2_000_000],
        [undefined, "Infinity", 2_000_000],
    ];
    for (const [kubeClientSettings, variable, seconds] of limits) {
        it(`has ${seconds} s for a call, with settings ${kubeClientSettings} and PULUMI_K8S_CLIENT_TIMEOUT=${variable}`, async () => {
            if (variable !== undefined) {
                process.env["PULUMI_K8S_CLIENT_TIMEOUT"] = variable;
            }
            const access = await loadKubeconfig({ kubeconfig: content, kubeClientSettings });
            expect(access.timeoutSeconds).to.equal(seconds);
        });
    }

    it("is refused where its limit is no number of seconds", async () => {
        for (const kubeClientSettings of ['{"timeout":"soon"}', '{"timeout":-1}', "soon"]) {
            const loaded = loadKubeconfig({ kubeconfig: content, kubeClientSettings });
            expect(await refusal(loaded)).to.match(
                /^kubernetes:kubeClientSettings: timeout must be a whole number of seconds, got /,
            );
        }
    });

    it("is refused where its server is no URL", async () => {
        const wrong = [
            "",
            "dev.example:six",
            "dev.example/k8s",
            "ftp://jane:hunter2@dev.example",
            "https://jane:hunter/2@dev",
        ];
        for (const given of wrong) {
            expect(await refusal(accessWith({ server: given })))
                .to.match(/^kubeconfig: cluster dev: server: must be a URL with https:\/\/ or http:\/\/, got "/)
                .and.not.include("hunter");
        }
    });

    const servers: [given: string, cluster: object, user: object, url: string][] = [
        ["dev.example:6443", {}, {}, "http://dev.example:6443"],
        ["dev.example", { "insecure-skip-tls-verify": true }, {}, "http://dev.example"],
        ["dev.example:6443/", { "certificate-authority-data": "YQ==" }, {}, "http://dev.example:6443"],
        ["10.0.0.1:6443", {}, { "client-certificate-data": "YQ==", "client-key-data": "YQ==" }, "http://10.0.0.1:6443"],
        ["[fd00::1]:6443", {}, { token: "abc" }, "http://[fd00::1]:6443"],
        ["HTTPS://dev.example/Path", {}, {}, "https://dev.example/Path"],
        ["Http://dev.example", { "certificate-authority-data": "YQ==" }, {}, "http://dev.example"],
    ];
    for (const [given, cluster, user, url] of servers) {
        it(`has the server ${url}, given ${given} with ${JSON.stringify({ ...cluster, ...user })}`, async () => {
            expect(await accessWith({ server: given, ...cluster }, user)).to.have.property("server", url);
        });
    }

    it("is that of the first document, and the last of equal keys counts", async () => {
        for (const end of ["---\n", "---\nusers: [\n", "...\n---\ncurrent-context: other\n"]) {
            const kubeconfig = `current-context: other\n${kubeconfigWith({})}${end}`;
            expect(await loadKubeconfig({ kubeconfig })).to.deep.include({ context: "dev", server });
        }
    });

    it("has arguments of a plugin that look like dates and times as they are written", async () => {
        const args = ["2026-11-28", "2026-11-28T12:00:00Z", "12:30", "12:30:45.5"];
        const kubeconfig = kubeconfigWith(
            {},
            { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "login", args: ["ARGS"] } },
        ).replace(/- ARGS/, args.map((each) => `- ${each}`).join("\n          "));
        expect((await loadKubeconfig({ kubeconfig })).authorization).to.deep.include({ args });
    });

    it("has a server without slashes at its end, with its path", async () => {
        const { server: url } = await accessWith({ server: "https://rancher.example/k8s/clusters/c-1/" });
        expect(url).to.equal("https://rancher.example/k8s/clusters/c-1");
    });
});
