import { expect } from "chai";
import type { Settings } from "../../components/settings/table";
import { TrafficSplit, type TrafficSplitArgs } from "../../components/trafficSplit";
import { kubeconfigOf, KubernetesApi, type Answer } from "../unit/kubernetesApi";
import { ownerOfSplit, stackOfSplit, up } from "./recordedStack";

const marked = (owner: string, stack: string) => ({
    metadata: { labels: { "traffic-split/owner": owner }, annotations: { "traffic-split/stack": stack } },
});
const mine = marked(ownerOfSplit, stackOfSplit);
const somebodys = { metadata: { labels: { "app.kubernetes.io/name": "nginx" } } };
const another = marked("0b5e", "organization/shop/dev/split");
/** The same names of everything, kept by the state of another backend. */
const namesake = marked("77aa", stackOfSplit);
const definitions = { kind: "APIResourceList", groupVersion: "cert-manager.io/v1", resources: [] };

const ownNamespace = "/api/v1/namespaces/traffic-split";
const certManager = "/api/v1/namespaces/cert-manager";
const resources = "/apis/cert-manager.io/v1";
const issuers = "/apis/cert-manager.io/v1/namespaces/default/issuers?dryRun=All";

/** What comes of an update on a cluster that answers so. */
async function upOn(answers: Record<string, Answer | Answer[]>, args: TrafficSplitArgs) {
    const api = new KubernetesApi({ "/version": { major: "1", minor: "34" }, ...answers });
    await api.start();
    try {
        const { errors, resources: made } = await up(() => new TrafficSplit("split", args), {
            "kubernetes:kubeconfig": kubeconfigOf({ test: api.url }),
        });
        return { errors, isMade: made.some(({ type }) => type.startsWith("kubernetes:")), asked: api.count(issuers) };
    } finally {
        await api.stop();
    }
}

const ofNobody = "which has no label traffic-split/owner";
const ofAnother = "which belongs to organization/shop/dev/split (traffic-split/owner: 0b5e)";
const ofNamesake = "which belongs to organization/traffic-split/test/split (traffic-split/owner: 77aa)";

describe("a namespace that is there already", () => {
    for (const [found, whose] of [
        [somebodys, ofNobody],
        [another, ofAnother],
        [namesake, ofNamesake],
    ] as const) {
        it(`is not taken over, and removed with the stack, where it is one ${whose}`, async () => {
            const { errors, isMade } = await upOn({ [ownNamespace]: found }, {});
            expect(errors).to.deep.equal([
                `namespace: Namespace traffic-split exists already, ${whose}, and this stack would delete it on destroy; set ` +
                    "another namespace, or set createNamespace to false to use this one",
            ]);
            expect(isMade).to.equal(false);
        });
    }

    it("is not taken over where it may not be read", async () => {
        const { errors, isMade } = await upOn({ [ownNamespace]: 403 }, {});
        expect(errors).to.deep.equal([
            "namespace: Namespace traffic-split can't be read, so its owner is unknown: 403: no",
        ]);
        expect(isMade).to.equal(false);
    });

    for (const [what, found, args] of [
        ["that this stack made", mine, {}],
        ["that it is to use", somebodys, { createNamespace: false }],
    ] as const) {
        it(`is used where it is one ${what}`, async () => {
            expect(await upOn({ [ownNamespace]: found }, args)).to.deep.equal({ errors: [], isMade: true, asked: 0 });
        });
    }
});

describe("an object that is there already", () => {
    const deployment = "/apis/apps/v1/namespaces/shop/deployments/web";
    const statefulSet = "/apis/apps/v1/namespaces/shop/statefulsets/web";
    const headless = "/api/v1/namespaces/shop/services/webheadless";
    const clusterIP = "/api/v1/namespaces/shop/services/webclusterip";
    const args = { namespace: "shop", createNamespace: false, name: "web" } as const;

    const refused: [what: string, answers: Record<string, Answer>, workload: Settings["workload"], others: string][] = [
        ["a Deployment", { [deployment]: somebodys }, "Deployment", `Deployment shop/web, ${ofNobody}`],
        ["a StatefulSet", { [statefulSet]: another }, "StatefulSet", `StatefulSet shop/web, ${ofAnother}`],
        ["a Service", { [clusterIP]: namesake }, "Deployment", `Service shop/webclusterip, ${ofNamesake}`],
        [
            "several",
            { [deployment]: another, [headless]: another, [clusterIP]: mine },
            "Deployment",
            `Deployment shop/web, ${ofAnother}; Service shop/webheadless, ${ofAnother}`,
        ],
    ];
    for (const [what, answers, workload, others] of refused) {
        it(`is refused by name, before anything is created, where it is ${what} of somebody else's`, async () => {
            const { errors, isMade } = await upOn(answers, { ...args, workload });
            expect(errors).to.deep.equal([
                `name: this stack would take over objects that exist already: ${others}; set another name or namespace, or ` +
                    "delete those objects",
            ]);
            expect(isMade).to.equal(false);
        });
    }

    it("is refused in a namespace of the stack's own, too", async () => {
        const { errors, isMade } = await upOn(
            { "/api/v1/namespaces/shop": mine, [headless]: somebodys },
            { ...args, createNamespace: true },
        );
        expect(errors).to.have.length(1);
        expect(errors[0]).to.include(`Service shop/webheadless, ${ofNobody}`);
        expect(isMade).to.equal(false);
    });

    it("is refused where it may not be read", async () => {
        const { errors, isMade } = await upOn({ [deployment]: 403 }, args);
        expect(errors).to.deep.equal(["name: Deployment shop/web can't be read, so its owner is unknown: 403: no"]);
        expect(isMade).to.equal(false);
    });

    it("is updated, or adopted after an update that was cancelled, where it has this stack's label", async () => {
        const all = { [deployment]: mine, [headless]: mine, [clusterIP]: mine };
        expect(await upOn(all, args)).to.deep.equal({ errors: [], isMade: true, asked: 0 });
    });

    it("is no matter where it is of a kind that the stack does not make", async () => {
        expect(await upOn({ [statefulSet]: somebodys }, args)).to.deep.equal({ errors: [], isMade: true, asked: 0 });
    });
});

describe("cert-manager in the cluster", () => {
    const theirs = { [certManager]: somebodys, [resources]: definitions };
    const refused: [what: string, answers: Record<string, Answer>, installCertManager: boolean, error: string][] = [
        [
            "somebody else's is not installed over",
            theirs,
            true,
            "must be false, got true; the cluster has cert-manager already, and destroying the stack would remove it",
        ],
        [
            "one of another name is not installed beside",
            { [resources]: definitions },
            true,
            "must be false, got true; the cluster has cert-manager already, and destroying the stack would remove it",
        ],
        [
            "its namespace alone is not taken over",
            { [certManager]: another },
            true,
            "must be false, got true; the cluster has the namespace cert-manager already, and destroying the stack would remove it",
        ],
        [
            "none is not used",
            {},
            false,
            "must be true, got false; the cluster has no cert-manager (cert-manager.io/v1)",
        ],
        [
            "the stack's own is not removed under its own certificates",
            { [certManager]: mine, [resources]: definitions },
            false,
            "must be true, got false; this stack installed the cluster's cert-manager, and its own certificates need it",
        ],
    ];
    for (const [what, answers, installCertManager, error] of refused) {
        it(what, async () => {
            const { errors, isMade } = await upOn(answers, { tls: true, installCertManager });
            expect({ errors, isMade }).to.deep.equal({ errors: [`installCertManager: ${error}`], isMade: false });
        });
    }

    it("is installed where there is none, and kept where this stack installed it", async () => {
        for (const answers of [{}, { [certManager]: mine }, { [certManager]: mine, [resources]: definitions }]) {
            expect(await upOn(answers, { tls: true })).to.deep.equal({ errors: [], isMade: true, asked: 0 });
        }
    });

    it("is used when its webhook answers, or where nobody may ask", async () => {
        for (const [answers, asked] of [
            [[500, 500, { kind: "Issuer" }], 3],
            [[403], 1],
        ] as const) {
            const outcome = await upOn(
                { ...theirs, [issuers]: [...answers] },
                { tls: true, installCertManager: false },
            );
            expect(outcome).to.deep.equal({ errors: [], isMade: true, asked });
        }
    });

    it("is no matter without TLS", async () => {
        expect((await upOn(theirs, {})).errors).to.deep.equal([]);
    });
});
