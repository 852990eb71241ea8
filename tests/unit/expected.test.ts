import { expect } from "chai";
import { expectedSplits, type ExpectedSplit, type Planned } from "../../split/theory/expectedSplits";
import type { ServiceFields } from "../../split/theory/context";

const clients: Planned["clients"] = [
    { name: "curl", engine: "curl", resolver: "glibc", connection: "new" },
    { name: "curl-kept-alive", engine: "curl", resolver: "glibc", connection: "kept-alive" },
    { name: "musl", engine: "curl on musl", resolver: "musl", connection: "new" },
    { name: "go", engine: "Go", resolver: "go", connection: "new" },
    { name: "round-robin", engine: "a balancing client", resolver: "own-round-robin", connection: "new" },
];

function splitOf(client: string, fields: Partial<ServiceFields>, replicas = 3): ExpectedSplit {
    const service: ServiceFields = {
        ...{ kind: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster" },
        ...{ trafficDistribution: null, publishNotReadyAddresses: false },
        ...fields,
    };
    const found = expectedSplits({ replicas, services: [{ name: "web", ...service }], clients })["web"]?.[client];
    if (found === undefined) {
        throw new Error(`nothing is expected of ${client}`);
    }
    return found;
}

const headless = { kind: "headless" } as const;
const nodePort = { kind: "NodePort" } as const;
const rows: [what: string, client: string, fields: Partial<ServiceFields>, split: string, replicas?: number][] = [
    ["a new connection each", "curl", {}, "even over 3 pods"],
    ["session affinity", "curl", { sessionAffinity: "ClientIP" }, "pinned per client"],
    ["session affinity over one pod", "curl", { sessionAffinity: "ClientIP" }, "all to the only pod", 1],
    ["a kept connection", "curl-kept-alive", {}, "pinned per connection"],
    ["a policy by node", "curl", { internalTrafficPolicy: "Local" }, "decided by where pods run"],
    ["a preference by zone", "curl", { trafficDistribution: "PreferSameZone" }, "decided by where pods run"],
    ["a client with turns of its own, of one address", "round-robin", {}, "even over 3 pods"],
    ["no claim for headless glibc before addresses are known", "curl", headless, "decided by the pods' addresses"],
    ["headless and kept", "curl-kept-alive", headless, "pinned per connection"],
    ["headless musl", "musl", headless, "decided by the order of DNS"],
    ["headless Go", "go", headless, "decided by the order of DNS"],
    ["headless turns", "round-robin", headless, "even over 3 pods, in turns"],
    [
        "a node's port, whatever is local to a node",
        "curl",
        { ...nodePort, internalTrafficPolicy: "Local" },
        "even over 3 pods",
    ],
    ["one pod's own name", "curl", { kind: "pod" }, "all to the only pod"],
    ["one pod's own name, with turns", "round-robin", { kind: "pod" }, "all to the only pod"],
    ["headless over one pod", "curl", headless, "all to the only pod", 1],
    ["headless turns over one pod", "round-robin", headless, "all to the only pod", 1],
    [
        "headless with an affinity that it has not",
        "go",
        { ...headless, sessionAffinity: "ClientIP" },
        "decided by the order of DNS",
    ],
    ["more pods", "curl", {}, "even over 7 pods", 7],
    ["no pod", "curl", {}, "no pod answers", 0],
];

describe("what to expect before anything runs", () => {
    for (const [what, client, fields, split, replicas] of rows) {
        it(`is "${split}" for ${what}`, () => {
            const expected = splitOf(client, fields, replicas);
            expect(expected.split).to.equal(split);
            expect(expected.reason).to.match(/^\S.*\.$/);
        });
    }

    it("is said of every client at every Service", () => {
        const fields: ServiceFields = {
            ...{ kind: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster" },
            ...{ trafficDistribution: null, publishNotReadyAddresses: false },
        };
        const services = ["one", "two"].map((name) => ({ name, ...fields }));
        const splits = expectedSplits({ replicas: 2, services, clients });
        expect(Object.keys(splits)).to.deep.equal(["one", "two"]);
        for (const each of Object.values(splits)) {
            expect(Object.keys(each)).to.deep.equal(clients.map(({ name }) => name));
        }
    });
});
