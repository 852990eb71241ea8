import { expect } from "chai";
import { changesBetween, inBoth } from "../../review/difference";
import { shownChange } from "../../review/secrets";
import type { PropertyChange, ResourceChange } from "../../review/change";
import { readPreview, type Preview } from "../../review/preview";
import { resourcesPart } from "../../review/resourceLines";
import { change, expecting, failure, later, secret, stackOutputs, stream, summary, type Event } from "./previewEvents";

const map = "kubernetes:core/v1:ConfigMap";
const outputs = stackOutputs(null, { expected: expecting("even") });
const goal = (name: string, inputs: Event, type = map): Event =>
    change("create", type, name, { new: { custom: true, inputs } });
const previewOf = (...events: Event[]): Preview => readPreview(stream(...events, outputs, summary));
const named = (name: string): Event => ({ metadata: { name, annotations: { "pulumi.com/autonamed": "true" } } });

function partOf(...properties: PropertyChange[]): string {
    return resourcesPart([{ type: map, name: "web", operation: "change", properties, reasons: [] }], true);
}

describe("the resource that holds a measurement", () => {
    const type = "pulumi-nodejs:dynamic/trafficSplit:CollectedLogs";
    const properties = [{ path: "disruption.replicas", before: 3, after: 5 }];

    it("is no line where it changes, as it does with the Job, and is one where it comes or goes", () => {
        const part = (operation: ResourceChange["operation"]): string =>
            resourcesPart([{ type, name: "logs", operation, properties, reasons: [] }], true);
        expect(part("change")).to.equal("No resource changes.");
        expect(part("update")).to.equal("No resource changes.");
        expect(part("create")).to.contain("- create CollectedLogs **logs**");
    });
});

describe("what changes between two previews", () => {
    const changes = (before: Event, after: Event): PropertyChange[] =>
        changesBetween(previewOf(goal("web", before)), previewOf(goal("web", after))).flatMap(
            (each) => each.properties,
        );

    const cases: [what: string, before: Event, after: Event, path: string, was: unknown, is: unknown][] = [
        ["a value", { spec: { replicas: 3 } }, { spec: { replicas: 5 } }, "spec.replicas", 3, 5],
        ["an item", { ports: [{ port: 1 }] }, { ports: [{ port: 2 }] }, "ports[0].port", 1, 2],
        ["a key with a dot", { data: { "a.sh": "1" } }, { data: { "a.sh": "2" } }, 'data["a.sh"]', "1", "2"],
        ["what is new", {}, { immutable: true }, "immutable", undefined, true],
        ["what is gone", { immutable: true }, {}, "immutable", true, undefined],
    ];
    for (const [what, was, is, path, before, after] of cases) {
        it(`is told with its path: ${what}`, () => {
            expect(changes(was, is)).to.deep.equal([{ path, before, after }]);
        });
    }

    it("is nothing where names by chance differ, and what refers to them", () => {
        const stack = (name: string): Preview => previewOf(goal("a", named(name)), goal("b", { volumes: [{ name }] }));
        expect(changesBetween(stack("a-1f"), stack("a-2e"))).to.deep.equal([]);
    });

    it("is nothing where a name by chance is part of a longer text, whichever begins with another", () => {
        const stack = (id: string): Preview => {
            const address = `http://q-${id}.shop.svc:80/,q-${id}-x`;
            return previewOf(
                goal("q", named(`q-${id}`)),
                goal("r", named(`q-${id}-x`)),
                goal("c", { data: { address } }),
            );
        };
        expect(changesBetween(stack("1f"), stack("2e"))).to.deep.equal([]);
        const other = previewOf(goal("q", named("q-1f")), goal("c", { data: { address: "q-1fa xq-1f q-1f" } }));
        const [change] = changesBetween(previewOf(goal("q", named("q-2e")), goal("c", {})), other);
        expect(change?.properties[0]?.after).to.deep.equal({ address: "q-1fa xq-1f q" });
    });

    it("is nothing where identities differ that a program makes anew and a Stash keeps", () => {
        const stack = (id: string): Preview => {
            const labels = { "shop/owner": id };
            return previewOf(
                goal("owner", { input: id }, "pulumi:index:Stash"),
                goal("web", { metadata: { labels, annotations: { manager: `shop-${id}` } }, spec: { id: `${id}x` } }),
            );
        };
        const [a, b] = ["4649c842-e518-4620-afee-ec381227c4f7", "df5bfe6a-9bb1-45b3-88d7-945b092ae782"];
        const changed = changesBetween(stack(a), stack(b)).flatMap(({ properties }) => properties);
        expect(changed.map(({ path }) => path)).to.deep.equal(["spec.id"]);
        const stashed = (input: string): Preview => previewOf(goal("size", { input }, "pulumi:index:Stash"));
        expect(changesBetween(stashed("3"), stashed("4"))).to.have.length(1);
    });

    it("is whatever a program calls a name", () => {
        for (const name of [7, "((("]) {
            const odd = goal("web", { ...named(name as string), x: "1" });
            expect(changesBetween(previewOf(odd), previewOf(odd))).to.deep.equal([]);
        }
    });

    it("is in the same order, whatever its parents are", () => {
        const urn = (parent: string): Event => ({
            resourcePreEvent: {
                metadata: {
                    op: "create",
                    urn: `urn:pulumi:dev::shop::${parent}$${map}::web`,
                    type: map,
                    new: { custom: true, inputs: { parent } },
                },
            },
        });
        const both = [urn("my:A"), urn("my:B")];
        const part = (events: Event[]): ResourceChange[] => changesBetween(previewOf(), previewOf(...events));
        expect(part(both)).to.deep.equal(part(both.toReversed())).and.to.have.length(2);
        expect(
            previewOf({ resourcePreEvent: { metadata: { op: "toString", urn: "a::b", type: map } } }).resources,
        ).to.deep.equal([]);
    });

    it("is a name that somebody chose", () => {
        expect(changes({ metadata: { name: "a" } }, { metadata: { name: "b" } })).to.have.length(1);
    });

    it("is a resource that is new, or gone, but no component", () => {
        const before = previewOf(goal("gone", {}), goal("same", {}));
        const component = change("create", "shop:index:Part", "part", { new: { inputs: {} } });
        const after = previewOf(goal("same", {}), goal("new", {}), component);
        const told = changesBetween(before, after).map(({ operation, name }) => [operation, name]);
        expect(told).to.deep.equal([
            ["delete", "gone"],
            ["create", "new"],
        ]);
    });

    it("has nothing deleted where the preview ended before", () => {
        expect(changesBetween(previewOf(goal("web", {})), readPreview(stream(failure)))).to.deep.equal([]);
    });

    const provider = "pulumi:providers:kubernetes";
    it("is the cluster that the config names, or a program's provider", () => {
        const configured = (config: Event): Preview => previewOf({ preludeEvent: { config } }, goal("web", {}));
        const ofTheProgram = { "shop:size": "2", "pulumi:tags": "x", "billing:apiToken": "hidden" };
        const to = configured({ "kubernetes:context": "prod", ...ofTheProgram });
        expect(changesBetween(configured({ "shop:size": "1" }), to)).to.deep.equal([
            {
                type: provider,
                name: "default",
                operation: "change",
                properties: [{ path: "context", before: undefined, after: "prod" }],
                reasons: [],
            },
        ]);
        const declared = (context: string): Preview => previewOf(goal("k8s", { context }, provider));
        const part = resourcesPart(changesBetween(declared("test"), declared("prod")), true);
        expect(part).to.include("- change provider kubernetes **k8s**: context test → prod");
    });

    it("is another provider of a resource, whatever the version of the default one", () => {
        const by = (name: string): Preview => {
            const reference = `urn:pulumi:dev::shop::${provider}::${name}::04da6b54`;
            return previewOf(change("create", map, "web", { provider: reference, new: { custom: true, inputs: {} } }));
        };
        const changes = changesBetween(by("default_4_25_0"), by("prod")).flatMap(({ properties }) => properties);
        expect(changes).to.deep.equal([{ path: "provider", before: "default", after: "prod" }]);
        expect(changesBetween(by("default_4_25_0"), by("default_4_26_0"))).to.deep.equal([]);
    });

    it("is a part of a kubeconfig that is an object, of which nothing is shown", () => {
        const hidden = { before: "[not shown]", after: "[not shown]" };
        for (const path of ["kubeconfig.users[0].user.token", "kubeconfig[0]"]) {
            const change = shownChange("pulumi:providers:kubernetes", { path, before: "hunter1", after: "hunter2" });
            expect(change).to.deep.equal({ path, ...hidden });
        }
        const other = { path: "kubeconfigs", before: "a", after: "b" };
        expect(shownChange("pulumi:providers:kubernetes", other)).to.deep.equal(other);
    });

    it("is another kubeconfig, of which nothing is shown", () => {
        const declared = (kubeconfig: unknown): Preview => previewOf(goal("k8s", { kubeconfig }, provider));
        const shown = "[not shown]";
        const told = (before: Preview, after: Preview) => changesBetween(before, after).map((each) => each.properties);
        expect(told(declared("token: a"), declared("token: b"))).to.deep.equal([
            [{ path: "kubeconfig", before: shown, after: shown }],
        ]);
        expect(inBoth("[secret]", declared(secret), declared(secret))).to.deep.equal(["k8s kubeconfig"]);
        const stored = change("update", provider, "k8s", {
            ...{ old: { inputs: { kubeconfig: "token: a" } }, new: { inputs: { kubeconfig: "token: b" } } },
            detailedDiff: { kubeconfig: {} },
        });
        expect(previewOf(stored).resources.map(({ properties }) => properties)).to.deep.equal([
            [{ path: "kubeconfig", before: shown, after: shown }],
        ]);
    });
});

describe("what no comment shows", () => {
    const shown = (type: string, before: Event, after: Event): string =>
        resourcesPart(changesBetween(previewOf(goal("web", before, type)), previewOf(goal("web", after, type))), true);

    it("is a value that becomes a secret, or was one", () => {
        const [plain, marked] = [{ data: { a: "hunter2", b: 1 } }, { data: { a: secret, b: 2 } }];
        expect(shown(map, plain, marked)).to.include("data.a \\[secret\\] → \\[secret\\], data.b 1 → 2");
        const parts = [shown(map, plain, marked), shown(map, marked, plain)];
        parts.push(shown(map, { data: "hunter2" }, marked), shown(map, plain, { data: secret }));
        const stored = change("update", map, "web", { old: { inputs: plain }, new: { inputs: marked } });
        for (const path of ["data", "data.a"]) {
            const { metadata } = stored["resourcePreEvent"] as { metadata: Event };
            const event = { resourcePreEvent: { metadata: { ...metadata, detailedDiff: { [path]: {} } } } };
            parts.push(resourcesPart(previewOf(event).resources, true));
        }
        for (const part of parts) {
            expect(part).to.include("**web**").and.not.include("hunter2");
        }
    });

    it("is the content of a Secret, however a program has marked it, nor what kubectl keeps of an object", () => {
        const annotations = { "kubectl.kubernetes.io/last-applied-configuration": '{"data":"hunter2"}' };
        const given = (more: Event): Event => ({ metadata: { annotations }, ...more });
        for (const type of ["kubernetes:core/v1:Secret", "kubernetes:core/v1:SecretPatch"]) {
            const part = shown(type, given({ type: "a" }), given({ type: "b", stringData: { a: "hunter2" } }));
            expect(part).to.include("type a → b").and.not.include("hunter2");
        }
        expect(shown(map, {}, given({})))
            .to.include("**web**")
            .and.not.include("hunter2");
    });
});

describe("what is known when the update is made", () => {
    it("is named where it may change, and is no value", () => {
        const [before, after] = [
            previewOf(goal("web", { data: { a: later } })),
            previewOf(goal("web", { data: { a: 1 } })),
        ];
        expect(inBoth("[not known yet]", before, before)).to.deep.equal(["web data.a"]);
        expect(resourcesPart(changesBetween(after, before), true)).to.include("data.a 1 → \\[not known yet\\]");
    });
});

describe("what only the cluster holds", () => {
    it("is told where it differs", () => {
        const states = { old: { inputs: {}, outputs: { arn: "a" } }, new: { inputs: {}, outputs: { arn: "b" } } };
        const [changed] = previewOf(change("update", map, "web", { ...states, detailedDiff: { arn: {} } })).resources;
        expect(changed?.properties).to.deep.equal([{ path: "arn", before: "a", after: "b" }]);
    });
});

describe("what a program only looks up", () => {
    it("is neither made nor deleted", () => {
        const lookedUp = previewOf(change("read", map, "web", { new: { custom: true, inputs: {} } }));
        expect(changesBetween(lookedUp, previewOf())).to.deep.equal([]);
        expect(changesBetween(previewOf(), lookedUp)).to.deep.equal([]);
    });
});

describe("the resources in a comment", () => {
    it("have a line with what changes, and nothing folded where that is all", () => {
        const image = { path: "spec.template.spec.containers[0].image", before: "nginx:1.28", after: "nginx:1.29" };
        expect(partOf(image)).to.equal(
            "### Resources\n\n- change ConfigMap **web**: containers\\[0\\].image nginx:1.28 → nginx:1.29",
        );
    });

    it("say that the probe measures again, by whichever way its path is written", () => {
        for (const end of ['["traffic-split/trigger"]', ".traffic-split/trigger"]) {
            const trigger = { path: `spec.template.metadata.annotations${end}`, before: "1", after: "2" };
            expect(partOf(trigger)).to.include("**web**: measures again");
        }
    });

    it("give a program's size, and no line of it", () => {
        const text = partOf({ path: 'data["a.sh"]', before: "echo\n", after: `echo\n${"x".repeat(1_500)}` });
        expect(text).to.include('**web** data\\["a.sh"\\]: 5 characters → 1,505 characters');
        expect(text).to.not.include("xxx");
    });

    it("show a long value where it differs", () => {
        const value = (digit: number): string => `${"a".repeat(200)}${digit}${"b".repeat(200)}`;
        const text = partOf({ path: "command[2]", before: value(3), after: value(5) });
        for (const digit of [3, 5]) {
            expect(text).to.include(`…${"a".repeat(15)}${digit}${"b".repeat(34)}… \\(401 characters\\)`);
        }
    });

    it("name three properties of many, and fold all", () => {
        const many = Array.from({ length: 9 }, (_, i) => ({ path: `p${i}`, before: i, after: undefined }));
        const text = partOf(...many);
        expect(text).to.include("**web**: p0 0 → none, p1 1 → none, p2 2 → none, 6 more");
        expect(text.match(/- \*\*web\*\* p\d: \d → none/g)).to.have.length(9);
    });
});
