import { expect } from "chai";
import type { TrafficPolicy } from "../../review/policy/advice";
import { headlessServiceOnly } from "../../review/policy/headlessServiceOnly";
import { headlessWithoutReadinessProbe } from "../../review/policy/headlessWithoutReadinessProbe";
import { isForPeers } from "../../review/policy/peerDiscovery";
import { publishNotReadyAddresses } from "../../review/policy/publishNotReadyAddresses";
import { serviceSelectsNoPods } from "../../review/policy/serviceSelectsNoPods";
import type { StackResource } from "../../review/policy/stack";
import type { Answer } from "../../review/policy/value";
import { object, running, service, stackOf, template, unknown, type Part } from "./policyObjects";
import { isSilent } from "./policyTables";

const none = { clusterIP: "None" };

/** Two or more pods of a workload, all of which have the label `app: loki`. */
function member(name: string, container: Part = {}, pod: Part = {}, kind = "apps/v1:Deployment"): StackResource {
    const metadata = { labels: { app: "loki", component: name } };
    return object(kind, name, { replicas: 2, template: template({ ...running(container), ...pod }, metadata) });
}

const read = member("read");
const write = member("write", {}, {}, "apps/v1:StatefulSet");

/** A headless Service over all members. */
function joining(name: string, port: Part = { port: 7946 }, spec: Part = {}): StackResource {
    return service(name, { ...none, selector: { app: "loki" }, ports: [port], ...spec });
}

/** A Service with a cluster IP over one member. */
function offering(component: string): StackResource {
    return service(component, { selector: { app: "loki", component }, ports: [{ port: 3100 }] });
}

function configMap(name: unknown, data: unknown): StackResource {
    const { props, ...resource } = object("core/v1:ConfigMap", "config", {}, { name });
    return { ...resource, props: { ...(props as Part), data } };
}

describe("a Service by which pods find their peers", () => {
    const mentioning = (text: unknown): StackResource => member("app", { args: [text] });
    const mounting = { volumes: [{ name: "config", configMap: { name: "config" } }] };
    const projecting = { volumes: [{ projected: { sources: [{ configMap: { name: "config" } }] } }] };
    const configured = configMap("config", { "loki.yaml": "memberlist:\n  join_members:\n    - loki-headless\n" });

    const table: Readonly<Record<string, readonly [Answer, StackResource, ...StackResource[]]>> = {
        "its name, over two workloads": ["yes", joining("loki-memberlist"), read, write],
        "its name in camel case": ["yes", joining("lokiPeers"), read],
        "its name, of which a word only contains one": ["no", joining("loki-gossipy"), read],
        "a name as of any product": ["no", joining("loki-cluster"), read],
        "its name, with a cluster IP": ["yes", joining("loki-gossip", undefined, { clusterIP: undefined }), read],
        "its port's name": ["yes", joining("all", { name: "tcp-gossip", port: 7946 }), read],
        "its target port's name": ["yes", joining("all", { port: 7946, targetPort: "http-memberlist" }), read],
        "the pods' name of its port": [
            "yes",
            joining("all"),
            member("app", { ports: [{ name: "raft", containerPort: 7946 }] }),
        ],
        "the pods' name of another port": [
            "no",
            joining("all"),
            member("app", { ports: [{ name: "raft", containerPort: 7947 }] }),
        ],
        "one of its ports, beside one for clients": [
            "no",
            joining(
                "all",
                {},
                {
                    ports: [
                        { name: "gossip", port: 7946 },
                        { name: "http", port: 80 },
                    ],
                },
            ),
            read,
        ],
        "nothing, without ports": ["no", joining("all", {}, { ports: undefined }), read],
        "two workloads alone, as with a canary": ["no", joining("all"), read, write],
        "two workloads that clients reach apart": [
            "yes",
            joining("all"),
            read,
            write,
            offering("read"),
            offering("write"),
        ],
        "two workloads, one of which clients don't reach apart": ["no", joining("all"), read, write, offering("read")],
        "two workloads that clients reach together": [
            "no",
            joining("all"),
            read,
            write,
            service("loki", { selector: { app: "loki" }, ports: [{ port: 3100 }] }),
        ],
        "one workload that clients reach at another port": ["no", joining("all"), read, offering("read")],
        "an argument": ["yes", joining("loki-headless"), mentioning("-memberlist.join=loki-headless")],
        "an argument with an SRV record": [
            "yes",
            joining("loki-headless"),
            mentioning("-ring=dnssrv+_grpc._tcp.loki-headless.shop.svc"),
        ],
        "a command": ["yes", joining("loki-headless"), member("app", { command: ["run", "--join", "loki-headless"] })],
        "a variable": [
            "yes",
            joining("loki-headless"),
            member("app", { env: [{ name: "JGROUPS_DNS_QUERY", value: "loki-headless" }] }),
        ],
        "an init container": [
            "yes",
            joining("loki-headless"),
            member("app", {}, { initContainers: [{ args: ["nslookup loki-headless"] }] }),
        ],
        "a ConfigMap that is mounted": ["yes", joining("loki-headless"), member("app", {}, mounting), configured],
        "a ConfigMap that is projected": ["yes", joining("loki-headless"), member("app", {}, projecting), configured],
        "a ConfigMap in the environment": [
            "yes",
            joining("loki-headless"),
            member("app", { envFrom: [{ configMapRef: { name: "config" } }] }),
            configured,
        ],
        "a ConfigMap's key in the environment": [
            "yes",
            joining("loki-headless"),
            member("app", { env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "config", key: "a" } } }] }),
            configured,
        ],
        "a ConfigMap that no pod reads": ["no", joining("loki-headless"), read, configured],
        "a longer name": ["no", joining("loki-headless"), mentioning("-join=loki-headless-2")],
        "a path": ["no", joining("loki-headless"), mentioning("/etc/loki-headless")],
        "a URL": ["yes", joining("loki-headless"), mentioning("http://loki-headless/ring")],
        "a common word": ["no", joining("data"), mentioning("data")],
        "a common word with its namespace": ["yes", joining("data"), mentioning("data.shop:7946")],
        "a common word with another namespace": ["no", joining("data"), mentioning("data.json")],
        "a common word with svc": ["yes", joining("data"), mentioning("data.svc.cluster.local")],
        "a common word with a port": ["yes", joining("data"), mentioning("--seeds data:7946,data:7947")],
        "the pods' own name": ["no", joining("my-app"), member("my-app", { args: ["--name=my-app"] })],
        "the pods' own name with a port": ["yes", joining("my-app"), member("my-app", { args: ["my-app:7946"] })],
        "another workload, which is a client": [
            "no",
            joining("loki-headless"),
            read,
            object("apps/v1:Deployment", "gateway", {
                template: template(running({ args: ["loki-headless"] }), { labels: { app: "gateway" } }),
            }),
        ],
        "an argument not known yet": ["unknown", joining("loki-headless"), mentioning(unknown)],
        "a ConfigMap's data not known yet": [
            "unknown",
            joining("loki-headless"),
            member("app", {}, mounting),
            configMap("config", unknown),
        ],
        "a ConfigMap's name not known yet": [
            "unknown",
            joining("loki-headless"),
            member("app", {}, mounting),
            configMap(unknown, {}),
        ],
    };
    for (const [evidence, [answer, ...resources]] of Object.entries(table)) {
        it(`is known by ${evidence}: ${answer}`, () => {
            const stack = stackOf(...resources);
            const [first] = resources;
            const found = stack.services.filter(({ urn }) => urn === first.urn);
            expect(found.map((each) => isForPeers(stack, each))).to.deep.equal([answer]);
        });
    }
});

describe("what the policies say of peers", () => {
    const publishing = { publishNotReadyAddresses: true };
    const advised = (policy: TrafficPolicy, ...resources: StackResource[]): string[] =>
        policy.advise(stackOf(...resources), {}).map(({ urn }) => urn.split("::").at(-1) ?? "");

    isSilent(headlessServiceOnly, {
        "gossip over two workloads": [joining("loki-memberlist"), read, write, offering("read"), offering("write")],
        "gossip over two workloads, and nothing else": [joining("loki-memberlist"), read, write],
        "not-ready addresses, which no client wants": [joining("all", { port: 7946 }, publishing), read],
        "an argument not known yet": [joining("all-pods"), member("app", { args: [unknown] })],
    });
    isSilent(publishNotReadyAddresses, {
        "gossip over a Deployment": [joining("loki-memberlist", { port: 7946 }, publishing), read],
    });
    isSilent(headlessWithoutReadinessProbe, {
        "gossip between pods without a probe": [
            joining("loki-memberlist"),
            member("app", { readinessProbe: undefined }),
        ],
    });

    it("is something, without evidence", () => {
        expect(advised(headlessServiceOnly, joining("all"), read, write)).to.deep.equal(["all"]);
        expect(advised(publishNotReadyAddresses, joining("all", { port: 80 }, publishing), read)).to.deep.equal([
            "all",
        ]);
        expect(
            advised(headlessWithoutReadinessProbe, joining("all"), member("app", { readinessProbe: undefined })),
        ).to.deep.equal(["app"]);
    });

    it("is that there are none, if it selects none", () => {
        const alone = service("loki-memberlist", { ...none, selector: { app: "lokki" } });
        expect(advised(serviceSelectsNoPods, alone, read)).to.deep.equal(["loki-memberlist"]);
    });
});
